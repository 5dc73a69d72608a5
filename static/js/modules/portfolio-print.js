// The print button of a feedback form: shown only where printing is possible.

export function mount(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
