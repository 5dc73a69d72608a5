"""Running a session: start, pause, resume, stop, finish, cancel, sign."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal
from typing import Any

from clinic import audit, seals
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import RuleRefused
from clinic.reading import standing
from treatments import library, queries
from treatments.choices import CourseState, Level, MoveKind, Phase, SessionState
from treatments.guards import (
    demand_consent,
    demand_performer,
    move,
    move_course,
    move_course_on_start,
    pause_running,
    take,
)
from treatments.models import LotUse, Session, StockMove
from treatments.rules.moves import CLOSING


@audit.audited
def start_session(
    session: Session,
    *,
    reasons: dict[str, str] | None = None,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Session:
    """Start. Runs the same gates as the page; keeps what they said and the performer's standing (decision 55).

    `reasons` may answer gates that warn. Raises RuleRefused (`not_ready`, details: gates that block).
    """
    locked = take(session, by=by, version=version)
    move(locked, SessionState.STARTED)
    demand_performer(locked, by)
    gates = queries.readiness(locked, at)
    blocking = [gate for gate in gates if gate.level == Level.BLOCK]
    if blocking:
        raise RuleRefused(
            "Not ready: " + "; ".join(gate.message for gate in blocking),
            code="not_ready",
            details=[gate.plain() for gate in blocking],
        )
    given = reasons or {}
    locked.start_gates = [{**gate.plain(), "answer": given.get(gate.gate, "")} for gate in gates]
    locked.standing = standing(locked.practitioner, at.date())
    locked.started_at = at
    locked.save()
    move_course_on_start(locked)
    audit.record(by, "session.started", locked, at=at, version=locked.version)
    return locked


@audit.audited
def pause_session(session: Session, *, by: Actor, at: datetime, version: int | None = None) -> Session:
    """Pause; the clock stops."""
    locked = take(session, by=by, version=version)
    pause_running(locked, at)
    audit.record(by, "session.paused", locked, at=at, version=locked.version)
    return locked


@audit.audited
def resume_session(session: Session, *, by: Actor, at: datetime, version: int | None = None) -> Session:
    """Go on after a pause. Raises RuleRefused when the consent no longer holds, Refused for anybody else."""
    locked = take(session, by=by, version=version)
    demand_performer(locked, by)
    was_paused_at = locked.paused_at
    move(locked, SessionState.STARTED)
    demand_consent(locked, at)
    locked.paused_seconds += int((at - was_paused_at).total_seconds()) if was_paused_at else 0
    locked.paused_at = None
    locked.save(update_fields=["state", "paused_at", "paused_seconds"])
    audit.record(by, "session.resumed", locked, at=at, version=locked.version)
    return locked


@audit.audited
def stop_session(session: Session, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Session:
    """Stop early, always possible while it runs. Raises RuleRefused without a reason."""
    locked = take(session, by=by, version=version)
    move(locked, SessionState.STOPPED)
    if not reason.strip():
        raise RuleRefused("Write down why the session is stopped.", code="reason_required", field="reason")
    locked.stop_reason, locked.ended_at = reason.strip(), locked.paused_at or at
    locked.save(update_fields=["state", "stop_reason", "ended_at"])
    audit.record(by, "session.stopped", locked, at=at, version=locked.version)
    return locked


@audit.audited
def cancel_session(session: Session, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Session:
    """Call off a session that has not started. Raises RuleRefused without a reason."""
    locked = take(session, by=by, version=version)
    move(locked, SessionState.CANCELLED)
    if not reason.strip():
        raise RuleRefused("Write down why the session is called off.", code="reason_required", field="reason")
    locked.stop_reason = reason.strip()
    locked.save(update_fields=["state", "stop_reason"])
    audit.record(by, "session.cancelled", locked, at=at, version=locked.version)
    return locked


def _refuse_unfinished(session: Session) -> None:
    problems = queries.unfinished(session)
    if problems:
        raise RuleRefused(
            "Not finished yet: " + "; ".join(problem.message for problem in problems),
            code="not_finished",
            details=[problem.plain() for problem in problems],
        )


@audit.audited
def finish_session(
    session: Session,
    *,
    end_check: dict[str, Any] | None = None,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Session:
    """The treatment is done. `end_check`: bleeding stopped, colour, redness 0–4, what was seen (KF11).

    Raises RuleRefused (`not_finished`): copied points nobody confirmed, open stop items, no comfort score,
    nothing done, more placed than drawn up.
    """
    locked = take(session, by=by, version=version)
    move(locked, SessionState.FINISHED)
    demand_performer(locked, by)
    demand_consent(locked, at)
    _refuse_unfinished(locked)
    locked.ended_at, locked.end_check = at, end_check or {}
    locked.save(update_fields=["state", "ended_at", "end_check"])
    audit.record(by, "session.finished", locked, at=at, version=locked.version)
    return locked


def _packs(use: LotUse) -> Decimal:
    """Packs opened for what was drawn up; single-use packs are opened whole (KC11)."""
    unit_ml = use.lot.product.unit_ml
    if not unit_ml:
        return Decimal(1)
    return Decimal(max(math.ceil(use.drawn_ml / unit_ml), 1))


def _take_from_stock(session: Session, *, by: Actor, at: datetime) -> None:
    for use in session.lot_uses.select_related("lot__product"):
        StockMove(
            organisation_id=session.organisation_id,
            lot=use.lot,
            kind=MoveKind.USED,
            units=-_packs(use),
            session=session,
            client_id=session.client_id,
            moved_by_id=by.staff_id,
            occurred_at=at,
            recorded_at=at,
        ).save()


def _freeze_parts(session: Session, at: datetime) -> None:
    for rows in (session.passes.all(), session.phases.all(), session.lot_uses.all()):
        for row in rows:
            row.frozen_at = at
            row.save(update_fields=["frozen_at"])


@audit.audited
def sign_session(
    session: Session, *, sheet_id: Any = None, by: Actor, at: datetime, version: int | None = None
) -> Session:
    """Sign, freeze, seal, and move stock. Only `aftercare.services.close_session` calls this (decision 49).

    Raises RuleRefused (`review_missing`), Refused (`not_the_performer`), TransitionRefused.
    """
    locked = take(session, by=by, version=version, can=Can.SIGN_SESSION, states=CLOSING)
    demand_performer(locked, by, Can.SIGN_SESSION)
    if not locked.ticks.filter(item=library.SAFETY_REVIEW, phase=Phase.AFTER, is_done=True).exists():
        raise RuleRefused(
            "Tick the waste and write the safety review first.", code="review_missing", field="safety_review"
        )
    move(locked, SessionState.SIGNED)
    _take_from_stock(locked, by=by, at=at)
    _freeze_parts(locked, at)
    locked.signed_at, locked.signed_by_id = at, by.staff_id
    locked.save()
    done = locked.course.sessions.filter(state=SessionState.SIGNED).count()
    if locked.course.state == CourseState.ACTIVE and done >= locked.course.sessions_planned:
        move_course(locked.course, CourseState.REVIEW_DUE)
    seals.seal(locked, by=by, at=at)
    audit.record(by, "session.signed", locked, at=at, version=locked.version, sheet=str(sheet_id or ""))
    return locked
