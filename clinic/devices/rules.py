"""Pure rules of devices: when a session locks, which PIN is too easy, how often it may be tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

IDLE_DESK = timedelta(minutes=10)  # security.md 5.2
IDLE_SHARED = timedelta(minutes=3)  # security.md 5.2, B6
STAMP_EVERY = timedelta(seconds=15)  # so often at most is activity written down
PIN_DIGITS = 6
PIN_TRIES = 5  # then the session dies (security.md B5)
COOKIE_LASTS = timedelta(days=400)  # as long as browsers keep a cookie
FEWEST_DIGITS = 3  # different ones in a PIN
# Paths of the finger over the keys, and the commonest of published lists that no rule below catches.
COMMON = frozenset({
    "159753", "357951", "147258", "258147", "147852", "258369", "369258", "789456", "456789", "159357",
    "147369", "741852", "852741", "963852", "142536", "131452", "520131", "110110", "007007", "696969",
    "789123", "159951", "753951", "246810", "135790", "102030", "314159", "271828",
})  # fmt: skip


def idle_after(*, is_shared: bool) -> timedelta:
    """How long a session may rest before it locks."""
    return IDLE_SHARED if is_shared else IDLE_DESK


def is_idle(active_at: datetime, now: datetime, *, is_shared: bool) -> bool:
    """Whether nothing was done for so long that the session locks."""
    return now >= active_at + idle_after(is_shared=is_shared)


def is_pin(text: str) -> bool:
    """Six digits, and nothing else."""
    return len(text) == PIN_DIGITS and text.isascii() and text.isdigit()


def is_weak(pin: str) -> bool:
    """Whether a PIN is among the first that somebody would try: few digits, rows, pairs, repeats, mirrors, dates."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    half, pairs = pin[:3], [pin[index : index + 2] for index in (0, 2, 4)]
    return (
        pin in COMMON
        or len(set(pin)) < FEWEST_DIGITS
        or (len(steps) == 1 and steps <= {1, 2, 8, 9})
        or half == pin[3:]
        or pin == pin[::-1]
        or len(set(pairs)) == 1
        or all(pair[0] == pair[1] for pair in pairs)
        or _is_date(pin)
    )


def _is_date(pin: str) -> bool:
    """Day, month, year in any order people write them, or a year of this and the last century twice told."""
    first, second, third = int(pin[:2]), int(pin[2:4]), int(pin[4:])
    orders = ((first, second), (second, first), (third, second))
    return any(1 <= day <= 31 and 1 <= month <= 12 for day, month in orders)
