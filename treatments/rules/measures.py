"""Volumes, depth and comfort: small computations that pages, the API and the verbs share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

COMFORT_RANGE = range(11)
MODERATE_COMFORT, SEVERE_COMFORT = 4, 7  # clinical-content.md F5, R224, R225
COMFORT_EVERY_MINUTES = 5  # F5, KF10
HAZARD_LIMIT = 15  # KA13
MAX_DEPTH_MM = 13.0  # deepest row of table C2
MAX_VOLUME_PER_POINT_ML = 1.0  # largest volume of table C2
MAX_DRAWN_ML = 60.0
PATCH_HOURS = (24, 48)  # R212: read 24 to 48 hours after
MAX_PRESCRIPTION_DAYS = 183  # Human Medicines Regulations 2012, reg. 217: six months
GRADES = range(1, 6)  # GAIS (table F2) and satisfaction


class Band(StrEnum):
    """Bands of the 0–10 rating (clinical-content.md F5)."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


@dataclass(frozen=True)
class Volumes:
    """Millilitres drawn up, placed and left over; `missing_ml` is what was placed beyond what was drawn up."""

    drawn_ml: float
    placed_ml: float
    waste_ml: float
    missing_ml: float


def comfort_band(score: int) -> Band:
    """The band of a rating from 0 to 10."""
    if score == 0:
        return Band.NONE
    if score < MODERATE_COMFORT:
        return Band.MILD
    return Band.MODERATE if score < SEVERE_COMFORT else Band.SEVERE


def volumes(drawn_ml: float, placed_ml: Iterable[float]) -> Volumes:
    """Placed against drawn up, in ml."""
    placed = round(sum(placed_ml), 3)
    rest = round(drawn_ml - placed, 3)
    return Volumes(round(drawn_ml, 3), placed, max(rest, 0.0), max(-rest, 0.0))


def risk_score(likelihood: int, harm: int) -> int:
    """Likelihood 1–5 × harm 1–5 (KA13). Raises ValueError outside that."""
    if not (1 <= likelihood <= 5 and 1 <= harm <= 5):
        raise ValueError("Likelihood and harm are scored 1 to 5.")
    return likelihood * harm


def deepest_allowed_mm(area_mm: float | None, clinic_mm: float | None) -> float | None:
    """The stricter of the area's guidance and the clinic's own row; None when neither sets one."""
    known = [value for value in (area_mm, clinic_mm) if value is not None]
    return min(known) if known else None


def patch_test_counts(hours: float, *, is_calm: bool) -> bool:
    """Whether a patch test read so many hours after it was placed lets treatment go on (R212)."""
    return is_calm and PATCH_HOURS[0] <= hours <= PATCH_HOURS[1]
