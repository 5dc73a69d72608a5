// A signature drawn with a finger or a pen: the picture goes into the hidden field; the typed name beside it is the other way.
import SignaturePad from "signature_pad";

export const MIN_LENGTH = 60; // CSS pixels along all strokes; a dot is not a signature

export function inkLength(strokes) {
  let length = 0;
  for (const { points } of strokes) {
    for (let i = 1; i < points.length; i += 1) length += Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y);
  }
  return length;
}

function fit(canvas, pad) {
  const ratio = Math.max(devicePixelRatio || 1, 1);
  const strokes = pad.toData();
  canvas.width = canvas.offsetWidth * ratio;
  canvas.height = canvas.offsetHeight * ratio;
  canvas.getContext("2d").scale(ratio, ratio);
  pad.clear();
  pad.fromData(strokes);
}

export function mount(element) {
  const canvas = element.querySelector("canvas");
  const field = element.querySelector("input[type=hidden]");
  const said = element.querySelector("[data-said]");
  const pad = new SignaturePad(canvas, { penColor: "#1b2126", minWidth: 1, maxWidth: 2.6 });
  const keep = () => {
    const enough = inkLength(pad.toData()) >= MIN_LENGTH;
    field.value = enough ? pad.toDataURL("image/png") : "";
    said.textContent = enough ? "Signature drawn." : "Please sign with a longer stroke.";
  };
  pad.addEventListener("endStroke", keep);
  element.querySelector("[data-clear]").addEventListener("click", () => {
    pad.clear();
    field.value = "";
    said.textContent = "Cleared.";
  });
  new ResizeObserver(() => canvas.offsetWidth && fit(canvas, pad)).observe(canvas);
}
