"""How often the skin was looked at in an electro session (clinical-content.md D18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from clinic.catalogue import content as catalogue
from treatments.choices import Modality, SkinCheck
from treatments.models import Session
from treatments.queries.rows import phases_of
from treatments.rules.electro import SkinGap, skin_gaps

INTERVAL = "D18"


def clock_text(seconds: int) -> str:
    """Minutes and seconds of the session's clock."""
    return f"{seconds // 60}:{seconds % 60:02d}"


@dataclass(frozen=True)
class SkinLook:
    """One look: when, after how many seconds of treatment, during which phase, and what was seen."""

    at: datetime
    ran_s: int
    seen: str
    note: str
    phase: int | None

    @property
    def clock(self) -> str:
        """The session's clock at the look."""
        return clock_text(self.ran_s)

    @property
    def label(self) -> str:
        """What was seen, in words."""
        return str(SkinCheck(self.seen).label)


@dataclass(frozen=True)
class SkinWatch:
    """Looks at the skin of a session against the interval; everything in seconds of the session's clock."""

    looks: tuple[SkinLook, ...]
    gaps: tuple[SkinGap, ...]
    since_s: int
    due_s: int
    limit_s: int

    @property
    def band(self) -> str:
        """Whether the next look is due, or overdue."""
        return "over" if self.since_s > self.limit_s else "due" if self.since_s >= self.due_s else ""

    @property
    def due_min(self) -> int:
        """The usual interval, in minutes."""
        return self.due_s // 60

    @property
    def limit_min(self) -> int:
        """The longest interval, in minutes."""
        return self.limit_s // 60

    @property
    def gap_texts(self) -> tuple[str, ...]:
        """Each gap on the session's clock."""
        return tuple(f"From {clock_text(gap.from_s)} to {clock_text(gap.to_s)}" for gap in self.gaps)

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "checks": [{**asdict(look), "at": look.at.isoformat()} for look in self.looks],
            "gaps": [asdict(gap) for gap in self.gaps],
            "due_s": self.due_s,
            "limit_s": self.limit_s,
        }


def _looks(session: Session, rows: Iterable[Mapping[str, Any]], phase: int | None) -> Iterable[SkinLook]:
    for row in rows:
        at = datetime.fromisoformat(row["at"])
        ran_s = row.get("ran_s", int(session.running_for(at).total_seconds()))
        yield SkinLook(at, ran_s, row["seen"], row.get("note", ""), phase)


def skin_watch(session: Session, at: datetime) -> SkinWatch | None:
    """The skin checks of an electro session that has started; None for any other."""
    if session.modality != Modality.ELECTRO or session.started_at is None:
        return None
    found = [*_looks(session, session.skin_checks or (), None)]
    for phase in phases_of(session):
        found += _looks(session, phase.skin_checks, phase.position)
    looks = tuple(sorted(found, key=lambda look: look.at))
    interval = catalogue.electro_limits()[INTERVAL]
    due_s, limit_s = int((interval.default_max or 0) * 60), int((interval.soft_max or 0) * 60)
    until_s = int(session.running_for(at).total_seconds())
    gaps = skin_gaps((look.ran_s for look in looks), until_s=until_s, limit_s=limit_s)
    since_s = until_s - max((look.ran_s for look in looks), default=0)
    return SkinWatch(looks, gaps, max(since_s, 0), due_s, limit_s)
