"""Twenty-five ways to look for the page before: keys, scripts, history, other tabs, typing, no network.

Moves that keep the history come first; each leaves the tab at its newest entry again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Error, Page

FAR = 20
# Every text and value of the document, on screen or not, as one line.
WHOLE = """() => {
  const parts = [document.documentElement.textContent, document.title];
  for (const one of document.querySelectorAll("*")) for (const a of one.attributes) parts.push(a.value);
  for (const one of document.querySelectorAll("input,textarea,select")) parts.push(one.value);
  return parts.join(" \\n ").replace(/\\s+/g, " ");
}"""


@dataclass
class Tablet:
    """The tab in the client's hands; `staff` holds strings of the staff's pages, `addresses` where they stood."""

    page: Page
    address: str
    staff: frozenset[str]
    addresses: tuple[str, ...]
    seen: list[str] = field(default_factory=list)

    def look(self, move: str, page: Page | None = None) -> None:
        """Write down what of the staff's pages is in the document at this moment, and once it has settled."""
        page = page or self.page
        for _ in range(2):
            try:
                text = page.evaluate(WHOLE)
            except Error:  # the document was just being replaced
                text = ""
            self.seen += [f"{move}: {one}" for one in sorted(self.staff) if one in text]
            page.wait_for_load_state("load")

    def run(self, script: str) -> None:
        """A script that may navigate away."""
        try:
            self.page.evaluate(f"() => {{ {script} }}")
        except Error:
            self.page.wait_for_load_state("load")
        self.settle()

    def settle(self) -> None:
        """Let a navigation that was asked for begin and end."""
        for _ in range(2):
            try:
                self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))")
            except Error:
                self.page.wait_for_load_state("load")

    def forward(self) -> None:
        """To the newest entry of the history."""
        for _ in range(3):
            if self.page.url.startswith(("about:", "chrome-error:")):  # no document of the site: no script of its own
                self.page.go_forward(wait_until="commit")
        left = "navigation.entries().length - 1 - navigation.currentEntry.index"
        self.run(f"const left = {left}; if (left > 0) history.go(left)")

    def key(self, keys: str) -> None:
        """Press keys, as on a keyboard case."""
        self.page.keyboard.press(keys)
        self.settle()


def _go(steps: int) -> Callable[[Tablet], None]:
    return lambda tablet: tablet.run(f"history.go({steps})")


def _backs(times: int) -> Callable[[Tablet], None]:
    def move(tablet: Tablet) -> None:
        for number in range(times):
            before = tablet.page.url
            tablet.page.go_back(wait_until="commit")
            if tablet.page.url == before == "about:blank":
                return
            tablet.look(f"Back {number + 1}")

    return move


def _farthest(tablet: Tablet) -> None:
    tablet.run("history.go(-navigation.currentEntry.index)")


def _keys_thrice(tablet: Tablet) -> None:
    for _ in range(3):
        tablet.key("Alt+ArrowLeft")


def _each_entry(tablet: Tablet) -> None:
    _farthest(tablet)
    for _ in range(tablet.page.evaluate("() => navigation.entries().length - 1")):
        tablet.look("one step forward")
        tablet.run("history.forward()")


def _reload(tablet: Tablet) -> None:
    tablet.page.reload()


def _reload_past_the_cache(tablet: Tablet) -> None:
    session = tablet.page.context.new_cdp_session(tablet.page)
    session.send("Page.reload", {"ignoreCache": True})
    session.detach()
    tablet.settle()


def _offline_back(tablet: Tablet) -> None:
    tablet.page.context.set_offline(True)
    try:
        _go(-2)(tablet)
        tablet.look("Back without a network")
    finally:
        tablet.page.context.set_offline(False)


def _from_cache(tablet: Tablet) -> None:
    """What a script of the page can read from the browser's cache of the staff's pages."""
    script = """async (addresses) => {
      const texts = [];
      for (const one of addresses) {
        const options = { cache: "only-if-cached", mode: "same-origin" };
        texts.push(await fetch(one, options).then((answer) => answer.text()).catch(() => ""));
      }
      return texts.join(" ").replace(/\\s+/g, " ");
    }"""
    text = tablet.page.evaluate(script, list(tablet.addresses))
    tablet.seen += [f"from the cache: {one}" for one in sorted(tablet.staff) if one in text]


def _from_network(tablet: Tablet) -> None:
    """What a script of the page can fetch anew."""
    script = """async (addresses) => {
      const texts = await Promise.all(addresses.map((one) => fetch(one).then((a) => a.text()).catch(() => "")));
      return texts.join(" ").replace(/\\s+/g, " ");
    }"""
    text = tablet.page.evaluate(script, [*tablet.addresses, f"{tablet.address}/api/v1/clients/"])
    tablet.seen += [f"fetched: {one}" for one in sorted(tablet.staff) if one in text]


@contextmanager
def _other_tab(tablet: Tablet, name: str) -> Iterator[Page]:
    page = tablet.page.context.new_page()
    try:
        yield page
        tablet.look(name, page)
    finally:
        page.close()


def _reopened_tab(tablet: Tablet) -> None:
    """A tab closed on a staff page and opened again at its address."""
    for address in tablet.addresses[-2:]:
        with _other_tab(tablet, "a tab opened again") as page:
            page.goto(address)


def _second_tab(tablet: Tablet) -> None:
    with _other_tab(tablet, "the same page in a second tab") as page:
        page.goto(tablet.page.url)
        page.go_back()


def _opened_by_script(tablet: Tablet) -> None:
    with tablet.page.context.expect_page() as opened:
        tablet.page.evaluate("(address) => void window.open(address)", tablet.addresses[-1])
    tablet.look("opened by the page", opened.value)
    opened.value.close()
    with _other_tab(tablet, "the source of a page") as page:
        page.goto(f"view-source:{tablet.addresses[-1]}")


def _typed(tablet: Tablet) -> None:
    for address in (f"{tablet.address}/", f"{tablet.address}/clients/", *tablet.addresses):
        tablet.page.goto(address)
        tablet.look("a typed address")
    tablet.page.goto(f"{tablet.address}/handover/")
    for _ in range(3):
        tablet.page.go_back(wait_until="commit")
        tablet.look("Back after typing")


def _replaced(tablet: Tablet) -> None:
    tablet.page.evaluate("(address) => history.replaceState(null, '', address)", tablet.addresses[-1])
    _reload(tablet)


def _pushed(tablet: Tablet) -> None:
    tablet.page.evaluate("(address) => history.pushState(null, '', address)", tablet.addresses[0])
    tablet.page.go_back(wait_until="commit")
    tablet.page.go_forward(wait_until="commit")


MOVES: tuple[tuple[str, Callable[[Tablet], None]], ...] = (
    ("nothing", lambda tablet: None),
    ("Back", _backs(1)),
    ("Back, then forward at once", lambda tablet: tablet.run("history.back(); history.forward()")),
    ("Alt+Left", lambda tablet: tablet.key("Alt+ArrowLeft")),
    ("Alt+Left three times", _keys_thrice),
    ("Backspace", lambda tablet: tablet.key("Backspace")),
    ("history.go(-1)", _go(-1)),
    ("history.go(-2)", _go(-2)),
    ("history.go(-3)", _go(-3)),
    ("history.go(-4)", _go(-4)),
    ("history.go(-5)", _go(-5)),
    ("the first entry", _farthest),
    ("every entry, one by one", _each_entry),
    ("Back twenty times", _backs(FAR)),
    ("reload", _reload),
    ("reload past the cache", _reload_past_the_cache),
    ("Back without a network", _offline_back),
    ("the cache, by script", _from_cache),
    ("the network, by script", _from_network),
    ("a tab opened again", _reopened_tab),
    ("a second tab, and Back", _second_tab),
    ("a window opened by script, and its source", _opened_by_script),
    ("pushState, Back, forward", _pushed),
    ("replaceState, reload", _replaced),
    ("typed addresses, and Back", _typed),
)


def all_moves(tablet: Tablet) -> int:
    """Every move, and a look after each; how many there were."""
    for name, move in MOVES:
        move(tablet)
        tablet.look(name)
        if MOVES.index((name, move)) < len(MOVES) - 3:
            tablet.forward()
            tablet.look(f"{name}, forward again")
    return len(MOVES)
