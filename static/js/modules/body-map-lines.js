// What the chart says: the line about saving, the line about the last tap, the count of copied points.

import { untouched } from "./body-map-passes.js";

export function wordsFor(state, waiting, problem, clock) {
  return {
    saved: `Saved ${clock}`, saving: "Saving…", failed: problem?.message ?? "Not saved yet; trying again",
    waiting: `Not saved yet, ${waiting} ${waiting === 1 ? "change" : "changes"} kept on this page`,
  }[state];
}

export class Lines {
  constructor(root, part) {
    Object.assign(this, { root, part });
  }

  say(text, tone = "") {
    Object.assign(this.part("say"), { textContent: text }).dataset.tone = tone;
  }

  status(state, waiting, problem) {
    const clock = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    Object.assign(this.part("status"), { textContent: wordsFor(state, waiting, problem, clock) }).dataset.state = state;
    if (state === "saved") this.tell("saved");
  }

  count(passes) {
    const left = untouched(passes);
    Object.assign(this.part("confirm"), { hidden: left === 0, textContent: `Confirm ${left} copied ${left === 1 ? "point" : "points"}` });
    const field = this.part("json");
    if (field) field.value = JSON.stringify(passes.map(({ zone, points }) => ({ zone, points })));
  }

  tell(kind, detail = {}) {
    this.root.dispatchEvent(new CustomEvent(kind, { bubbles: true, detail }));
  }
}
