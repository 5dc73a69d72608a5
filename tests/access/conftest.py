"""One whole world for all tests of this folder that only read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import World
from tests.matrix.everything import everything


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, Any]]]:
    """The world with a record of every kind, and the addresses of every route."""
    with django_db_blocker.unblock(), everything() as found:
        yield found
