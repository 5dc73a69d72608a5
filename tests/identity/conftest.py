"""A browser signed in as somebody; a real installation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from tests.factories import World


@pytest.fixture
def browse(world: World) -> Callable[[str], Any]:
    """A browser signed in as a role of clinic A."""

    def signed_in(role: str) -> Any:
        browser = Browser()
        browser.force_login(world.people[role])
        return browser

    return signed_in


@pytest.fixture
def strict(settings: Any) -> None:
    """A real installation: a second factor is asked for."""
    settings.DEMO = False
