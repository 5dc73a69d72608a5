// Saves ticks and permissions one by one while the client reads, so that a reload loses nothing. The form works without it.

export function ticksOf(form) {
  const data = new FormData(form);
  const permissions = {};
  for (const [name, value] of data) if (name.startsWith("permission-")) permissions[name.slice(11)] = value === "yes";
  return { statements: data.getAll("statement"), permissions };
}

export function mount(form) {
  const version = form.elements.version;
  let chain = Promise.resolve();
  const save = async () => {
    const response = await fetch(form.dataset.url, {
      method: "PUT",
      headers: {
        "Content-Type": "application/json",
        "If-Match": `"${version.value}"`,
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
      },
      body: JSON.stringify({ answers: ticksOf(form) }),
    });
    if (response.ok) version.value = (await response.json()).version;
  };
  form.addEventListener("change", (event) => {
    if (/^(statement|permission-)/.test(event.target.name)) chain = chain.then(save).catch(() => {});
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.settled) return;
    event.preventDefault();
    const submitter = event.submitter;
    // In a task of its own: a form cannot be submitted while its submit event is still being handed round.
    chain.finally(() => setTimeout(() => {
      form.dataset.settled = "yes";
      form.requestSubmit(submitter);
    }));
  });
}
