// Goes on without leaving a page behind that Back could reach.
export function mount(element) {
  const next = element.dataset.next;
  if (next?.startsWith("/") && !next.startsWith("//")) location.replace(next);
}
