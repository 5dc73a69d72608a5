"""Pure rules of the base layer: moves between states, ages, visit states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from clinic.choices import VisitState
from clinic.errors import StaleRecord, TransitionRefused, VersionMissing

State = TypeVar("State", bound=str)
ADULT_AGE_YEARS = 18  # Botulinum Toxin and Cosmetic Fillers (Children) Act 2021; clinical-content R001, R002

VISIT_NEXT: Mapping[VisitState, frozenset[VisitState]] = {
    VisitState.BOOKED: frozenset({VisitState.ARRIVED, VisitState.MISSED, VisitState.CANCELLED}),
    VisitState.ARRIVED: frozenset({VisitState.IN_ROOM, VisitState.CANCELLED}),
    VisitState.IN_ROOM: frozenset({VisitState.DONE}),
    VisitState.DONE: frozenset(),
    VisitState.MISSED: frozenset(),
    VisitState.CANCELLED: frozenset(),
}


def check_move(next_states: Mapping[State, frozenset[State]], now: State, to: State) -> None:
    """Refuse a move the table does not hold. Raises TransitionRefused with code `wrong_state`."""
    if to not in next_states.get(now, frozenset()):
        raise TransitionRefused(
            f"This is not possible while the record is “{str(now).replace('_', ' ')}”.",
            code="wrong_state",
            field="state",
            details={"state": str(now), "wanted": str(to), "allowed": sorted(map(str, next_states.get(now, ())))},
        )


def check_version(
    current: int, given: int | None, *, now: dict[str, object] | None = None, yours: dict[str, object] | None = None
) -> None:
    """Refuse a stale write. `given` None means the caller holds no version (jobs). Raises StaleRecord."""
    if given is not None and given != current:
        raise StaleRecord(current=now or {"version": current}, yours=yours or {"version": given})


def require_version(given: int | None) -> int:
    """The version a door must pass. Raises VersionMissing when absent."""
    if given is None:
        raise VersionMissing
    return given


def age_on(birth_date: date, on: date) -> int:
    """Whole years lived on a day (a person born on 29 February has their birthday on 1 March in common years)."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
