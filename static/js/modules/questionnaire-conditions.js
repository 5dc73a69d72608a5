// "When" conditions of the questionnaire, evaluated in the browser as the server does (consultations/rule_language).
// true, false, or null: the parent question was not asked or not answered yet, so the follow-up waits.

const negated = (value) => (value === null ? null : !value);

function wordsOf(answer) {
  if (Array.isArray(answer)) return answer.map(String);
  if (answer === true) return ["yes"];
  if (answer === false) return ["no"];
  return [String(answer)];
}

export function isBlank(answer) {
  return answer === undefined || answer === null || (typeof answer === "string" && answer.trim() === "");
}

function all(values) {
  if (values.includes(false)) return false;
  return values.includes(null) ? null : true;
}

function some(values) {
  if (values.includes(true)) return true;
  return values.includes(false) ? false : null;
}

const FORMS = {
  And: (node, read) => all(node.parts.map((part) => evaluate(part, read))),
  Or: (node, read) => some(node.parts.map((part) => evaluate(part, read))),
  Not: (node, read) => negated(evaluate(node.part, read)),
  Yes: (node, read) => {
    const answer = read(node.question);
    return !isBlank(answer) && ["yes", "unsure"].includes(wordsOf(answer)[0]);
  },
  Is: (node, read) => {
    const answer = read(node.question);
    if (isBlank(answer)) return null;
    const words = wordsOf(answer);
    if (words.some((word) => node.words.includes(word))) return true;
    return words.includes("unsure") ? true : false;
  },
  Answered: (node, read) => {
    const answer = read(node.question);
    return !isBlank(answer) && answer !== "none" && !(Array.isArray(answer) && answer.length === 0);
  },
};

export function evaluate(node, read) {
  return FORMS[node.form](node, read);
}

// Which questions are shown, in order: a follow-up of a hidden question is hidden too.
export function shown(order, conditions, answers) {
  const visible = new Set();
  const read = (name) => (visible.has(name) ? answers[name] : undefined);
  for (const name of order) {
    if (!conditions[name] || evaluate(conditions[name], read) === true) visible.add(name);
  }
  return visible;
}
