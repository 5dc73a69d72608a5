// After the chart has saved, what still stands before the end is asked for again; nothing else on the page moves.

const PARTS = ["before-finish", "primary"];

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of PARTS) {
    const [now, next] = [document.getElementById(id), page.getElementById(id)];
    if (now && next) now.replaceWith(document.adoptNode(next));
  }
}

export function mount(element) {
  element.addEventListener("saved", () => refresh());
}
