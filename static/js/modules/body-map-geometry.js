// The anatomical surface in the browser: decoding, cameras, taps, fill points. Pure; lengths are tenths of a millimetre.

const BUCKET = 16; // view pixels
const HIDDEN_BEHIND = 30; // a mark further than 3 mm behind the surface is hidden in this view

export function decode(raw) {
  const vertices = new Int32Array(raw.vertices.length);
  for (let i = 0; i < vertices.length; i += 1) vertices[i] = raw.vertices[i] + (i > 2 ? vertices[i - 3] : 0);
  const triangles = new Int32Array(raw.triangles.length);
  for (let i = 0, sum = 0; i < triangles.length; i += 1) triangles[i] = sum += raw.triangles[i];
  const owner = new Uint8Array(triangles.length / 3);
  raw.zones.forEach((zone, index) => owner.fill(index, zone.first, zone.first + zone.count));
  const zones = new Map(raw.zones.map((zone) => [zone.id, zone]));
  return { vertices, triangles, owner, zones, list: raw.zones, views: raw.views };
}

export const zoneOf = (mesh, triangle) => mesh.list[mesh.owner[triangle]];

export function placeOn(mesh, triangle, b1, b2) {
  const b0 = 1 - b1 - b2;
  return [0, 1, 2].map((axis) => {
    const at = (corner) => mesh.vertices[3 * mesh.triangles[3 * triangle + corner] + axis];
    return at(0) * b0 + at(1) * b1 + at(2) * b2;
  });
}

// A point as it is stored: [triangle, b1, b2, x, y, z, order, touched]
export function pointOn(mesh, triangle, b1, b2, touched = 1) {
  const [w1, w2] = [b1, b2].map((n) => Math.round(n * 1e4) / 1e4);
  return [triangle, w1, w2, ...placeOn(mesh, triangle, w1, w2).map(Math.round), 0, touched];
}

export const distanceMm = (a, b) => Math.hypot(a[3] - b[3], a[4] - b[4], a[5] - b[5]) / 10;

export class Camera {
  constructor(mesh, view) {
    Object.assign(this, { mesh, view, scale: view.pixels_per_cm / 100 });
    this.columns = Math.ceil(view.width / BUCKET);
    this.flat = null;
  }

  project(x, y, z) {
    const { rotation: r, centre: c, width, height } = this.view;
    const [p, q, s] = [x - c[0], y - c[1], z - c[2]];
    return [
      width / 2 + (r[0] * p + r[1] * q + r[2] * s) * this.scale,
      height / 2 - (r[3] * p + r[4] * q + r[5] * s) * this.scale,
      r[6] * p + r[7] * q + r[8] * s,
    ];
  }

  prepare() {
    const { vertices } = this.mesh;
    this.flat = new Float32Array(vertices.length);
    for (let i = 0; i < vertices.length; i += 3) {
      this.flat.set(this.project(vertices[i], vertices[i + 1], vertices[i + 2]), i);
    }
    this.buckets = new Map();
    for (const id of this.view.zones) {
      const zone = this.mesh.zones.get(id);
      for (let t = zone.first; t < zone.first + zone.count; t += 1) this.#file(t);
    }
  }

  corners(triangle) {
    return [0, 1, 2].map((k) => 3 * this.mesh.triangles[3 * triangle + k]);
  }

  signedArea(triangle) {
    const [a, b, c] = this.corners(triangle);
    const f = this.flat;
    return (f[b] - f[a]) * (f[c + 1] - f[a + 1]) - (f[b + 1] - f[a + 1]) * (f[c] - f[a]);
  }

  #file(triangle) {
    if (this.signedArea(triangle) >= 0) return;
    const at = this.corners(triangle);
    const xs = at.map((i) => this.flat[i]);
    const ys = at.map((i) => this.flat[i + 1]);
    const [left, right] = [Math.floor(Math.min(...xs) / BUCKET), Math.floor(Math.max(...xs) / BUCKET)];
    const [top, bottom] = [Math.floor(Math.min(...ys) / BUCKET), Math.floor(Math.max(...ys) / BUCKET)];
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        const key = row * this.columns + column;
        const found = this.buckets.get(key);
        if (found) found.push(triangle);
        else this.buckets.set(key, [triangle]);
      }
    }
  }

  // What a tap at view pixels hits: {triangle, b1, b2, depth} or null; the nearest surface wins.
  pick(px, py) {
    if (!this.flat) this.prepare();
    const near = this.buckets.get(Math.floor(py / BUCKET) * this.columns + Math.floor(px / BUCKET)) ?? [];
    const f = this.flat;
    let best = null;
    for (const triangle of near) {
      const t = this.mesh.triangles;
      const [a, b, c] = [3 * t[3 * triangle], 3 * t[3 * triangle + 1], 3 * t[3 * triangle + 2]];
      const [e1x, e1y, e2x, e2y] = [f[b] - f[a], f[b + 1] - f[a + 1], f[c] - f[a], f[c + 1] - f[a + 1]];
      const area = e1x * e2y - e1y * e2x;
      const [dx, dy] = [px - f[a], py - f[a + 1]];
      const b1 = (dx * e2y - dy * e2x) / area;
      const b2 = (dy * e1x - dx * e1y) / area;
      if (b1 < 0 || b2 < 0 || b1 + b2 > 1) continue;
      const depth = f[a + 2] * (1 - b1 - b2) + f[b + 2] * b1 + f[c + 2] * b2;
      if (!best || depth > best.depth) best = { triangle, b1, b2, depth };
    }
    return best;
  }

  // Where a stored point is drawn, and whether skin lies in front of it.
  mark(point) {
    const [px, py, depth] = this.project(point[3], point[4], point[5]);
    const found = this.pick(px, py);
    return { px, py, shown: Boolean(found) && Math.abs(found.depth - depth) <= HIDDEN_BEHIND };
  }
}

export function fillZone(mesh, samples, zoneId, spacingMm) {
  const zone = mesh.zones.get(zoneId);
  const rows = samples.zones[zoneId];
  if (!rows) return [];
  const points = [];
  for (let i = 0; i < rows.gap.length && rows.gap[i] >= 10 * spacingMm; i += 1) {
    points.push(pointOn(mesh, zone.first + rows.triangle[i], rows.b1[i] / samples.bary_steps, rows.b2[i] / samples.bary_steps));
  }
  return points;
}

export function centreOf(mesh, zoneId) {
  const zone = mesh.zones.get(zoneId);
  const places = Array.from({ length: zone.count }, (_, i) => placeOn(mesh, zone.first + i, 1 / 3, 1 / 3));
  const mean = [0, 1, 2].map((axis) => places.reduce((sum, place) => sum + place[axis], 0) / zone.count);
  const off = places.map((place) => Math.hypot(...place.map((n, axis) => n - mean[axis])));
  return pointOn(mesh, zone.first + off.indexOf(Math.min(...off)), 1 / 3, 1 / 3);
}

export function bestView(mesh, zoneId) {
  const facing = (view) => {
    const zone = mesh.zones.get(zoneId);
    const camera = new Camera(mesh, view);
    const [x, y, z] = placeOn(mesh, centreOf(mesh, zoneId)[0], 1 / 3, 1 / 3);
    const [px, py] = camera.project(x, y, z);
    const inside = px > 0 && py > 0 && px < view.width && py < view.height;
    return inside && view.zones.includes(zone.id) ? view.pixels_per_cm : 0;
  };
  return mesh.views.reduce((best, view) => (facing(view) > facing(best) ? view : best));
}
