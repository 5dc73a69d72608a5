// Fingers and mouse on the chart: tap, drag a mark, press long, pinch, pan, wheel. Reports in stage pixels.

const SLACK = 7; // pixels a tap may wander
const LONG_PRESS = 550; // milliseconds

export function clampView({ scale, x, y }, width, height) {
  const bounded = Math.min(Math.max(scale, 1), 8);
  const limit = (value, size) => Math.min(0, Math.max(value, size - size * bounded));
  return { scale: bounded, x: limit(x, width), y: limit(y, height) };
}

// Zoom about a place on the stage, keeping what is under it there.
export function zoomAt(view, factor, at) {
  const scale = Math.min(Math.max(view.scale * factor, 1), 8);
  const ratio = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

export class Gestures {
  // hit(x, y) names the mark under a place or null; the others are told what happened.
  constructor(element, { hit, tap, dragStart, drag, drop, longPress, zoom, pan }) {
    Object.assign(this, { element, hit, tap, dragStart, drag, drop, longPress, zoom, pan });
    this.pointers = new Map();
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      element.addEventListener(kind, (event) => this[kind](event));
    }
    element.addEventListener("contextmenu", (event) => event.preventDefault());
    element.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, this.place(event));
    }, { passive: false });
  }

  place(event) {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  pointerdown(event) {
    if (event.button) return;
    this.element.setPointerCapture(event.pointerId);
    const at = this.place(event);
    this.pointers.set(event.pointerId, at);
    if (this.pointers.size > 1) {
      this.cancelPress();
      this.mode = "pinch";
      return;
    }
    this.start = at;
    this.mark = this.hit(at.x, at.y);
    this.mode = "press";
    this.timer = this.mark && setTimeout(() => {
      this.mode = "done";
      this.longPress(this.mark);
    }, LONG_PRESS);
  }

  pointermove(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const at = this.place(event);
    if (this.mode === "pinch") this.pinch(event.pointerId, at);
    else this.move(before, at);
    this.pointers.set(event.pointerId, at);
  }

  pinch(id, at) {
    const [one, other] = [...this.pointers.values()];
    const next = [...this.pointers.keys()].map((key) => (key === id ? at : this.pointers.get(key)));
    const gap = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) || 1;
    const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    const [was, now] = [middle(one, other), middle(next[0], next[1])];
    this.pan(now.x - was.x, now.y - was.y);
    this.zoom(gap(next[0], next[1]) / gap(one, other), now);
  }

  move(before, at) {
    if (this.mode === "press" && Math.hypot(at.x - this.start.x, at.y - this.start.y) > SLACK) {
      this.cancelPress();
      this.mode = this.mark ? "drag" : "pan";
      if (this.mark) this.dragStart(this.mark);
    }
    if (this.mode === "drag") this.drag(this.mark, at);
    if (this.mode === "pan") this.pan(at.x - before.x, at.y - before.y);
  }

  pointerup(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    this.cancelPress();
    if (this.mode === "press") this.tap(this.start, this.mark);
    if (this.mode === "drag") this.drop(this.mark);
    if (this.pointers.size === 0) this.mode = "";
  }

  pointercancel(event) {
    this.pointers.delete(event.pointerId);
    this.cancelPress();
    if (this.mode === "drag") this.drop(this.mark);
    this.mode = "";
  }

  cancelPress() {
    clearTimeout(this.timer);
  }
}
