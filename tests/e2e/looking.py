"""Looking at a page at the four sizes of ui.md: nothing scrolls sideways, is cut, covered, or small for a finger."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

SIZES = {
    "tablet": {"width": 1180, "height": 820},
    "portrait": {"width": 820, "height": 1180},
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}
TOUCH = 48
HERE = Path(__file__).parent
LOOK = (HERE / "look.js").read_text(encoding="utf-8")
BOTTOM = (HERE / "bottom.js").read_text(encoding="utf-8")
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def look(page: Page, name: str, folder: Path | None = None) -> list[str]:
    """What is wrong with the page at each of the four sizes; leaves it at the first size."""
    problems = []
    for size, viewport in SIZES.items():
        page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
        page.evaluate(SETTLED)
        found = [*page.evaluate(LOOK, {"touch": TOUCH}), *page.evaluate(BOTTOM)]
        problems += [f"{name} on the {size}: {problem}" for problem in found]
        if folder and (found or os.environ.get("E2E_PICTURES")):
            page.screenshot(path=str(folder / f"{name}@{size}.png"), full_page=size == "phone")
    first = SIZES["tablet"]
    page.set_viewport_size({"width": first["width"], "height": first["height"]})
    return problems
