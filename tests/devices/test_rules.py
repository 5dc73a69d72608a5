"""Which PINs are too easy, and when a session rests too long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic.devices import rules
from tests.factories import NOW


@pytest.mark.parametrize(
    "pin",
    [
        "000000",
        "111111",
        "121212",
        "112233",
        "123456",
        "654321",
        "890123",
        "024680",
        "135791",
        "123123",
        "123321",
        "747474",
        "333777",
        "159753",
        "147258",
        "241288",
        "122488",
        "880412",
    ],
)
def test_a_pin_that_somebody_would_try_first_is_weak(pin):
    assert rules.is_weak(pin)


@pytest.mark.parametrize("pin", ["274916", "730485", "908274", "583942"])
def test_six_digits_without_a_pattern_are_a_pin(pin):
    assert rules.is_pin(pin)
    assert not rules.is_weak(pin)


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12a456", "١٢٣٤٥٦", " 27491", "²74916"])
def test_anything_but_six_digits_is_no_pin(text):
    assert not rules.is_pin(text)


@pytest.mark.parametrize(("is_shared", "minutes"), [(True, 3), (False, 10)])
def test_a_shared_tablet_rests_three_minutes_and_a_desk_ten(is_shared, minutes):
    """SEC-B6."""
    almost = NOW + timedelta(minutes=minutes, seconds=-1)
    assert not rules.is_idle(NOW, almost, is_shared=is_shared)
    assert rules.is_idle(NOW, NOW + timedelta(minutes=minutes), is_shared=is_shared)
