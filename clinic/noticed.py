"""Values that did not open, noticed while a request or a job runs; `clinic.alarms` writes them down when it is over.

The log cannot be written where the fault is found: the transaction around it is about to be rolled back.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

MOST = 50  # of one request; more say nothing new


@dataclass(frozen=True)
class Unreadable:
    """A value or a file that did not open: whose it is, what it is, which row or file."""

    organisation_id: UUID
    holder_id: UUID
    label: str
    row_id: UUID


_noticed: ContextVar[tuple[Unreadable, ...]] = ContextVar("unreadable", default=())


def note(organisation_id: UUID, holder_id: UUID, label: str, row_id: UUID) -> None:
    """Remember one; the same one only once."""
    found, seen = Unreadable(organisation_id, holder_id, label, row_id), _noticed.get()
    if found not in seen and len(seen) < MOST:
        _noticed.set((*seen, found))


def take() -> tuple[Unreadable, ...]:
    """All that was noticed since the last call."""
    found = _noticed.get()
    _noticed.set(())
    return found
