// Running totals against what was drawn up; the chart tells them after every edit.

export function leftOver(drawnMl, placedMl) {
  return Math.round((drawnMl - placedMl) * 1000) / 1000;
}

export function mount(element) {
  const drawn = Number(element.dataset.drawn) || 0;
  const put = (name, value) => {
    element.querySelector(`[data-total="${name}"]`).textContent = value;
  };
  const show = ({ count, volume }) => {
    const left = leftOver(drawn, volume);
    put("count", count);
    put("volume", volume);
    put("left", left);
    element.dataset.over = left < 0 ? "yes" : "";
  };
  document.addEventListener("change", (event) => event.detail?.passes && show(event.detail));
  const state = document.getElementById("map-state");
  const passes = state ? JSON.parse(state.textContent).passes : [];
  const sum = (each) => Math.round(passes.reduce((all, pass) => all + each(pass), 0) * 1000) / 1000;
  show({ count: sum((p) => p.points.length), volume: sum((p) => p.points.length * p.volume_per_point_ml) });
}
