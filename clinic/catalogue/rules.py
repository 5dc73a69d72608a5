"""Pure rules of the catalogue: what a product must answer, device dates, depth by level. Depth in mm, days in days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from clinic.catalogue import content

MAX_DEPTH_MM = Decimal("13.0")  # deepest of table C2
MAX_SESSION_ML = Decimal("50")
SERVICE_EVERY_DAYS = 365  # KE04: yearly, unless the maker says a date of its own
LEVELS = (3, 4, 5, 6, 7)


def asked_tags(ingredient_ids: Iterable[str]) -> frozenset[str]:
    """Allergen tags the product must answer: those with "?" that no ingredient carries anyway (E2)."""
    rows = [content.ingredients()[code] for code in ingredient_ids]
    certain = {tag for row in rows for tag in row.tags}
    return frozenset(tag for row in rows for tag in row.asks) - certain


def certain_tags(ingredient_ids: Iterable[str]) -> frozenset[str]:
    """Allergen tags the ingredients always carry."""
    return frozenset(tag for code in ingredient_ids for tag in content.ingredients()[code].tags)


def contraindications(ingredient_ids: Iterable[str]) -> frozenset[str]:
    """Contraindication tags of the ingredients."""
    return frozenset(tag for code in ingredient_ids for tag in content.ingredients()[code].contraindication_tags)


def unanswered_tags(ingredient_ids: Iterable[str], answers: Mapping[str, bool | None]) -> frozenset[str]:
    """Tags nobody has looked up yet; unknown never passes silently (R180)."""
    return frozenset(tag for tag in asked_tags(ingredient_ids) if answers.get(tag) is None)


def due_on(done_on: date | None, stated_due_on: date | None) -> date | None:
    """When a device check is due: the stated date, else a year after the last one; None when never done."""
    if stated_due_on is not None:
        return stated_due_on
    return done_on + timedelta(days=SERVICE_EVERY_DAYS) if done_on else None


def is_overdue(done_on: date | None, stated_due_on: date | None, today: date) -> bool:
    """Whether a check is overdue (R017): never done counts as overdue."""
    due = due_on(done_on, stated_due_on)
    return due is None or due < today


def depth_for(level: int | None, limits: Mapping[int, Decimal | None]) -> Decimal | None:
    """The limit in mm of the highest row at or below a person's level; None when there is no such row (R014 fires)."""
    reached = [row for row in limits if level is not None and row <= level]
    return limits[max(reached)] if reached else None
