"""The 500 hostile and odd files of decision 26, and what must become of each (`expected.csv`, written by hand).

Families and counts are those of security.md 3.2. The bytes are made here, the same on each run; nothing is kept.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.photos.corpus import damaged, floods, kinds, names, pixels, polyglots

FAMILIES: dict[str, Callable[[], Iterator[tuple[str, bytes]]]] = {
    "damaged": damaged.cases,
    "flood": floods.cases,
    "kind": kinds.cases,
    "polyglot": polyglots.cases,
    "pixels": pixels.cases,
}
COUNTS = {"damaged": 250, "flood": 40, "kind": 60, "polyglot": 40, "name": 80, "pixels": 30}
STORED = "stored"


def expected() -> dict[tuple[str, str], str]:
    """Family and file → `stored`, or the code of the refusal."""
    with (Path(__file__).parent / "expected.csv").open(encoding="utf-8", newline="") as file:
        return {(row["family"], row["file"]): row["expected"] for row in csv.DictReader(file)}


def made() -> Iterator[tuple[str, str, bytes]]:
    """Family, file and bytes of all but the names, which go through the doors."""
    for family, cases in FAMILIES.items():
        for name, data in cases():
            yield family, name, data


def named() -> list[tuple[str, str, str, bytes]]:
    """Case, file name, claimed type and bytes of the names."""
    return list(names.cases())
