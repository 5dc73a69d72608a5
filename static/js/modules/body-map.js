// The injection map: places, moves and removes points on the anatomical surface and saves them pass by pass.
//
// <div data-module="body-map" data-anatomy data-samples data-state="id of a JSON script"> .map-stage img, canvas.map-zones, canvas.map-marks </div>
// State: {digest, editable, csrf, url, zones: {id: {label, treatable, why, planned}}, images: {view: url}, passes, previous}
// The form named in data-hand holds technique, lot, depth_mm, volume_per_point_ml, spacing_mm.

import { Camera, bestView, centreOf, decode, fillZone, pointOn, zoneOf } from "./body-map-geometry.js";
import { Gestures, clampView, zoomAt } from "./body-map-gestures.js";
import { Passes, copyAsUnconfirmed, findPass, sameHand, totals, untouched } from "./body-map-passes.js";
import { drawMarks, drawZones, palette } from "./body-map-draw.js";

const REACH = 15; // pixels from a mark that still mean that mark

class BodyMap {
  constructor(root, state, mesh) {
    Object.assign(this, { root, state, mesh, colours: palette(), view: { scale: 1, x: 0, y: 0 }, focus: "", held: null });
    this.part = (name) => root.querySelector(`.map-${name}`);
    this.stage = this.part("stage");
    this.hand = document.getElementById(root.dataset.hand);
    this.cameras = new Map(mesh.views.map((view) => [view.id, new Camera(mesh, view)]));
    this.passes = new Passes(state.passes, {
      send: (pass) => this.send(pass),
      changed: () => this.changed(),
      status: (...args) => this.status(...args),
    });
    this.listen();
    new ResizeObserver(() => this.fit()).observe(this.stage);
    const first = Object.keys(state.zones).find((id) => state.zones[id].planned);
    this.show((first ? bestView(mesh, first) : mesh.views[0]).id);
    if (first) this.choose(first, false);
    this.changed(false);
  }

  listen() {
    new Gestures(this.part("marks"), {
      hit: (x, y) => (this.state.editable ? this.markAt(x, y) : null),
      tap: (at, mark) => this.tap(at, mark),
      dragStart: (mark) => this.hold(mark),
      drag: (mark, at) => this.drag(mark, at),
      drop: (mark) => this.drop(mark),
      longPress: (mark) => this.remove(mark),
      zoom: (factor, at) => this.move(zoomAt(this.view, factor, at)),
      pan: (x, y) => this.move({ ...this.view, x: this.view.x + x, y: this.view.y + y }),
    });
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this[button.dataset.do](button.value);
    });
    this.part("zone").addEventListener("change", (event) => this.choose(event.target.value));
    addEventListener("beforeunload", (event) => {
      if (this.passes.dirty.size) event.preventDefault();
    });
  }

  // --- what is in the hand
  settings() {
    const value = (name) => this.hand?.elements[name]?.value ?? "";
    const number = (name) => Number(value(name).replace(",", ".")) || 0;
    return {
      technique: value("technique"), lot: value("lot") || null, depth_mm: number("depth_mm"),
      volume_per_point_ml: number("volume_per_point_ml"), spacing_mm: number("spacing_mm") || null,
    };
  }

  passFor(zone) {
    const hand = this.settings();
    const found = findPass(this.passes.list, zone, hand);
    if (found) return found;
    return { id: null, version: null, zone, ...hand, points: [] };
  }

  // --- verbs of the toolbar
  show(id) {
    this.camera = this.cameras.get(id);
    for (const button of this.root.querySelectorAll('[data-do="show"]')) {
      button.setAttribute("aria-pressed", String(button.value === id));
    }
    const image = this.part("image");
    image.src = this.state.images[id];
    image.alt = this.camera.view.label;
    this.view = { scale: 1, x: 0, y: 0 };
    this.fit();
    this.tint();
  }

  choose(zone, turn = true) {
    this.focus = zone;
    this.part("zone").value = zone;
    if (turn && zone && !this.camera.view.zones.includes(zone)) this.show(bestView(this.mesh, zone).id);
    else this.tint();
    this.draw();
  }

  centre() {
    if (this.mayPlace(this.focus)) this.add(this.focus, centreOf(this.mesh, this.focus));
  }

  async fill() {
    if (!this.mayPlace(this.focus)) return;
    this.samples ??= await (await fetch(this.root.dataset.samples)).json();
    const spacing = this.settings().spacing_mm ?? 10;
    const points = fillZone(this.mesh, this.samples, this.focus, spacing);
    const pass = this.passFor(this.focus);
    pass.spacing_mm = spacing;
    this.passes.edit(pass, points);
    this.say(`${points.length} points, ${spacing} mm apart, in ${this.state.zones[this.focus].label}.`);
  }

  again() {
    for (const pass of copyAsUnconfirmed(this.state.previous, this.settings())) {
      const place = this.state.zones[pass.zone]?.treatable && !this.passes.list.some((p) => p.zone === pass.zone && sameHand(p, pass));
      if (place) this.passes.edit(pass, pass.points);
    }
    this.say("Copied from last time. Points stay unconfirmed until you confirm them.");
  }

  confirm() {
    for (const pass of this.passes.list.filter((p) => p.points.some((point) => !point[7]))) {
      this.passes.edit(pass, pass.points.map((point) => [...point.slice(0, 7), 1]));
    }
  }

  clear() {
    for (const pass of this.passes.list.filter((p) => p.zone === this.focus && p.points.length)) this.passes.edit(pass, []);
  }

  undo() {
    if (!this.passes.undo()) this.say("Nothing to undo.");
  }

  whole() {
    this.move({ scale: 1, x: 0, y: 0 });
  }

  closer() {
    this.move(zoomAt(this.view, 1.6, { x: this.stage.clientWidth / 2, y: this.stage.clientHeight / 2 }));
  }

  // --- fingers
  tap(at, mark) {
    if (!this.state.editable) return;
    if (mark) {
      const points = mark.pass.points.map((point, i) => (i === mark.index ? [...point.slice(0, 7), 1] : point));
      if (!mark.pass.points[mark.index][7]) this.passes.edit(mark.pass, points);
      this.choose(mark.pass.zone, false);
      return;
    }
    const hit = this.camera.pick(...this.toView(at.x, at.y));
    if (!hit) return;
    const zone = zoneOf(this.mesh, hit.triangle).id;
    if (this.mayPlace(zone)) this.add(zone, pointOn(this.mesh, hit.triangle, hit.b1, hit.b2));
  }

  add(zone, point) {
    const pass = this.passFor(zone);
    this.passes.edit(pass, [...pass.points, point]);
    if (this.focus !== zone) this.choose(zone, false);
  }

  remove({ pass, index }) {
    this.passes.edit(pass, pass.points.filter((_, i) => i !== index));
    navigator.vibrate?.(20);
    this.say("Point removed. Undo brings it back.");
  }

  hold(mark) {
    this.held = { ...mark, points: mark.pass.points };
  }

  drag(mark, at) {
    const hit = this.camera.pick(...this.toView(at.x, at.y));
    if (!hit || zoneOf(this.mesh, hit.triangle).id !== mark.pass.zone) return;
    const point = pointOn(this.mesh, hit.triangle, hit.b1, hit.b2);
    mark.pass.points = mark.pass.points.map((old, i) => (i === mark.index ? point : old));
    this.draw();
  }

  drop(mark) {
    const moved = mark.pass.points;
    mark.pass.points = this.held?.points ?? moved;
    this.held = null;
    this.passes.edit(mark.pass, moved);
  }

  mayPlace(zone) {
    const known = this.state.zones[zone];
    if (!this.state.editable) return false;
    if (!known?.treatable) this.say(known ? `${known.label} is not treated: ${known.why}` : "Choose a zone first.", "stop");
    return Boolean(known?.treatable);
  }

  // --- places
  fit() {
    const { width, height } = this.camera.view;
    const [w, h] = [this.stage.clientWidth, this.stage.clientHeight];
    this.base = Math.min(w / width, h / height);
    this.origin = { x: (w - width * this.base) / 2, y: (h - height * this.base) / 2 };
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const marks = this.part("marks");
    Object.assign(marks, { width: w * ratio, height: h * ratio });
    this.ratio = ratio;
    this.move(this.view);
  }

  move(view) {
    this.view = clampView(view, this.stage.clientWidth, this.stage.clientHeight);
    const { scale, x, y } = this.view;
    const { width, height } = this.camera.view;
    for (const layer of [this.part("image"), this.part("zones")]) {
      layer.style.width = `${width * this.base}px`;
      layer.style.height = `${height * this.base}px`;
      layer.style.transform = `translate(${x + this.origin.x * scale}px, ${y + this.origin.y * scale}px) scale(${scale})`;
    }
    this.draw();
  }

  toView(x, y) {
    const { scale } = this.view;
    return [((x - this.view.x) / scale - this.origin.x) / this.base, ((y - this.view.y) / scale - this.origin.y) / this.base];
  }

  toStage(px, py) {
    const { scale } = this.view;
    return [(px * this.base + this.origin.x) * scale + this.view.x, (py * this.base + this.origin.y) * scale + this.view.y];
  }

  marks() {
    const current = this.settings();
    return this.passes.list.flatMap((pass) => pass.points.map((point, index) => {
      const { px, py, shown } = this.camera.mark(point);
      const [x, y] = this.toStage(px, py);
      const held = this.held?.pass === pass && this.held.index === index;
      return { x, y, shown, touched: point[7], current: sameHand(pass, current), pass, index, held };
    }));
  }

  markAt(x, y) {
    const near = this.marks().filter((mark) => mark.shown && Math.hypot(mark.x - x, mark.y - y) <= REACH);
    near.sort((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y));
    return near[0] ?? null;
  }

  // --- showing
  tint() {
    drawZones(this.part("zones"), this.camera, this.state.zones, this.focus, this.colours);
  }

  draw() {
    if (!this.base) return;
    const radius = Math.min(Math.max(3.4 * Math.sqrt(this.view.scale), 3.4), 8);
    drawMarks(this.part("marks"), this.marks(), this.colours, this.ratio, radius);
  }

  changed(tell = true) {
    this.draw();
    const sum = totals(this.passes.list);
    const left = untouched(this.passes.list);
    this.part("confirm").hidden = left === 0;
    this.part("confirm").textContent = `Confirm ${left} copied points`;
    if (tell) this.root.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: { passes: this.passes.list, ...sum, untouched: left } }));
    const field = this.part("json");
    if (field) field.value = JSON.stringify(this.passes.list.map(({ zone, points }) => ({ zone, points })));
  }

  say(text, tone = "") {
    const line = this.part("say");
    line.textContent = text;
    line.dataset.tone = tone;
  }

  status(state, waiting, problem) {
    const line = this.part("status");
    const clock = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    line.dataset.state = state;
    line.textContent = {
      saved: `Saved ${clock}`, saving: "Saving…", waiting: `Not saved yet, ${waiting} changes kept on this page`,
      failed: problem?.message ?? "Not saved yet; trying again",
    }[state];
    if (state === "saved") this.root.dispatchEvent(new CustomEvent("saved", { bubbles: true }));
  }

  async send(pass) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.state.csrf };
    const body = {
      zone: pass.zone, technique: pass.technique, lot: pass.lot, depth_mm: pass.depth_mm, spacing_mm: pass.spacing_mm ?? null,
      volume_per_point_ml: pass.volume_per_point_ml, anatomy_digest: this.state.digest, points: pass.points,
    };
    if (pass.version) headers["If-Match"] = `"${pass.version}"`;
    else headers["Idempotency-Key"] = pass.key ??= crypto.randomUUID();
    const answer = await fetch(pass.id ? `${this.state.url}${pass.id}/` : this.state.url, {
      method: pass.id ? "PUT" : "POST", headers, body: JSON.stringify(body),
    });
    const told = await answer.json();
    if (!answer.ok) {
      if (answer.status !== 409) delete pass.key;
      throw new Error(told.message);
    }
    return { id: told.id, version: told.version };
  }
}

export async function mount(root) {
  const state = JSON.parse(document.getElementById(root.dataset.state).textContent);
  const mesh = decode(await (await fetch(root.dataset.anatomy)).json());
  root.bodyMap = new BodyMap(root, state, mesh);
  root.dataset.ready = "yes";
}
