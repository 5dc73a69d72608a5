// <dialog data-module="lock" data-seconds="180">: after a rest the page is covered and the session locked; the PIN opens it
// and what was typed is still there. Tabs of one browser rest, lock and open together.

const SIGNS = ["pointerdown", "pointermove", "keydown", "input", "wheel", "touchstart", "scroll"];

export function isIdle(last, now, seconds) {
  return now - last >= seconds * 1000;
}

// How often use of an open page is told to the server: often enough that it never locks what is in use.
export function tellEvery(seconds) {
  return Math.max(5, Math.min(60, seconds / 4)) * 1000;
}

export function mount(dialog) {
  const seconds = Number(dialog.dataset.seconds);
  const part = (name) => dialog.querySelector(`[data-lock="${name}"]`);
  const tabs = new BroadcastChannel("lock");
  let last = Date.now();
  let told = last;
  let locked = false;

  async function send(address, body) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": dialog.dataset.token };
    const answer = await fetch(`/api/v1/${address}/`, { method: "POST", headers, body: JSON.stringify(body) });
    const found = await answer.json().catch(() => ({}));
    return { ok: answer.ok, status: answer.status, ...found };
  }

  function say(text) {
    part("error").textContent = text;
    part("error").hidden = !text;
  }

  function cover() {
    if (locked) return;
    locked = true;
    say("");
    document.body.classList.add("is-locked");
    dialog.showModal();
  }

  function uncover() {
    locked = false;
    last = told = Date.now();
    part("field").querySelector("input").value = "";
    document.body.classList.remove("is-locked");
    dialog.close();
  }

  async function lock() {
    cover();
    tabs.postMessage("locked");
    try {
      const answer = await send("lock", {});
      if (answer.status === 401) location.reload();
      part("field").hidden = part("open").hidden = answer.ok && !answer.takes_pin;
      if (answer.ok && !answer.takes_pin) part("said").textContent = "No PIN opens a session on this device. Sign in again.";
    } catch {
      say("The clinic cannot be reached. It opens again when it can.");
    }
  }

  function look() {
    if (!locked && isIdle(last, Date.now(), seconds)) lock();
  }

  function used() {
    const now = Date.now();
    if (locked) return;
    if (isIdle(last, now, seconds)) return look();
    last = now;
    if (now - told < tellEvery(seconds)) return;
    told = now;
    tabs.postMessage("used");
    send("still-here", {}).then((answer) => { if (answer.status === 401) lock(); }).catch(() => {});
  }

  tabs.addEventListener("message", ({ data }) => {
    if (data === "used") last = Date.now();
    if (data === "locked") cover();
    if (data === "open") uncover();
    if (data === "left") location.replace("/handover/"); // another tab handed the tablet to a client
  });
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  part("open").form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = part("field").querySelector("input");
    try {
      const answer = await send("unlock", { pin: field.value });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) {
        field.value = "";
        field.focus();
        return say(answer.message ?? "This is not the PIN.");
      }
      uncover();
      tabs.postMessage("open");
    } catch {
      say("The clinic cannot be reached. Try again.");
    }
  });
  for (const sign of SIGNS) addEventListener(sign, used, { passive: true, capture: true });
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", look);
  setInterval(look, 1000);
}
