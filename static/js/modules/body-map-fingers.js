// What fingers do to the points: a tap places or confirms, a drag moves, a long press removes.

import { pointOn, zoneOf } from "./body-map-geometry.js";
import { Gestures } from "./body-map-gestures.js";

export class Fingers {
  // map: the body map with its stage, passes and state.
  constructor(map) {
    Object.assign(this, { map, held: null });
    new Gestures(map.part("marks"), {
      hit: (x, y) => (map.state.editable ? map.stage.markAt(x, y) : null),
      tap: (at, mark) => this.tap(at, mark),
      dragStart: (mark) => this.hold(mark),
      drag: (mark, at) => this.drag(mark, at),
      drop: (mark) => this.drop(mark),
      longPress: (mark) => this.remove(mark),
      zoom: (factor, at) => map.stage.zoom(factor, at),
      pan: (x, y) => map.stage.pan(x, y),
    });
  }

  holds(pass, index) {
    return this.held?.pass === pass && this.held.index === index;
  }

  tap(at, mark) {
    const { map } = this;
    if (!map.state.editable) return;
    if (mark) {
      this.confirm(mark);
      return;
    }
    const hit = map.stage.pick(at);
    if (!hit) return;
    const zone = zoneOf(map.mesh, hit.triangle).id;
    if (map.mayPlace(zone)) map.add(zone, pointOn(map.mesh, hit.triangle, hit.b1, hit.b2));
  }

  confirm({ pass, index }) {
    if (!pass.points[index][7]) {
      this.map.passes.edit(pass, pass.points.map((point, i) => (i === index ? [...point.slice(0, 7), 1] : point)));
    }
    this.map.choose(pass.zone, false);
  }

  remove({ pass, index }) {
    this.map.passes.edit(pass, pass.points.filter((_, i) => i !== index));
    navigator.vibrate?.(20);
    this.map.say("Point removed. Undo brings it back.");
  }

  hold(mark) {
    this.held = { ...mark, points: mark.pass.points };
  }

  // A point may wander within its zone only.
  drag({ pass, index }, at) {
    const { mesh, stage } = this.map;
    const hit = stage.pick(at);
    if (!hit || zoneOf(mesh, hit.triangle).id !== pass.zone) return;
    const point = pointOn(mesh, hit.triangle, hit.b1, hit.b2);
    pass.points = pass.points.map((old, i) => (i === index ? point : old));
    stage.draw();
  }

  drop({ pass }) {
    const moved = pass.points;
    pass.points = this.held?.points ?? moved;
    this.held = null;
    this.map.passes.edit(pass, moved);
  }
}
