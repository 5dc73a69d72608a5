// Density and dose of a phase while its numbers are typed; the server computes them again and holds the limits.

export function density(currentMa, areaCm2) {
  return areaCm2 > 0 ? Math.round((currentMa / areaCm2) * 1e4) / 1e4 : null;
}

export const dose = (currentMa, minutes) => Math.round(currentMa * minutes * 1000) / 1000;

export function mount(form) {
  const number = (name) => Number(form.elements[name].value.replace(",", ".")) || 0;
  const out = (name) => form.querySelector(`[data-out="${name}"]`);
  const show = () => {
    out("density").textContent = density(number("current_ma"), number("area_cm2")) ?? "–";
    out("dose").textContent = dose(number("current_ma"), number("minutes"));
  };
  form.addEventListener("input", show);
  show();
}
