"""A session with all that its screen prints, read at once: each kind of row by one statement, whatever their number.

Only the doors read ahead. Services work on rows they have locked themselves and read what belongs to them afresh.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from treatments.choices import SessionState
from treatments.models import ComfortScore, ElectroPhase, LotUse, Pass, Session

SESSION_ROWS: QuerySet[Session] = Session.objects.select_related(
    "client__organisation", "course__plan__product", "planned", "visit", "practitioner",
    "supervisor", "device", "checklists", "consultation__response",
).defer(
    "checklists__body", "consultation__response__answers", "consultation__response__previous", "course__plan__zones"
)  # fmt: skip
PASSES = Pass.objects.select_related("lot__product")
PHASES = ElectroPhase.objects.select_related("device", "lot")
LOT_USES = LotUse.objects.select_related("lot__product").order_by("recorded_at", "id")
SINCE_START = (Prefetch("passes", PASSES), Prefetch("phases", PHASES), "comfort")
WHILE_PREPARED = (
    Prefetch("lot_uses", LOT_USES),
    "lot_uses__lot__moves",
    "lot_uses__lot__product__ingredients",
    "lot_uses__lot__product__tags",
    "ticks",
    "day_checks",
)


def read_ahead(session: Session) -> Session:
    """Read what belongs to a session; nothing is placed, run or scored before it starts, so that is not asked for."""
    prefetch_related_objects([session], *WHILE_PREPARED)
    if session.state != SessionState.PREPARED:
        prefetch_related_objects([session], *SINCE_START)
        return session
    ahead: dict[str, Any] = session._prefetched_objects_cache  # type: ignore[attr-defined]
    ahead |= {
        "passes": Pass.objects.none(),
        "phases": ElectroPhase.objects.none(),
        "comfort": ComfortScore.objects.none(),
    }
    return session


def _parts(session: Session, name: str, rows: QuerySet[Any]) -> list[Any]:
    """What was read ahead with the session, else one statement."""
    ahead: dict[str, Any] = getattr(session, "_prefetched_objects_cache", {})
    return list(ahead[name]) if name in ahead else list(rows.filter(session=session))


def passes_of(session: Session) -> list[Pass]:
    """The passes of a session in their order, with lot and product."""
    return _parts(session, "passes", PASSES)


def phases_of(session: Session) -> list[ElectroPhase]:
    """The phases of current of a session in their order, with device and lot."""
    return _parts(session, "phases", PHASES)


def lot_uses_of(session: Session) -> list[LotUse]:
    """The lots in the hand of a session, with their products."""
    return _parts(session, "lot_uses", LOT_USES)
