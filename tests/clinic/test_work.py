"""The clock loop sweeps once an hour (decision 37)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic.management.commands.work import SWEEP_SECONDS, _is_due
from tests.factories import NOW


@pytest.mark.parametrize(("minutes", "is_due"), [(0, False), (59, False), (60, True)])
def test_sweeping_waits_an_hour(minutes: int, is_due: bool) -> None:
    assert _is_due(None, NOW, SWEEP_SECONDS)
    assert _is_due(NOW, NOW + timedelta(minutes=minutes), SWEEP_SECONDS) is is_due
