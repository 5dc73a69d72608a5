"""One running demo clinic and one browser for all looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.site import Site, running


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo clinic under gunicorn, as `do.py run` serves it."""
    with running(tmp_path_factory.mktemp("e2e") / "data") as site:
        yield site


@pytest.fixture(scope="session")
def one_browser(browser: Browser) -> Browser:
    """The one Chromium of this process: a second Playwright cannot be started beside it."""
    return browser


@pytest.fixture
def pictures(root: Path) -> Path:
    """Where the pictures of this run go; they are for people to look at."""
    folder = root / "build" / "e2e"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
