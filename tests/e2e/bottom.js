// At the end of the page: the banner is still there, bars do not lie on each other, and the last control can be reached.
() => {
  const problems = [];
  scrollTo(0, document.documentElement.scrollHeight);
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const box = (e) => e.getBoundingClientRect();
  const banner = document.querySelector("header.banner");
  if (banner && (box(banner).top < -1 || box(banner).bottom > innerHeight || box(banner).height > innerHeight / 3)) {
    problems.push(`the banner is not in sight, or takes too much: ${Math.round(box(banner).top)} to ${Math.round(box(banner).bottom)} of ${innerHeight} px`);
  }
  const bars = [...document.querySelectorAll(".rail, .actions, header.banner, .demo-bar")].filter(seen);
  for (const [i, a] of bars.entries()) {
    for (const b of bars.slice(i + 1)) {
      const [one, two] = [box(a), box(b)];
      const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
      const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
      if (across > 1 && down > 1) problems.push(`${a.className} lies on ${b.className}`);
    }
  }
  const actions = document.querySelector(".actions");
  if (actions && seen(actions) && box(actions).height > innerHeight * 0.34) problems.push(`the action bar takes ${Math.round(box(actions).height)} of ${innerHeight} px`);
  const last = [...document.querySelectorAll("main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)")].filter(
    (e) => seen(e) && box(e).width && !e.closest(".actions, .visually-hidden"),
  ).at(-1);
  if (last) {
    const target = last.closest("label") ?? last;
    target.scrollIntoView({ block: "center" });
    const { left, top, width, height } = box(target);
    const [x, y] = [Math.min(left + width / 2, innerWidth - 2), top + height / 2];
    const there = document.elementFromPoint(x, y);
    if (y > 0 && !(there && (target.contains(there) || there.contains(target)))) problems.push(`the last control is covered by ${there?.className}`);
  }
  scrollTo(0, 0);
  return problems;
}
