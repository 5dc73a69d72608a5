// Density and dose of a phase while its numbers are typed; the server computes them again and holds the limits.

export function density(currentMa, areaCm2) {
  return areaCm2 > 0 ? Math.round((currentMa / areaCm2) * 1e4) / 1e4 : null;
}

export const dose = (currentMa, minutes) => Math.round(currentMa * minutes * 1000) / 1000;

// D16: above 10 mA rms or 10 V the output warning is shown and must be ticked.
export const isStrong = (outputs, limit) => limit > 0 && outputs.some((value) => value > limit);

const OUTPUTS = ["current_ma", "voltage_v", "peak_voltage_v", "pulse_amplitude_v"];

export function mount(form) {
  const warning = form.querySelector(".output-warning");
  const limit = Number(form.dataset.outputLimit || 0);
  const number = (name) => Number(form.elements[name].value.replace(",", ".")) || 0;
  const out = (name) => form.querySelector(`[data-out="${name}"]`);
  const show = () => {
    out("density").textContent = density(number("current_ma"), number("area_cm2")) ?? "–";
    const outputs = OUTPUTS.filter((name) => form.elements[name]).map(number);
    if (warning) warning.hidden = !isStrong(outputs, limit);
    out("dose").textContent = dose(number("current_ma"), number("minutes"));
  };
  form.addEventListener("input", show);
  show();
}
