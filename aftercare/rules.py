"""Rules of aftercare, pure: which lines fit what was really done, clock times, check-ins, and what must open an event.

Sources: clinical-content.md I and I2; S117, S118, S203, S204, S207; decisions 49, 52. Hours count from the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aftercare.choices import Asked, Report, SheetState
from aftercare.texts import AftercareTexts, Flag, FollowUp, Line, Usual

NEXT: Mapping[SheetState, frozenset[SheetState]] = {
    SheetState.DRAFTED: frozenset({SheetState.ISSUED}),
    SheetState.ISSUED: frozenset({SheetState.ACKNOWLEDGED}),
    SheetState.ACKNOWLEDGED: frozenset(),
}
LONDON = ZoneInfo("Europe/London")
SWELLING_USUAL_HOURS = 36  # S204
EARLY_HOURS = 1  # a check-in may be asked this early; the one at 37 hours then still lies at or after 36 (decision 52)
OVERDUE_AFTER_HOURS = 12  # one night: due in the evening, asked in the morning (CC)
REASON_MIN_LETTERS = 10
# What a report becomes in the taxonomy of adverse events (clinical-content.md F), with its first grade.
EVENTS: Mapping[Report, tuple[str, int]] = {
    Report.PAIN: ("E01", 2),
    Report.INFLAMMATION: ("E02", 2),
    Report.SWELLING: ("E03", 2),
    Report.ALLERGIC: ("E08", 2),
}


@dataclass(frozen=True)
class Done:
    """What was really done: modalities, body regions, classes of ingredient, and when the session ended."""

    modalities: frozenset[str]
    regions: frozenset[str]
    ingredient_classes: frozenset[str]
    ended_at: datetime


@dataclass(frozen=True)
class TimedLine:
    """An instruction with its clock times."""

    line: Line
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Due:
    """A check-in and the instant it is due."""

    follow_up: FollowUp
    at: datetime


def classes_of(names: Iterable[str]) -> frozenset[str]:
    """Classes of ingredient that have lines of their own, from ingredient names of the catalogue (A16)."""
    return frozenset({"hyaluronic"} if any(name.startswith("hyaluronic_acid") for name in names) else ())


def _fits(modality: str, done: Done) -> bool:
    return modality == "both" or modality in done.modalities


def _holds(only: str, done: Done) -> bool:
    return not only or only in done.regions or only in done.ingredient_classes


def choose_lines(texts: AftercareTexts, done: Done) -> tuple[TimedLine, ...]:
    """The instructions that fit what was done, in the order of the file, with their clock times."""
    return tuple(
        TimedLine(line, done.ended_at + timedelta(hours=line.from_h), done.ended_at + timedelta(hours=line.to_h))
        for line in texts.lines
        if _fits(line.modality, done) and _holds(line.only, done)
    )


def choose_flags(texts: AftercareTexts, done: Done) -> tuple[Flag, ...]:
    """The signs that need help after what was done; F11 (S207) is always among them."""
    return tuple(flag for flag in texts.flags if _fits(flag.modality, done))


def choose_usual(texts: AftercareTexts, done: Done) -> tuple[Usual, ...]:
    """What is usual after what was done."""
    return tuple(row for row in texts.usual if _fits(row.modality, done))


def due_follow_ups(texts: AftercareTexts, done: Done) -> tuple[Due, ...]:
    """Check-ins at 24, 37, 336 and 1008 hours (decision 52), in order of time."""
    fitting = (row for row in texts.follow_ups if _fits(row.modality, done))
    return tuple(
        sorted((Due(row, done.ended_at + timedelta(hours=row.at_h)) for row in fitting), key=lambda due: due.at)
    )


def where_it_stands(due_at: datetime, at: datetime, *, is_answered: bool, passes_at: datetime | None = None) -> Asked:
    """Ahead, due, overdue (12 hours after it fell due), or answered (decision 52).

    It passes when something takes its place: the next check-in, or a later session in which the client was asked.
    """
    if is_answered:
        return Asked.ANSWERED
    if passes_at is not None and at >= passes_at:
        return Asked.PASSED
    if at < due_at - timedelta(hours=EARLY_HOURS):
        return Asked.AHEAD
    return Asked.OVERDUE if at >= due_at + timedelta(hours=OVERDUE_AFTER_HOURS) else Asked.DUE


def clock(moment: datetime) -> str:
    """An instant as a client reads it, in London time: `Fri 27 Nov, 02:52`."""
    local = moment.astimezone(LONDON)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def when_words(timed: TimedLine) -> str:
    """From when to when, in words with clock times; long spans name the day only."""
    long = timed.line.to_h > 7 * 24
    local = timed.ends_at.astimezone(LONDON)
    end = f"{local:%a} {local.day} {local:%b %Y}" if long else clock(timed.ends_at)
    if timed.line.from_h == 0:
        return f"until {end}"
    return f"from {clock(timed.starts_at)} until {end}"


def opens_event(report: str, *, hours_after: float, is_growing: bool = False) -> bool:
    """Whether a client's report opens an adverse event at once (S204, S205, S207, decision 52)."""
    if report in {Report.PAIN, Report.INFLAMMATION, Report.ALLERGIC}:
        return True
    if report == Report.SWELLING:
        return is_growing or hours_after > SWELLING_USUAL_HOURS
    return False


def is_reason(words: str) -> bool:
    """A reason is typed words, not a letter or two."""
    return len(words.strip()) >= REASON_MIN_LETTERS
