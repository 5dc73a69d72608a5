// What is wrong with the page as it stands: a list of sentences. Called with {touch: pixels}.
({ touch }) => {
  const problems = [];
  const wide = document.documentElement;
  const name = (e) => {
    const said = (e.getAttribute("aria-label") || e.textContent || e.name || e.id || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `${e.tagName.toLowerCase()}${e.className && typeof e.className === "string" ? "." + e.className.split(" ").join(".") : ""} “${said}”`;
  };
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !e.closest(".visually-hidden, .skip");
  const box = (e) => e.getBoundingClientRect();
  const scrolls = (e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
  const inScroller = (e) => {
    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) if (scrolls(up)) return true;
    return false;
  };

  if (wide.scrollWidth > innerWidth + 1) {
    const beyond = [...document.body.querySelectorAll("*")].filter((e) => seen(e) && box(e).right > innerWidth + 1 && !inScroller(e));
    problems.push(`scrolls sideways (${wide.scrollWidth} of ${innerWidth} px): ${beyond.slice(0, 3).map(name).join("; ")}`);
  }

  for (const e of document.body.querySelectorAll("*")) {
    if (!seen(e) || e.closest("svg, canvas") || e.matches("textarea, option")) continue;
    const hasText = [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText) continue;
    const style = getComputedStyle(e);
    const cuts = style.overflowX !== "visible" && !scrolls(e) && e.scrollWidth > e.clientWidth + 1;
    const cutsBelow = ["hidden", "clip"].includes(style.overflowY) && e.scrollHeight > e.clientHeight + 2;
    if (cuts || cutsBelow) problems.push(`text is cut: ${name(e)}`);
    const range = document.createRange();
    const own = [...e.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    const places = own.flatMap((node) => (range.selectNode(node), [...range.getClientRects()]));
    if (!inScroller(e) && places.some((r) => r.width && (r.right > innerWidth + 1 || r.left < -1))) {
      problems.push(`text leaves the page: ${name(e)}`);
    }
  }

  // --- controls: large enough, and none over another
  const target = (e) => e.closest("label.choice, label.check, label.mark-button") ?? e;
  const found = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary");
  const controls = [...new Set([...found].map(target))].filter((e) => seen(e) && box(e).width > 0);
  const isInline = (e) => e.matches("a") && getComputedStyle(e).display === "inline";
  for (const e of controls) {
    const { height, width } = box(e);
    const least = isInline(e) ? 0 : touch;
    if (height < least - 0.5 || (least && width < 40)) problems.push(`small for a finger (${Math.round(width)} × ${Math.round(height)} px): ${name(e)}`);
  }
  const layer = (e) => {
    for (let up = e; up; up = up.parentElement) {
      if (["fixed", "sticky"].includes(getComputedStyle(up).position) || up.matches(".pop-body, dialog")) return up;
    }
    return document.body;
  };
  const layers = new Map(controls.map((e) => [e, layer(e)]));
  for (const [i, a] of controls.entries()) {
    for (const b of controls.slice(i + 1)) {
      if (a.contains(b) || b.contains(a) || layers.get(a) !== layers.get(b)) continue;
      const [one, two] = [box(a), box(b)];
      const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
      const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
      if (across > 1 && down > 1) problems.push(`one over the other: ${name(a)} and ${name(b)}`);
    }
  }
  return [...new Set(problems)];
}
