"""`bench sealed rows`: loading 1,000 rows of eight sealed columns against the same rows in plain columns.

Runs inside a site (`manage.py shell`). Aim of performance.md 5: 1.5 times, when nothing is read that is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from uuid import uuid4

from bench.floor.models import COLUMNS, Eight, SealedEight
from bench.numbers import said, spent_ms
from clinic.keystore import keys

ROWS, ROUNDS, SHOWN = 1_000, 15, 2


def fill() -> None:
    """The same words in both tables."""
    holder = uuid4()
    keys.create_key(holder)
    words = [{name: f"{name} of row number {n:05d}"[:26] for name in COLUMNS} for n in range(ROWS)]
    Eight.objects.bulk_create(Eight(organisation_id=holder, client_id=holder, **row) for row in words)
    SealedEight.objects.bulk_create(SealedEight(organisation_id=holder, client_id=holder, **row) for row in words)


def ratio(sealed: Callable[[], object], plain: Callable[[], object]) -> tuple[float, float]:
    """Median of rounds by turns, and the CPU milliseconds of the sealed load."""
    pairs = [(spent_ms(sealed), spent_ms(plain)) for _ in range(ROUNDS)]
    cost = median(one for one, _ in pairs)
    return cost / median(other for _, other in pairs), cost


def read(model: type[Eight] | type[SealedEight], columns: tuple[str, ...]) -> Callable[[], object]:
    """Load all rows and look at some columns."""
    return lambda: [[getattr(row, name) for name in columns] for row in model.objects.all()]


def run() -> None:
    """Nothing read, two columns read, all read."""
    fill()
    for title, columns, aim in (
        ("no column read", (), 1.5),
        (f"{SHOWN} of {len(COLUMNS)} columns read", COLUMNS[:SHOWN], None),
        ("all columns read", COLUMNS, None),
    ):
        value, cost = ratio(read(SealedEight, columns), read(Eight, columns))
        print(said(f"sealed rows, {ROWS:,} rows, {title}", value, aim, "x", f"cpu {cost:.1f} ms"))
