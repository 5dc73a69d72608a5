"""The test run itself: both databases, templates instead of flushes, no network, a still clock."""

from __future__ import annotations

import socket
from datetime import datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connections

from clinic import clock


def _rows() -> int:
    return ContentType.objects.count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_transactional_test_gets_the_migrated_databases(turn: int) -> None:
    """What the first turn commits is gone in the second, and what migrations wrote is there in both."""
    before = _rows()
    assert before > 0
    assert not ContentType.objects.filter(app_label="left_behind").exists()
    ContentType.objects.create(app_label="left_behind", model="row")
    assert _rows() == before + 1


@pytest.mark.django_db
def test_every_database_test_has_both_databases() -> None:
    """The key store is a database of its own."""
    for alias in ("default", "keys"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)


def test_tests_have_no_network() -> None:
    """Nothing beyond this machine answers; a documentation address stands for the world."""
    with socket.socket() as one, pytest.raises(OSError, match="no network"):
        one.connect(("192.0.2.1", 443))


def test_the_clock_stands_still(at: datetime) -> None:
    """Services get the same instant in every run."""
    assert clock.now() == at
