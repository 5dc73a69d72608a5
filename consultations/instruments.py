"""The skin instruments of a version: what was seen to first, the phototype questionnaire, the scales. Pure.

A body is the plain data of `content/instruments.yaml` (clinical-content.md F), as shipped or as a clinic published it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consultations.rules import GLOGAU, GRADES, ZONE_SCALES

ITEMS = tuple(f"fst_{number}" for number in range(1, 11))
TOP_SCORE = len(ITEMS) * GRADES[-1]


@dataclass(frozen=True)
class PhototypeItem:
    """One of the ten items; the place of an option is its grade, 0 to 4."""

    id: str
    wording: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Scale:
    """A graded scale: what each grade means."""

    id: str
    title: str
    values: Mapping[int, str]


@dataclass(frozen=True)
class Band:
    """Scores from `low` to `high` point to a phototype."""

    low: int
    high: int
    type: int


@dataclass(frozen=True)
class Instruments:
    """The instruments of one version."""

    pre_checks: Mapping[str, str]
    items: tuple[PhototypeItem, ...]
    bands: tuple[Band, ...]
    scales: Mapping[str, Scale]

    def type_of(self, score: int) -> int:
        """The phototype a score points to (clinical-content.md F1)."""
        return next(band.type for band in self.bands if band.low <= score <= band.high)


def parse(body: Any) -> Instruments:
    """The instruments of a body. Raises ValueError naming what the skin analysis could not work with."""
    try:
        found = Instruments(
            pre_checks={str(row["id"]): str(row["wording"]) for row in body["pre_checks"]},
            items=tuple(_item(row) for row in body["phototype"]["items"]),
            bands=tuple(Band(row["from"], row["to"], row["type"]) for row in body["phototype"]["bands"]),
            scales={row["id"]: _scale(row) for row in body["scales"]},
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"The instruments lack {error}.") from error
    _check(found)
    return found


def _item(row: Mapping[str, Any]) -> PhototypeItem:
    return PhototypeItem(str(row["id"]), str(row["wording"]), tuple(str(option) for option in row["options"]))


def _scale(row: Mapping[str, Any]) -> Scale:
    return Scale(str(row["id"]), str(row["title"]), {int(grade): str(word) for grade, word in row["values"].items()})


def _check(found: Instruments) -> None:
    if tuple(item.id for item in found.items) != ITEMS:
        raise ValueError("The phototype questionnaire has the ten items fst_1 to fst_10.")
    if any(len(item.options) != len(GRADES) for item in found.items):
        raise ValueError("Each phototype item has five options, for 0 to 4.")
    covered = [score for band in found.bands for score in range(band.low, band.high + 1)]
    if covered != list(range(TOP_SCORE + 1)):
        raise ValueError(f"The phototype bands cover 0 to {TOP_SCORE} without a gap.")
    for name, grades in (("GLOGAU", GLOGAU), *((scale, GRADES) for scale in ZONE_SCALES)):
        if name not in found.scales or list(found.scales[name].values) != list(grades):
            raise ValueError(f"The scale {name} has the grades {grades[0]} to {grades[-1]}.")
