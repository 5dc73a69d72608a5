// Goes on without leaving a page behind that Back could reach; other tabs of staff go with it.
export function mount(element) {
  const next = element.dataset.next;
  new BroadcastChannel("lock").postMessage("left");
  if (next?.startsWith("/") && !next.startsWith("//")) location.replace(next);
}
