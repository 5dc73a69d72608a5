// Draws the needle to the depth that is set and names the layer its tip lies in.

const BANDS = [[0, 22], [0.1, 36], [0.4, 58], [2, 104], [13, 132]]; // mm and the y of the drawing

export function depthToY(mm) {
  for (let i = 1; i < BANDS.length; i += 1) {
    const [[fromMm, fromY], [toMm, toY]] = [BANDS[i - 1], BANDS[i]];
    if (mm <= toMm) return fromY + ((mm - fromMm) / (toMm - fromMm)) * (toY - fromY);
  }
  return BANDS.at(-1)[1];
}

export function layerAt(layers, mm) {
  return (layers.find((layer) => mm <= layer.to_mm) ?? layers.at(-1)).label;
}

export function mount(root) {
  const input = document.getElementById(root.dataset.input);
  const layers = JSON.parse(root.querySelector("script").textContent);
  const deepest = Number(root.dataset.deepest);
  const part = (name) => root.querySelector(`.skin-${name}`);
  const show = () => {
    const mm = Math.max(Number(input.value.replace(",", ".")) || 0, 0);
    const y = depthToY(mm);
    part("needle").setAttribute("transform", `translate(0 ${y - 20})`);
    part("drop").setAttribute("cy", y);
    part("layer").textContent = layerAt(layers, mm);
    part("depth").textContent = `${mm} mm`;
    root.dataset.beyond = mm > deepest ? "yes" : "";
    for (const line of root.querySelectorAll(".skin-limit, .skin-limit-text")) {
      line.setAttribute("transform", `translate(0 ${depthToY(deepest) - 104})`);
    }
  };
  input.addEventListener("input", show);
  show();
}
