// The clock of a running session; it counts on from the seconds the server gave.

export function clockText(seconds) {
  const whole = Math.max(Math.floor(seconds), 0);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function mount(element) {
  const from = performance.now();
  const given = Number(element.dataset.seconds);
  const show = () => {
    const passed = element.dataset.running ? (performance.now() - from) / 1000 : 0;
    element.textContent = clockText(given + passed);
  };
  show();
  if (element.dataset.running) setInterval(() => element.isConnected && show(), 1000);
}
