"""Laying out a course by its protocol: due days and windows; early and late are flagged, never moved silently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from treatments.choices import Timing

USUAL_SESSIONS = range(3, 16)  # decision 62: a reason under 3 and over 15
MAX_SESSIONS = 60
MAINTENANCE_DAYS = (56, 91)  # S200: every 2-3 months, a window of 8-13 weeks


@dataclass(frozen=True)
class Window:
    """Days after the session before: the plan, its window, and the hard minimum on one area (R170)."""

    interval_days: int
    earliest_days: int
    latest_days: int
    min_days: int | None


@dataclass(frozen=True)
class PlannedVisit:
    """One session of a course: the day it is due and the window around it."""

    number: int
    due_on: date
    earliest_on: date
    latest_on: date


def window_for(interval_days: int, *, earliest_days: int, latest_days: int, min_days: int | None) -> Window:
    """The protocol's window, stretched when the plan's own interval lies outside it."""
    return Window(interval_days, min(earliest_days, interval_days), max(latest_days, interval_days), min_days)


def lay_out(start_on: date, sessions: int, window: Window) -> tuple[PlannedVisit, ...]:
    """All sessions of a course from its first day."""
    return tuple(
        PlannedVisit(
            number=index + 1,
            due_on=start_on + timedelta(days=index * window.interval_days),
            earliest_on=start_on
            + timedelta(days=max(index * window.interval_days - _before(window), 0) if index else 0),
            latest_on=start_on + timedelta(days=index * window.interval_days + _after(window)),
        )
        for index in range(sessions)
    )


def _before(window: Window) -> int:
    return window.interval_days - window.earliest_days


def _after(window: Window) -> int:
    return window.latest_days - window.interval_days


def due_after(last_on: date, window: Window) -> PlannedVisit:
    """The next session counted from the one that really took place."""
    return PlannedVisit(
        number=0,
        due_on=last_on + timedelta(days=window.interval_days),
        earliest_on=last_on + timedelta(days=window.earliest_days),
        latest_on=last_on + timedelta(days=window.latest_days),
    )


def timing(on: date, *, last_on: date | None, window: Window) -> Timing:
    """How a day stands to the last session on the area: too soon, early, in its window, late."""
    if last_on is None:
        return Timing.ON_TIME
    days = (on - last_on).days
    if window.min_days is not None and days < window.min_days:
        return Timing.TOO_SOON
    if days < window.earliest_days:
        return Timing.EARLY
    return Timing.LATE if days > window.latest_days else Timing.ON_TIME


def timing_at_place(
    on: date, *, earliest_on: date, latest_on: date, last_on: date | None, min_days: int | None
) -> Timing:
    """How a day stands to the window of a place that has one of its own (maintenance)."""
    if last_on is not None and min_days is not None and (on - last_on).days < min_days:
        return Timing.TOO_SOON
    if on < earliest_on:
        return Timing.EARLY
    return Timing.LATE if on > latest_on else Timing.ON_TIME


def maintenance(after: date, number: int, days: tuple[int, int] = MAINTENANCE_DAYS) -> PlannedVisit:
    """The next maintenance visit after a day (review or last session): due in the middle of its window."""
    earliest, latest = days
    return PlannedVisit(
        number=number,
        due_on=after + timedelta(days=(earliest + latest) // 2),
        earliest_on=after + timedelta(days=earliest),
        latest_on=after + timedelta(days=latest),
    )


def needs_reason(sessions: int) -> bool:
    """Whether a number of sessions needs a reason (decision 62)."""
    return sessions not in USUAL_SESSIONS
