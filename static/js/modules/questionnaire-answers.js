// Reads the answer of one question from its inputs, in the shape the API takes; null when nothing is given.

const value = (input) => (input ? input.value.trim() : "");
const number = (text) => {
  const parsed = Number(text.replace(",", "."));
  return Number.isFinite(parsed) ? parsed : text;
};

function rows(question, name) {
  const found = [];
  for (const row of question.querySelectorAll("[data-row]")) {
    const entry = {};
    for (const input of row.querySelectorAll("input, select")) {
      const key = input.name.replace(`q_${name}_${row.dataset.row}_`, "");
      const given = value(input);
      if (given && key === "tested") entry[key] = given === "yes";
      else if (given) entry[key] = given;
    }
    if (Object.keys(entry).length) found.push(entry);
  }
  const none = question.querySelector(`[name="q_${name}_none"]`);
  return found.length || none?.checked ? found : null;
}

export function answerOf(question) {
  const { question: name, kind, type } = question.dataset;
  const field = (suffix = "") => question.querySelector(`[name="q_${name}${suffix}"]`);
  const checked = [...question.querySelectorAll(`[name="q_${name}"]:checked`)].map((input) => input.value);
  if (kind === "checks") return checked.length ? checked : null;
  if (kind === "group") return rows(question, name);
  if (kind === "sign") return checked[0] || null;
  if (kind === "dn") {
    if (checked[0] === "none" || checked[0] === "unsure") return checked[0];
    return value(field("_on")) || null;
  }
  if (kind === "choices" || kind === "scale") {
    if (!checked.length) return null;
    if (type === "bool") return checked[0] === "yes";
    return kind === "scale" ? Number(checked[0]) : checked[0];
  }
  const given = value(field());
  if (!given) return null;
  return kind === "number" ? number(given) : given;
}
