// The injection map: places, moves and removes points on the anatomical surface and saves them pass by pass.
//
// <div data-module="body-map" data-anatomy data-samples data-state="id of a JSON script"> .map-stage img, canvas.map-zones, canvas.map-marks </div>
// State: {digest, editable, csrf, url, zones: {id: {label, treatable, why, planned}}, images: {view: url}, passes, previous}
// The form named in data-hand holds technique, lot, depth_mm, volume_per_point_ml, spacing_mm.

import { bestView, centreOf, decode, fillZone } from "./body-map-geometry.js";
import { Fingers } from "./body-map-fingers.js";
import { settingsOf } from "./body-map-hand.js";
import { Lines } from "./body-map-lines.js";
import { Passes, copyAsUnconfirmed, findPass, sameHand, totals, untouched } from "./body-map-passes.js";
import { send } from "./body-map-send.js";
import { Stage } from "./body-map-stage.js";

class BodyMap {
  constructor(root, state, mesh) {
    Object.assign(this, { root, state, mesh, hand: document.getElementById(root.dataset.hand) });
    this.part = (name) => root.querySelector(`.map-${name}`);
    this.lines = new Lines(root, this.part);
    this.passes = new Passes(state.passes, {
      send: (pass) => send(pass, state),
      changed: () => this.changed(),
      status: (...args) => this.lines.status(...args),
    });
    this.stage = new Stage({ part: this.part, mesh, state, marks: () => this.placed() });
    this.fingers = new Fingers(this);
    this.listen();
    const first = Object.keys(state.zones).find((id) => state.zones[id].planned);
    this.show((first ? bestView(mesh, first) : mesh.views[0]).id);
    if (first) this.choose(first, false);
    this.lines.count(this.passes.list);
  }

  listen() {
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this[button.dataset.do](button.value);
    });
    this.part("zone").addEventListener("change", (event) => this.choose(event.target.value));
    addEventListener("beforeunload", (event) => {
      if (this.passes.dirty.size) event.preventDefault();
    });
  }

  // --- what is in the hand, and the pass that a new point belongs to
  settings() {
    return settingsOf(this.hand);
  }

  passFor(zone) {
    const hand = this.settings();
    return findPass(this.passes.list, zone, hand) ?? { id: null, version: null, zone, ...hand, points: [] };
  }

  placed() {
    const hand = this.settings();
    return this.passes.list.flatMap((pass) => pass.points.map((point, index) => ({
      point, pass, index, touched: point[7], current: sameHand(pass, hand), held: this.fingers.holds(pass, index),
    })));
  }

  add(zone, point) {
    const pass = this.passFor(zone);
    this.passes.edit(pass, [...pass.points, point]);
    if (this.stage.focus !== zone) this.choose(zone, false);
  }

  mayPlace(zone) {
    const known = this.state.zones[zone];
    if (!this.state.editable) return false;
    if (!known?.treatable) this.say(known ? `${known.label} is not treated: ${known.why}` : "Choose a zone first.", "stop");
    return Boolean(known?.treatable);
  }

  changed() {
    this.stage.draw();
    this.lines.count(this.passes.list);
    this.lines.tell("change", { passes: this.passes.list, ...totals(this.passes.list), untouched: untouched(this.passes.list) });
  }

  say(text, tone) {
    this.lines.say(text, tone);
  }

  // --- verbs of the toolbar: [data-do] names them
  show(id) {
    for (const button of this.root.querySelectorAll('[data-do="show"]')) {
      button.setAttribute("aria-pressed", String(button.value === id));
    }
    this.stage.show(id);
  }

  choose(zone, turn = true) {
    this.part("zone").value = zone;
    const behind = this.stage.look(zone, turn);
    if (behind) this.show(behind);
    this.stage.draw();
  }

  centre() {
    const zone = this.stage.focus;
    if (this.mayPlace(zone)) this.add(zone, centreOf(this.mesh, zone));
  }

  async fill() {
    const zone = this.stage.focus;
    if (!this.mayPlace(zone)) return;
    this.samples ??= await (await fetch(this.root.dataset.samples)).json();
    const spacing = this.settings().spacing_mm ?? 10;
    const points = fillZone(this.mesh, this.samples, zone, spacing);
    const pass = this.passFor(zone);
    pass.spacing_mm = spacing;
    this.passes.edit(pass, points);
    this.say(`${points.length} points, ${spacing} mm apart, in ${this.state.zones[zone].label}.`);
  }

  again() {
    for (const pass of copyAsUnconfirmed(this.state.previous, this.settings())) {
      const isNew = !this.passes.list.some((one) => one.zone === pass.zone && sameHand(one, pass));
      if (this.state.zones[pass.zone]?.treatable && isNew) this.passes.edit(pass, pass.points);
    }
    this.say("Copied from last time. Points stay unconfirmed until you confirm them.");
  }

  confirm() {
    for (const pass of this.passes.list.filter((one) => one.points.some((point) => !point[7]))) {
      this.passes.edit(pass, pass.points.map((point) => [...point.slice(0, 7), 1]));
    }
  }

  clear() {
    const full = this.passes.list.filter((pass) => pass.zone === this.stage.focus && pass.points.length);
    for (const pass of full) this.passes.edit(pass, []);
  }

  undo() {
    if (!this.passes.undo()) this.say("Nothing to undo.");
  }

  whole() { this.stage.whole(); }

  closer() { this.stage.zoom(1.6); }
}

export async function mount(root) {
  const state = JSON.parse(document.getElementById(root.dataset.state).textContent);
  const mesh = decode(await (await fetch(root.dataset.anatomy)).json());
  root.bodyMap = new BodyMap(root, state, mesh);
  root.dataset.ready = "yes";
}
