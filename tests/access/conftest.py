"""One whole world for all tests of this folder that only read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser

from tests.factories import World
from tests.identity.support import prove
from tests.matrix.everything import everything


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, Any]]]:
    """The world with a record of every kind, and the addresses of every route."""
    with django_db_blocker.unblock(), everything() as found:
        yield found


@pytest.fixture(scope="module")
def browsers(house: tuple[World, dict[str, Any]]) -> dict[str, Browser]:
    """A signed-in browser for every role, one for nobody, and one for each further person by name."""
    world, _ = house
    found = {name: Browser(raise_request_exception=False) for name in (*world.people, "nobody")}
    for name, person in world.people.items():
        found[name].force_login(person)
        prove(found[name])
    return found
