"""What evidence reads of a treatment session: the one place that knows how treatments and consultations keep it.

`basis` is what a decision rests on, in figures; `coded` is what people see. Neither holds a name, a birth date or free
text. Lists of sessions cost a fixed number of queries; keys of all clients are opened by one statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects

from clinic import clock
from clinic.errors import Erased
from clinic.keystore import keys
from clinic.models import Supervision
from evidence.models import Enrolment
from evidence.rules import SessionFacts
from treatments import library
from treatments.choices import Modality, SessionState
from treatments.models import ChecklistEntry, Session

RUNNING = (SessionState.STARTED, SessionState.PAUSED)
COMPLETE = ("decided", "signed")


def modality(session: Session) -> str:
    """The modality the session was planned for."""
    return session.modality


def is_running(session: Session) -> bool:
    """Started and not over; a pause is part of it."""
    return session.state in RUNNING


def is_declared(session: Session) -> bool:
    """Declared for assessment before it started (decision 42)."""
    return session.for_assessment


def is_signed(session: Session) -> bool:
    """Signed, so that nothing of it changes any more."""
    return session.signed_at is not None


def running(learners: Iterable[UUID]) -> QuerySet[Session]:
    """Running, declared sessions of these people."""
    found = Session.objects.filter(practitioner_id__in=list(learners), state__in=RUNNING, for_assessment=True)
    return found.select_related("client", "practitioner").order_by("started_at", "id")


def observable(enrolment: Enrolment) -> QuerySet[Session]:
    """Sessions an assessor of the learner's centre may hear of: running, declared, in the centre's own clinic.

    Evidence of another clinic crosses only by a grant, and there is none yet (decision 4).
    """
    return running([enrolment.learner_id]).filter(organisation_id=enrolment.organisation_id)


def of_learner(learner_id: UUID) -> QuerySet[Session]:
    """All sessions of one person."""
    return Session.objects.filter(practitioner_id=learner_id).select_related("client", "consultation")


def signed_by_learner(learner_id: UUID, *, exclude: Iterable[UUID | None]) -> list[Session]:
    """Signed sessions that are no evidence yet, newest first; the keys of their clients are opened together."""
    known = [pk for pk in exclude if pk]
    found = of_learner(learner_id).filter(state=SessionState.SIGNED).exclude(pk__in=known)
    rows = list(found.order_by("-signed_at", "id"))
    keys.prefetch({row.client_id for row in rows})
    return rows


def supervisors(learner_id: UUID) -> list[str]:
    """Who supervises or supervised a learner; they do not sample the learner's work."""
    return [str(pk) for pk in Supervision.objects.filter(learner_id=learner_id).values_list("supervisor_id", flat=True)]


def day(session: Session) -> date:
    """The clinic's calendar day of the session."""
    return (session.started_at or session.prepared_at).astimezone(clock.LONDON).date()


def basis(session: Session) -> dict[str, Any]:
    """What a decision on this session rests on, as plain data."""
    return bases([session])[session.id]


def bases(sessions: Iterable[Session]) -> dict[UUID, dict[str, Any]]:
    """The same for many sessions in a fixed number of queries; depth in millimetres."""
    rows = list(sessions)
    if not rows:
        return {}
    keys.prefetch({row.client_id for row in rows})
    prefetch_related_objects(rows, "passes", "phases", "ticks", "checklists", "consultation__skin_analysis")
    others = _others(rows)
    return {row.id: _basis_or_nothing(row, others.get(row.client_id, ())) for row in rows}


def _basis_or_nothing(session: Session, others: Iterable[Session]) -> dict[str, Any]:
    """The basis; of an erased client's session only what stands in clear columns, which counts for nothing."""
    try:
        return _basis(session, others)
    except Erased:
        return {
            "on": day(session).isoformat(),
            "modalities": [str(session.modality)],
            "deepest_mm": None,
            "is_signed": is_signed(session),
            "is_declared": session.for_assessment,
            "has_other_treatment": False,
            "disposal_stages": [],
            "consultation": "",
            "is_consultation_shared": False,
            "has_skin_analysis": False,
        }


def _others(rows: list[Session]) -> dict[UUID, list[Session]]:
    """Every started session of these clients: other work of the same day, and earlier use of a consultation."""
    found: dict[UUID, list[Session]] = {}
    clients = {row.client_id for row in rows}
    started = Session.objects.filter(client_id__in=clients, started_at__isnull=False).order_by("started_at", "id")
    for other in started:
        found.setdefault(other.client_id, []).append(other)
    return found


def _basis(session: Session, others: Iterable[Session]) -> dict[str, Any]:
    passes = list(session.passes.all())
    modalities = {str(session.modality)}
    modalities |= {Modality.INJECTION.value} if passes else set()
    modalities |= {Modality.ELECTRO.value} if list(session.phases.all()) else set()
    depths = [Decimal(str(row.depth_mm)) for row in passes]
    return {
        "on": day(session).isoformat(),
        "modalities": sorted(modalities),
        "deepest_mm": str(max(depths)) if depths else None,
        "is_signed": is_signed(session),
        "is_declared": session.for_assessment,
        "has_other_treatment": _has_other_treatment(session, others),
        "disposal_stages": sorted(disposal_stages(session)),
        "consultation": _own_consultation(session, others),
        "is_consultation_shared": _is_shared(session, others),
        "has_skin_analysis": bool(_own_consultation(session, others)) and _is_analysed(session),
    }


def _has_other_treatment(session: Session, others: Iterable[Session]) -> bool:
    """Another session on the same day and area (S149)."""
    zones = set(session.zones)
    same_day = [row for row in others if row.id != session.id and day(row) == day(session)]
    return any(zones & set(row.zones) for row in same_day)


def _own_consultation(session: Session, others: Iterable[Session]) -> str:
    """The kind of the session's complete consultation, empty when there is none or an earlier session used it (S78)."""
    consultation = session.consultation
    if consultation is None or consultation.state not in COMPLETE:
        return ""
    return "" if _is_shared(session, others) else str(consultation.kind)


def _is_shared(session: Session, others: Iterable[Session]) -> bool:
    """Whether an earlier session rests on the same consultation."""
    if session.consultation_id is None:
        return False
    first = next((row for row in others if row.consultation_id == session.consultation_id), session)
    return first.id != session.id


def _is_analysed(session: Session) -> bool:
    return getattr(session.consultation, "skin_analysis", None) is not None


def newest_ticks(session: Session) -> dict[tuple[str, str], ChecklistEntry]:
    """The newest tick of every item at every phase."""
    rows = sorted(session.ticks.all(), key=lambda tick: (tick.occurred_at, tick.recorded_at))
    return {(tick.item, tick.phase): tick for tick in rows}


def disposal_stages(session: Session) -> frozenset[str]:
    """Phases at which waste was ticked by stream (decision 44)."""
    streams = {
        item.id
        for row in library.checklists(session.checklists).values()
        for item in row.items
        if item.when == "disposal"
    }
    ticks = newest_ticks(session).items()
    return frozenset(phase for (item, phase), tick in ticks if item in streams and tick.is_done)


def facts(session: Session, stored: Mapping[str, Any]) -> SessionFacts:
    """The facts the count reads, from what a decision stored or from `bases`."""
    deepest = stored["deepest_mm"]
    return SessionFacts(
        key=str(session.id),
        code=str(session.id)[:8],
        on=date.fromisoformat(stored["on"]),
        modalities=frozenset(stored["modalities"]),
        deepest_mm=Decimal(deepest) if deepest is not None else None,
        is_signed=bool(stored["is_signed"]),
        is_declared=bool(stored["is_declared"]),
        has_other_treatment=bool(stored["has_other_treatment"]),
        disposal_stages=frozenset(stored["disposal_stages"]),
        consultation=stored["consultation"],
        has_skin_analysis=bool(stored["has_skin_analysis"]),
        is_consultation_shared=bool(stored["is_consultation_shared"]),
    )
