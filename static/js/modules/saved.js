// The words of a page that saves by itself: "Saved 10:42" or "Not saved yet, 3 changes kept on this tablet".
// Use: import { status } from "./saved.js"; status.saving(); status.saved(); status.waiting(3); status.failed("…");

export function clock(now = new Date()) {
  return now.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

export function words(state, detail, now = new Date()) {
  if (state === "saving") return "Saving";
  if (state === "saved") return `Saved ${clock(now)}`;
  if (state === "waiting") {
    return `Not saved yet, ${detail} ${detail === 1 ? "change" : "changes"} kept on this tablet`;
  }
  return detail;
}

function show(state, detail) {
  for (const element of document.querySelectorAll(".saved[data-module~='saved']")) {
    element.dataset.state = state;
    element.textContent = words(state, detail);
  }
}

export const status = {
  saving: () => show("saving"),
  saved: () => show("saved"),
  waiting: (count) => show("waiting", count),
  failed: (text) => show("failed", text),
};

// A form with hx-post that answers 2xx counts as saved.
export function mount(element) {
  const form = element.dataset.watch ? document.querySelector(element.dataset.watch) : null;
  form?.addEventListener("htmx:beforeRequest", status.saving);
  form?.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) status.saved();
    else status.failed("Not saved: look at the marked fields");
  });
}
