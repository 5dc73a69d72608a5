// The questionnaire: one group a page, follow-ups by their conditions, every answer saved as it is given.
// <form data-module="questionnaire" data-url="API address" data-conditions="id of the JSON"> with [data-group] sections.
import { answerOf } from "./questionnaire-answers.js";
import { isBlank, shown } from "./questionnaire-conditions.js";
import { saver } from "./questionnaire-saver.js";

const TYPING_MS = 700;

export function mount(form) {
  const groups = [...form.querySelectorAll("[data-group]")];
  const questions = [...form.querySelectorAll("[data-question]")];
  const conditions = JSON.parse(document.getElementById(form.dataset.conditions).textContent);
  const order = questions.map((question) => question.dataset.question);
  const buttons = (name) => [...document.querySelectorAll(`[data-go="${name}"]`)];
  const offer = (name, isOffered) => buttons(name).forEach((button) => { button.hidden = !isOffered; });
  const save = saver(form, showError);
  const timers = new Map();
  let visible = new Set();
  let place = 0;

  function answers() {
    return Object.fromEntries(questions.map((question) => [question.dataset.question, answerOf(question)]));
  }

  function reveal() {
    visible = shown(order, conditions, answers());
    for (const question of questions) {
      question.hidden = !visible.has(question.dataset.question);
      const dated = question.querySelector("[data-date]");
      if (dated) dated.hidden = question.querySelector('[type="radio"][value="date"]:checked') === null;
    }
  }

  function go(to, { focus = true } = {}) {
    place = Math.max(0, Math.min(groups.length - 1, to));
    groups.forEach((group, number) => { group.hidden = number !== place; });
    const progress = form.querySelector(".progress");
    progress.hidden = false;
    progress.querySelector("progress").value = place + 1;
    progress.querySelector("span").textContent = `${place + 1} of ${groups.length}`;
    offer("back", place > 0);
    offer("next", place < groups.length - 1);
    offer("finish", place === groups.length - 1);
    if (!focus) return;
    scrollTo({ top: 0 });
    groups[place].focus({ preventScroll: true });
  }

  function showError(name, message) {
    const place_ = form.querySelector(`[data-question="${name}"] [data-error]`);
    if (!place_) return;
    place_.textContent = message;
    place_.hidden = !message;
  }

  function changed(event, wait) {
    const question = event.target.closest("[data-question]");
    if (!question) return;
    const name = question.dataset.question;
    if (event.type === "change") settle(question, event.target);
    reveal();
    showError(name, "");
    clearTimeout(timers.get(name));
    timers.set(name, setTimeout(() => save.put(name, answerOf(question)), wait));
  }

  // "None" stands alone, and a typed date chooses "On a date".
  function settle(question, input) {
    if (input.type === "checkbox" && input.checked && question.dataset.kind === "checks") {
      const alone = (other) => ["none", "neither"].includes(other.value);
      for (const other of question.querySelectorAll(`[name="${input.name}"]`)) {
        if (other !== input && alone(other) !== alone(input)) other.checked = false;
        if (other !== input && alone(other) && alone(input)) other.checked = false;
      }
    }
  }

  function groupOf(name) {
    return groups.findIndex((group) => group.querySelector(`[data-question="${name}"]`));
  }

  function firstBlank() {
    const given = answers();
    if (Object.values(given).every(isBlank)) return 0;
    const blank = questions.find((question) => {
      const optional = question.querySelector(".field-optional") !== null;
      return visible.has(question.dataset.question) && !optional && isBlank(given[question.dataset.question]);
    });
    return blank ? groupOf(blank.dataset.question) : 0;
  }

  function addRow(question) {
    const rows = question.querySelectorAll("[data-row]");
    const last = rows[rows.length - 1];
    const copy = last.cloneNode(true);
    const number = rows.length;
    copy.dataset.row = String(number);
    for (const input of copy.querySelectorAll("input, select")) {
      input.name = input.id = input.name.replace(`_${last.dataset.row}_`, `_${number}_`);
      input.value = "";
      input.previousElementSibling?.setAttribute("for", input.id);
    }
    last.after(copy);
  }

  form.addEventListener("change", (event) => changed(event, 0));
  form.addEventListener("input", (event) => changed(event, TYPING_MS));
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-add]")) addRow(event.target.closest("[data-question]"));
  });
  for (const button of buttons("back")) button.addEventListener("click", () => go(place - 1));
  for (const button of buttons("next")) button.addEventListener("click", () => go(place + 1));
  for (const button of buttons("finish")) button.addEventListener("click", async (event) => {
    event.preventDefault();
    for (const [name, timer] of timers) {
      clearTimeout(timer);
      save.put(name, answerOf(form.querySelector(`[data-question="${name}"]`)), { later: true });
    }
    if (await save.flush()) form.requestSubmit(event.target.closest("button"));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#item-"]');
    if (link && groupOf(link.hash.slice(6)) >= 0) go(groupOf(link.hash.slice(6)), { focus: false });
  });
  for (const plain of document.querySelectorAll("[data-plain]")) plain.hidden = true;
  for (const add of form.querySelectorAll("[data-add]")) add.hidden = false;
  reveal();
  go(firstBlank(), { focus: false });
  save.restore();
}
