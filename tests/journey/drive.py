"""The whole walk: a fresh site, eleven steps, the two PDFs, the data folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.journey import steps_after, steps_before, steps_during
from tests.journey.walk import Walk, chromium
from tests.site import Site, running

CLIENT = "Ffion Gwenllian Rhys-Marlow"
STEPS: tuple[Callable[[Walk], None], ...] = (*steps_before.STEPS, *steps_during.STEPS, *steps_after.STEPS)


def chromium_path() -> str:
    """Where the browser is."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        raise RuntimeError("Chromium is needed: sudo apt-get install chromium (or set CHROMIUM).")
    return path


def journey(folder: Path, *, client: str = CLIENT) -> Walk:
    """Walk through all steps on a fresh data folder below `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with running(folder / "data") as site, chromium(chromium_path()) as browser:
        return walk_all(Walk(browser, site.address, folder, client), site)


def walk_all(walk: Walk, site: Site) -> Walk:
    """All steps in order, then the seals of what was made."""
    for number, step in enumerate(STEPS, 1):
        print(f"· step {number}: {(step.__doc__ or '').splitlines()[0]}", flush=True)
        try:
            step(walk)
        except Exception:
            walk.page.screenshot(path=str(walk.folder / f"stopped-in-step-{number:02d}.png"), full_page=True)
            print(f"stopped in step {number} at {walk.page.url}", flush=True)
            raise
    walk.facts["steps"] = len(STEPS)
    walk.facts["verified"] = site.manage("verify_records")
    return walk
