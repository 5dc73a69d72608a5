// The stage of the chart: one view of the body, where it lies on the screen, and which mark lies under a finger.

import { Camera, bestView } from "./body-map-geometry.js";
import { clampView, zoomAt } from "./body-map-gestures.js";
import { drawMarks, drawZones, palette } from "./body-map-draw.js";

const REACH = 15; // pixels from a mark that still mean that mark
const WHOLE = { scale: 1, x: 0, y: 0 };

// Where a view of width × height lies on a stage of w × h: its scale, and the margin at the left and above.
export function placing({ width, height }, w, h) {
  const base = Math.min(w / width, h / height);
  return { base, origin: { x: (w - width * base) / 2, y: (h - height * base) / 2 } };
}

// The mark under a place: shown, within reach, the nearest.
export function nearestMark(marks, x, y) {
  const gap = (mark) => Math.hypot(mark.x - x, mark.y - y);
  const near = marks.filter((mark) => mark.shown && gap(mark) <= REACH);
  return near.sort((a, b) => gap(a) - gap(b))[0] ?? null;
}

export class Stage {
  // part(name) gives an element of the chart; marks() what is to be drawn, in places of the body.
  constructor({ part, mesh, state, marks }) {
    Object.assign(this, { part, mesh, state, placed: marks, colours: palette(), view: WHOLE, focus: "" });
    this.element = part("stage");
    this.cameras = new Map(mesh.views.map((view) => [view.id, new Camera(mesh, view)]));
    new ResizeObserver(() => this.fit()).observe(this.element);
  }

  // --- what is shown
  show(id) {
    this.camera = this.cameras.get(id);
    const image = this.part("image");
    image.src = this.state.images[id];
    image.alt = this.camera.view.label;
    this.view = WHOLE;
    this.fit();
    this.tint();
  }

  // The zone in work; turns the body when the zone is behind, and says whether it did.
  look(zone, turn) {
    this.focus = zone;
    if (turn && zone && !this.camera.view.zones.includes(zone)) return bestView(this.mesh, zone).id;
    this.tint();
    return null;
  }

  // --- where it lies
  fit() {
    if (!this.camera) return;
    const [w, h] = [this.element.clientWidth, this.element.clientHeight];
    Object.assign(this, placing(this.camera.view, w, h));
    this.ratio = Math.min(devicePixelRatio || 1, 2);
    Object.assign(this.part("marks"), { width: w * this.ratio, height: h * this.ratio });
    this.move(this.view);
  }

  move(view) {
    this.view = clampView(view, this.element.clientWidth, this.element.clientHeight);
    const { scale, x, y } = this.view;
    const { width, height } = this.camera.view;
    for (const layer of [this.part("image"), this.part("zones")]) {
      layer.style.width = `${width * this.base}px`;
      layer.style.height = `${height * this.base}px`;
      layer.style.transform = `translate(${x + this.origin.x * scale}px, ${y + this.origin.y * scale}px) scale(${scale})`;
    }
    this.draw();
  }

  whole() {
    this.move(WHOLE);
  }

  zoom(factor, at = { x: this.element.clientWidth / 2, y: this.element.clientHeight / 2 }) {
    this.move(zoomAt(this.view, factor, at));
  }

  pan(x, y) {
    this.move({ ...this.view, x: this.view.x + x, y: this.view.y + y });
  }

  // --- from the finger to the body and back
  pick({ x, y }) {
    const { scale } = this.view;
    const back = (value, shift, margin) => ((value - shift) / scale - margin) / this.base;
    return this.camera.pick(back(x, this.view.x, this.origin.x), back(y, this.view.y, this.origin.y));
  }

  marks() {
    const { scale, x, y } = this.view;
    return this.placed().map((mark) => {
      const { px, py, shown } = this.camera.mark(mark.point);
      return {
        ...mark, shown,
        x: (px * this.base + this.origin.x) * scale + x, y: (py * this.base + this.origin.y) * scale + y,
      };
    });
  }

  markAt(x, y) {
    return nearestMark(this.marks(), x, y);
  }

  // --- drawing
  tint() {
    drawZones(this.part("zones"), this.camera, this.state.zones, this.focus, this.colours);
  }

  draw() {
    if (!this.base) return;
    const radius = Math.min(Math.max(3.4 * Math.sqrt(this.view.scale), 3.4), 8);
    drawMarks(this.part("marks"), this.marks(), this.colours, this.ratio, radius);
  }
}
