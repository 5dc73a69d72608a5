"""A tablet in a browser: signing in, taking pictures of every step, and axe on every page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.e2e import looking

TABLET = {"width": 1180, "height": 820}
PLACE = {"locale": "en-GB", "timezone_id": "Europe/London"}
expect.set_options(timeout=20_000)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Walk:
    """One walk through the site: the client's name, the pictures, what was found wrong."""

    browser: Browser
    address: str
    folder: Path
    client: str
    page: Page = field(init=False)
    context: BrowserContext = field(init=False)
    problems: list[str] = field(default_factory=list)
    shots: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.context = self.new_context()
        self.page = self.new_page(self.context)

    def new_context(self, **options: Any) -> BrowserContext:
        """A tablet of its own: own cookies, touch, landscape."""
        settings = {"viewport": TABLET, "has_touch": True, "device_scale_factor": 2, **PLACE, **options}
        context = self.browser.new_context(**settings)
        context.set_default_timeout(20_000)
        return context

    def new_page(self, context: BrowserContext) -> Page:
        """A tab whose errors are remembered."""
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"script error on {page.url}: {error}"))
        page.on("console", lambda line: self._heard(page, line))
        return page

    def _heard(self, page: Page, line: Any) -> None:
        expected = re.search(r"status of (401|403|404|409|422|428)", line.text)
        if line.type == "error" and not expected:
            self.problems.append(f"console on {page.url}: {line.text}")

    @contextmanager
    def another_tablet(self) -> Iterator[None]:
        """Somebody else's tablet, for a while."""
        before = self.context, self.page
        self.context = self.new_context()
        self.page = self.new_page(self.context)
        try:
            yield
        finally:
            self.context.close()
            self.context, self.page = before

    # --- going about ---

    def go(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(path if path.startswith("http") else self.address + path)

    def sign_in(self, role: str, place: str = "") -> None:
        """Tap the demo person who holds a role."""
        self.context.clear_cookies()
        self.go("/sign-in/")
        people = self.page.locator("button.person").filter(has_text=re.compile(rf"\b{role}\b"))
        chosen = people.filter(has_text=place) if place else people
        chosen.first.click()
        expect(self.page).not_to_have_url(re.compile("/sign-in/"))

    def sign_in_as(self, name: str) -> None:
        """Tap a demo person by name."""
        self.context.clear_cookies()
        self.go("/sign-in/")
        self.page.locator("button.person").filter(has_text=name).first.click()
        expect(self.page).not_to_have_url(re.compile("/sign-in/"))

    def act(self, name: str | re.Pattern[str]) -> None:
        """Press the button, or follow the link, of that name in the page's action bar or anywhere else."""
        found = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name))
        found.locator("visible=true").first.click()

    def fill(self, label: str | re.Pattern[str], value: str) -> None:
        """Type into a labelled field."""
        self.page.get_by_label(label).locator("visible=true").first.fill(value)

    def choose(self, label: str | re.Pattern[str], value: str | re.Pattern[str]) -> None:
        """Pick an option of a labelled list by its text."""
        box = self.page.get_by_label(label).locator("visible=true").first
        texts = box.locator("option").all_inner_texts()
        wanted = next(t for t in texts if (value.search(t) if isinstance(value, re.Pattern) else value in t))
        box.select_option(label=wanted)

    def tick(self, label: str | re.Pattern[str]) -> None:
        """Tick a box or a choice by its words."""
        self.page.get_by_label(label).first.check(force=True)

    def see(self, text: str | re.Pattern[str]) -> Locator:
        """Wait until a text is on the page."""
        found = self.page.get_by_text(text).locator("visible=true").first
        expect(found).to_be_visible()
        return found

    # --- looking ---

    def shot(self, step: int, name: str, *, full: bool = False, sizes: bool = False) -> None:
        """A picture of the page as it is, and axe over it; a look at the four sizes of ui.md when asked."""
        self.page.wait_for_load_state("networkidle")
        file = self.folder / f"{step:02d}-{len(self.shots):02d}-{name}.png"
        self.page.screenshot(path=str(file), full_page=full)
        self.shots.append(file.name)
        self.check(f"step {step}, {name}")
        if sizes:
            self.problems += looking.look(self.page, f"step {step}, {name}")

    def check(self, where: str) -> None:
        """axe over the page; what it finds is remembered."""
        results = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
        for violation in results.response["violations"]:
            places = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
            self.problems.append(f"axe on {where}: {violation['id']} ({violation['help']}) at {places}")

    def download(self, trigger: Locator, name: str) -> Path:
        """Take a file the page offers."""
        with self.page.expect_download() as offered:
            trigger.click()
        target = self.folder / name
        offered.value.save_as(str(target))
        return target


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """Debian's Chromium."""
    options = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=options)
        try:
            yield browser
        finally:
            browser.close()
