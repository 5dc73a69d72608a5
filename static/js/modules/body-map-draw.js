// Drawing of the chart: tinted zones on one canvas (redrawn per view), marks on another (redrawn per event).

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function palette() {
  return {
    brand: css("--brand") || "#0E6B66", stop: css("--stop") || "#B3261E", ink: css("--ink") || "#1B2126",
    caution: css("--caution") || "#7A6200", surface: css("--surface") || "#FFFFFF",
  };
}

function visibleTriangles(camera, zone) {
  const found = [];
  for (let t = zone.first; t < zone.first + zone.count; t += 1) {
    if (camera.signedArea(t) >= 0) continue;
    const at = camera.corners(t);
    const f = camera.flat;
    const middle = [0, 1, 2].map((k) => (f[at[0] + k] + f[at[1] + k] + f[at[2] + k]) / 3);
    const hit = camera.pick(middle[0], middle[1]);
    if (hit && Math.abs(hit.depth - middle[2]) <= 30) found.push(at);
  }
  return found;
}

function fillTriangles(context, camera, corners, colour, alpha) {
  const f = camera.flat;
  context.globalAlpha = alpha;
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 0.6;
  context.beginPath();
  for (const [a, b, c] of corners) {
    context.moveTo(f[a], f[a + 1]);
    context.lineTo(f[b], f[b + 1]);
    context.lineTo(f[c], f[c + 1]);
    context.closePath();
  }
  context.fill();
  context.globalAlpha = 1;
}

// Outline: edges that belong to one visible triangle of the zone only.
function strokeBorder(context, camera, corners, colour) {
  const edges = new Map();
  for (const [a, b, c] of corners) {
    for (const [one, other] of [[a, b], [b, c], [c, a]]) {
      const key = one < other ? `${one} ${other}` : `${other} ${one}`;
      if (!edges.delete(key)) edges.set(key, [one, other]);
    }
  }
  const f = camera.flat;
  context.strokeStyle = colour;
  context.beginPath();
  for (const [one, other] of edges.values()) {
    context.moveTo(f[one], f[one + 1]);
    context.lineTo(f[other], f[other + 1]);
  }
  context.stroke();
}

// zones: {id: {treatable, planned}}; focus: the zone in work.
export function drawZones(canvas, camera, zones, focus, colours) {
  if (!camera.flat) camera.prepare();
  const { width, height } = camera.view;
  canvas.width = width * 2;
  canvas.height = height * 2;
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  context.lineJoin = "round";
  for (const id of camera.view.zones) {
    const state = zones[id] ?? { treatable: false };
    const corners = visibleTriangles(camera, camera.mesh.zones.get(id));
    if (!state.treatable && !state.quiet) fillTriangles(context, camera, corners, colours.stop, 0.13);
    else if (id === focus) fillTriangles(context, camera, corners, colours.brand, 0.24);
    else if (state.planned) fillTriangles(context, camera, corners, colours.brand, 0.1);
    context.lineWidth = id === focus ? 2 : 0.7;
    context.globalAlpha = id === focus ? 0.95 : 0.28;
    strokeBorder(context, camera, corners, id === focus ? colours.brand : colours.ink);
    context.globalAlpha = 1;
  }
}

// marks: [{x, y, shown, touched, current, held}] in stage pixels
export function drawMarks(canvas, marks, colours, ratio, radius) {
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width / ratio, canvas.height / ratio);
  for (const mark of marks) {
    const size = mark.held ? radius * 2 : radius;
    context.globalAlpha = mark.shown ? 1 : 0.25;
    context.beginPath();
    context.arc(mark.x, mark.y, size, 0, 2 * Math.PI);
    context.fillStyle = mark.touched ? (mark.current ? colours.brand : colours.ink) : colours.surface;
    context.fill();
    context.lineWidth = mark.touched ? 1.5 : 2;
    context.setLineDash(mark.touched ? [] : [3, 2]);
    context.strokeStyle = mark.touched ? colours.surface : colours.caution;
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}
