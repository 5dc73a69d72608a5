// What is in the hand now: the fields of the hand form as one setting that a new point belongs to.

export function settingsOf(form) {
  const value = (name) => form?.elements[name]?.value ?? "";
  const number = (name) => Number(value(name).replace(",", ".")) || 0;
  return {
    technique: value("technique"), lot: value("lot") || null, depth_mm: number("depth_mm"),
    volume_per_point_ml: number("volume_per_point_ml"), spacing_mm: number("spacing_mm") || null,
  };
}
