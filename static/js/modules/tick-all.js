// "Mark all" of a checklist: marks every open item; nothing is kept until the form is sent.

export function mount(form) {
  form.querySelector("[data-all]")?.addEventListener("click", () => {
    for (const box of form.querySelectorAll('input[type="checkbox"]')) box.checked = true;
  });
}
