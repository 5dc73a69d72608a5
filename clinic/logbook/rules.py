"""When what people did in the last minutes is an alarm: pure functions over lines of the log (S17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clinic.logbook.choices import AlarmKind

WINDOW = timedelta(minutes=10)  # how far back each round looks for many clients
BURST = timedelta(minutes=5)  # and for refused attempts (S17: 10 denials in 5 minutes by one user)
MANY_CLIENTS = 15  # different clients opened by one person within the window
MANY_DENIALS = 10
OPEN_FROM, OPEN_UNTIL = 7, 21  # hours of the clinic's day, when the clinic has set none


@dataclass(frozen=True)
class Act:
    """What an alarm needs of one entry; `at` in the clinic's own time zone."""

    person: UUID
    client: UUID | None
    action: str
    outcome: str
    at: datetime

    @property
    def is_look(self) -> bool:
        """Whether a client's record was opened."""
        return self.client is not None and self.outcome == "done" and self.action.startswith("viewed.")


@dataclass(frozen=True)
class Found:
    """An alarm to raise. `key` is the same as long as it is the same occasion: it is raised once a day."""

    kind: AlarmKind
    person: UUID
    client: UUID | None
    count: int
    day: str

    @property
    def key(self) -> str:
        """What makes it the same occasion."""
        return f"{self.kind}:{self.person}:{self.client or ''}:{self.day}"


def found_in(acts: Iterable[Act], *, now: datetime, open_from: int, open_until: int) -> list[Found]:
    """Many clients, refused attempts, and looks outside opening hours (from `open_from` to `open_until` o'clock)."""
    known, day = list(acts), now.date().isoformat()
    looks = {(act.person, act.client) for act in known if act.is_look}
    clients = Counter(person for person, _ in looks)
    denials = Counter(act.person for act in known if act.outcome == "denied" and act.at > now - BURST)
    late = Counter(
        (act.person, act.client) for act in known if act.is_look and not open_from <= act.at.hour < open_until
    )
    return [
        *(Found(AlarmKind.MANY_CLIENTS, who, None, n, day) for who, n in clients.items() if n >= MANY_CLIENTS),
        *(Found(AlarmKind.DENIALS, who, None, n, day) for who, n in denials.items() if n >= MANY_DENIALS),
        *(Found(AlarmKind.OUT_OF_HOURS, who, client, n, day) for (who, client), n in late.items()),
    ]


def same_surname(one: str, other: str) -> bool:
    """Whether two people may be the same or related: the last words of their names are alike, case aside."""
    first, second = one.casefold().split(), other.casefold().split()
    return bool(first and second) and first[-1] == second[-1]
