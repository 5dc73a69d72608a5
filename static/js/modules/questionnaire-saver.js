// Sends answers as they are given; what cannot be sent is kept sealed on this tablet and tried again.
import { forget, keep, kept } from "./questionnaire-kept.js";
import { status } from "./saved.js";

const RETRY_MS = 5000;

export function saver(form, showError) {
  const url = form.dataset.url;
  const version = form.querySelector('[name="version"]');
  const token = form.querySelector('[name="csrfmiddlewaretoken"]').value;
  let waiting = {};
  let chain = Promise.resolve(true);
  let isKept = false;
  let timer = 0;

  async function request(answers) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token, "If-Match": `"${version.value}"` };
    return fetch(url, { method: "PUT", headers, body: JSON.stringify({ answers }), credentials: "same-origin" });
  }

  // The newest answer to each question wins; one that was changed meanwhile stays in the queue.
  function done(sent) {
    for (const [name, value] of Object.entries(sent)) {
      if (JSON.stringify(waiting[name]) === JSON.stringify(value)) delete waiting[name];
    }
  }

  async function sendOnce() {
    const sent = { ...waiting };
    const response = await request(sent);
    const body = await response.json().catch(() => ({}));
    if (response.ok) {
      version.value = body.version;
      done(sent);
      return true;
    }
    if (response.status === 409 && body.code === "stale") {
      version.value = body.details.current.version;
      return true;
    }
    if (response.status === 422 && body.field) {
      showError(body.field, body.message);
      status.failed("One answer cannot be saved: look at the marked question");
      delete waiting[body.field];
      return Object.keys(waiting).length > 0;
    }
    throw new Error(`Not saved: ${response.status}`);
  }

  async function drain() {
    clearTimeout(timer);
    try {
      let failed = false;
      while (Object.keys(waiting).length) {
        status.saving();
        if (!(await sendOnce())) failed = true;
      }
      if (!failed) status.saved();
      if (isKept) await forget().catch(() => {});
      isKept = false;
      return true;
    } catch {
      const count = Object.keys(waiting).length;
      status.waiting(count);
      await keep(url, waiting).catch(() => {});
      isKept = true;
      timer = setTimeout(flush, RETRY_MS);
      return false;
    }
  }

  // One request at a time, in order.
  function flush() {
    chain = chain.then(drain);
    return chain;
  }

  async function restore() {
    const found = await kept(url).catch(() => ({}));
    if (Object.keys(found).length) {
      isKept = true;
      waiting = { ...found, ...waiting };
      await flush();
      location.reload();
    }
  }

  addEventListener("online", () => { if (Object.keys(waiting).length) flush(); });
  addEventListener("beforeunload", (event) => { if (Object.keys(waiting).length) event.preventDefault(); });
  return {
    flush,
    restore,
    put(name, value, { later = false } = {}) {
      waiting[name] = value;
      if (!later) flush();
    },
  };
}
