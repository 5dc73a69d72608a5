// The clock of a running session; it counts on from the seconds the server gave.

export function clockText(seconds) {
  const whole = Math.max(Math.floor(seconds), 0);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

// "due" and "over" of a wait that has a usual and a longest time, both in seconds; "" while there is time.
export function bandOf(seconds, due, over) {
  if (over && seconds > over) return "over";
  return due && seconds >= due ? "due" : "";
}

export function mount(element) {
  const from = performance.now();
  const given = Number(element.dataset.seconds);
  const shown = element.dataset.clock ? element.querySelector(element.dataset.clock) : element;
  const [due, over] = [Number(element.dataset.due || 0), Number(element.dataset.over || 0)];
  const show = () => {
    const passed = element.dataset.running ? (performance.now() - from) / 1000 : 0;
    shown.textContent = clockText(given + passed);
    if (due || over) element.dataset.band = bandOf(given + passed, due, over);
  };
  show();
  if (element.dataset.running) setInterval(() => element.isConnected && show(), 1000);
}
