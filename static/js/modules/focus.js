// Something the person must read first (errors, two versions): it is brought into view and to the reader's ear.
export function mount(element) {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "start" });
}
