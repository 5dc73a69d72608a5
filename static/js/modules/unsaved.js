// <form data-module="unsaved">: leaving a form with something typed asks first; sending it does not.
export function mount(form) {
  let changed = false;
  const ask = (event) => {
    if (changed) event.preventDefault();
  };
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", ask);
}
