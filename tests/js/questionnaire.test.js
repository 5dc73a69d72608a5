// Conditions and answers of the questionnaire, without a browser.
import assert from "node:assert/strict";
import test from "node:test";
import { evaluate, isBlank, shown } from "../../static/js/modules/questionnaire-conditions.js";
import { bandsOf, typeOf } from "../../static/js/modules/questionnaire-score.js";

const yes = { form: "Yes", question: "a" };
const notNone = { form: "Not", part: { form: "Is", question: "b", words: ["none"] } };
const reading = (answers) => (name) => answers[name];

test("yes holds for yes, unsure and true, and not for a blank", () => {
  for (const answer of ["yes", "unsure", true]) assert.equal(evaluate(yes, reading({ a: answer })), true);
  for (const answer of ["no", false, undefined, null, ""]) assert.equal(evaluate(yes, reading({ a: answer })), false);
});

test("a negated condition waits until its question is answered", () => {
  assert.equal(evaluate(notNone, reading({})), null);
  assert.equal(evaluate(notNone, reading({ b: ["none"] })), false);
  assert.equal(evaluate(notNone, reading({ b: ["lupus"] })), true);
});

test("and, or and answered combine", () => {
  const answered = { form: "Answered", question: "c" };
  assert.equal(evaluate({ form: "And", parts: [yes, answered] }, reading({ a: "yes", c: "none" })), false);
  assert.equal(evaluate({ form: "Or", parts: [yes, answered] }, reading({ a: "no", c: "2026-01-01" })), true);
  assert.equal(evaluate({ form: "And", parts: [yes, notNone] }, reading({ a: "yes" })), null);
});

test("a follow-up of a hidden question is hidden too", () => {
  const conditions = { a: { form: "Yes", question: "top" }, c: yes };
  assert.deepEqual([...shown(["top", "a", "c"], conditions, { top: "no", a: "yes" })], ["top"]);
  assert.deepEqual([...shown(["top", "a", "c"], conditions, { top: "yes", a: "yes" })], ["top", "a", "c"]);
});

test("false and zero are answers, blanks are not", () => {
  assert.deepEqual([false, 0, [], "", "  ", null, undefined].map(isBlank), [false, false, false, true, true, true, true]);
});

test("the phototype follows the bands of the instruments", () => {
  const bands = bandsOf("6:1 13:2 20:3 27:4 34:5 40:6");
  assert.deepEqual([0, 6, 7, 13, 14, 20, 21, 27, 28, 34, 35, 40].map((score) => typeOf(score, bands)), ["I", "I", "II", "II", "III", "III", "IV", "IV", "V", "V", "VI", "VI"]);
});
