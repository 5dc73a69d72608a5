// Mounts behaviour on pages that already work without it: every [data-module="name"] is given to modules/name.js `mount(element)`,
// on load and after htmx has put something new on the page.

const mounted = new WeakSet();

async function mountOne(element) {
  if (mounted.has(element)) return;
  mounted.add(element);
  for (const name of element.dataset.module.split(" ").filter(Boolean)) {
    const module = await import(`./modules/${name}.js`);
    module.mount(element);
  }
}

export function mountAll(root = document) {
  if (root.matches?.("[data-module]")) mountOne(root);
  for (const element of root.querySelectorAll("[data-module]")) mountOne(element);
}

// A record page restored from the browser's memory (Back after sign-out or hand-over) is asked for again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// What scrolls sideways can be scrolled by keyboard as well.
function letKeysScroll() {
  for (const element of document.querySelectorAll(".scroll-x")) {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
  }
}
addEventListener("resize", letKeysScroll);

// A form is sent once, however often the button is tapped.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("data-again")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});

document.addEventListener("htmx:load", (event) => {
  mountAll(event.detail.elt);
  letKeysScroll();
});
mountAll();
letKeysScroll();
