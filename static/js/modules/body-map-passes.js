// The passes of a session in memory: which pass a tap belongs to, edits with undo, and saving them one after another.

export const sameHand = (pass, hand) =>
  pass.technique === hand.technique && (pass.lot ?? "") === (hand.lot ?? "")
  && pass.depth_mm === hand.depth_mm && pass.volume_per_point_ml === hand.volume_per_point_ml;

export function findPass(passes, zone, hand) {
  return passes.find((pass) => pass.zone === zone && sameHand(pass, hand)) ?? null;
}

export function totals(passes) {
  const count = passes.reduce((sum, pass) => sum + pass.points.length, 0);
  const volume = passes.reduce((sum, pass) => sum + pass.points.length * pass.volume_per_point_ml, 0);
  return { count, volume: Math.round(volume * 1000) / 1000 };
}

export const untouched = (passes) => passes.reduce((sum, pass) => sum + pass.points.filter((p) => !p[7]).length, 0);

// Points of a pass are numbered in the order in which they were placed.
export function renumber(points) {
  return points.map((point, index) => [...point.slice(0, 6), index + 1, point[7] ?? 1]);
}

export function copyAsUnconfirmed(passes, hand) {
  return passes.map((pass) => ({
    ...pass, id: null, version: null, lot: hand.lot ?? null,
    points: pass.points.map((point) => [...point.slice(0, 7), 0]),
  }));
}

export class Passes {
  // send(pass) answers a promise of {id, version, …} or rejects; changed() is told after every edit.
  constructor(list, { send, changed, status }) {
    Object.assign(this, { list, send, changed, status });
    this.undone = [];
    this.dirty = new Set();
    this.busy = false;
  }

  edit(pass, points) {
    this.undone.push({ pass, points: pass.points });
    if (this.undone.length > 100) this.undone.shift();
    this.put(pass, points);
  }

  put(pass, points) {
    pass.points = renumber(points);
    if (!this.list.includes(pass)) this.list.push(pass);
    this.dirty.add(pass);
    this.changed();
    this.status("waiting", this.dirty.size);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), 500);
  }

  undo() {
    const last = this.undone.pop();
    if (last) this.put(last.pass, last.points);
    return Boolean(last);
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      for (const pass of this.dirty) {
        this.status("saving", this.dirty.size);
        const points = pass.points;
        Object.assign(pass, await this.send(pass), { points: pass.points });
        if (pass.points === points) this.dirty.delete(pass);
      }
      this.status(this.dirty.size ? "waiting" : "saved", this.dirty.size);
    } catch (problem) {
      this.status("failed", this.dirty.size, problem);
    } finally {
      this.busy = false;
      if (this.dirty.size) this.timer = setTimeout(() => this.flush(), 4000);
    }
  }
}
