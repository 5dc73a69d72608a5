"""A world with a browser for each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client as Browser

from clinic import search
from tests.factories import World, make_world


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """Two clinics; no name of an earlier test is still in memory."""
    search.forget()
    yield make_world()
    search.forget()


@pytest.fixture
def browse(world: World) -> Callable[[str], Any]:
    """A browser signed in as a role of clinic A."""

    def signed_in(role: str) -> Any:
        browser = Browser()
        browser.force_login(world.people[role])
        return browser

    return signed_in
