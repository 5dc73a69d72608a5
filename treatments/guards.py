"""What the verbs of a session share: locking, versions, states, and consent that still holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from clinic import access
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import RuleRefused, TransitionRefused
from clinic.rules import check_move, check_version
from treatments import library, upstream
from treatments.choices import CourseState, SessionState
from treatments.models import Course, Lot, Session
from treatments.queries.readiness import day_outcome
from treatments.rules.moves import CLOSING, COURSE_NEXT, OPEN, SESSION_NEXT


def take(
    session: Session,
    *,
    by: Actor,
    version: int | None = None,
    can: Can = Can.RUN_SESSION,
    states: Iterable[SessionState] | None = None,
) -> Session:
    """The locked session, after permission, version and state. Raises Refused, StaleRecord, TransitionRefused."""
    access.require(by, can, session)
    locked: Session = Session.objects.locked(session.pk)
    check_version(
        locked.version,
        version,
        now={"state": locked.state, "version": locked.version},
        yours={"version": version},
    )
    if states is not None and locked.state not in set(states):
        raise TransitionRefused(
            f"This is not possible while the session is “{SessionState(locked.state).label.lower()}”.",
            code="wrong_state",
            field="state",
            details={"state": locked.state, "allowed": sorted(str(state) for state in states)},
        )
    return locked


def person(by: Actor) -> UUID:
    """The id of the member of staff who acts. Raises Refused for anybody else."""
    if by.staff_id is None:
        raise access.Refused(Can.RUN_SESSION, "not_a_person")
    return by.staff_id


def move(session: Session, to: SessionState) -> None:
    """Check the arrow and set the state."""
    check_move(SESSION_NEXT, SessionState(session.state), to)
    session.state = to


def demand_performer(session: Session, by: Actor, can: Can = Can.RUN_SESSION) -> None:
    """Only the treating person runs and signs the session: a relation, so a colleague gets 403. Raises Refused."""
    if by.staff_id != session.practitioner_id:
        raise access.Refused(can, "not_the_performer", session)


def demand_consent(session: Session, at: datetime) -> None:
    """A session whose consent is withdrawn refuses every verb but stop (decision 2). Raises RuleRefused."""
    if day_outcome(session, "consent", at) == "no":
        raise RuleRefused("The client said no today; the session can only be stopped.", code="consent_not_valid")
    view = upstream.consent(session, at)
    if not view.ok:
        raise RuleRefused(
            "The consent no longer holds; the session can only be stopped. " + "; ".join(view.reasons),
            code="consent_not_valid",
            details=list(view.reasons),
        )


def demand_zone(session: Session, zone: str) -> library.ZoneGuide:
    """The guide of an area that is planned and may be treated. Raises InvalidValue, RuleRefused `zone_not_planned`."""
    guide = library.treated_zone(zone)
    if zone not in session.zones:
        raise RuleRefused(f"{guide.label} is not in today's plan and consent.", code="zone_not_planned", field="zone")
    return guide


def demand_usable_still(lot: Lot) -> None:
    """A lot recalled or quarantined while in the hand is not used any further (R012). Raises RuleRefused."""
    now = Lot.objects.get(pk=lot.pk)
    if now.state != "usable":
        raise RuleRefused(f"Lot {now.number} is {now.get_state_display().lower()}.", code="lot_blocked", field="lot")


def demand_running(session: Session, at: datetime) -> None:
    """Consent still holds and nobody doubts that the client can decide. Raises RuleRefused."""
    demand_consent(session, at)
    if day_outcome(session, "capacity", at) == "doubt":
        raise RuleRefused(
            "There is doubt whether the client can decide; the session can only be stopped.", code="capacity_doubt"
        )


def move_course(course: Course, to: CourseState) -> None:
    """Move a course with the session that moved it."""
    if course.state != to:
        check_move(COURSE_NEXT, CourseState(course.state), to)
        course.state = to
        course.save(update_fields=["state"])


def move_course_on_start(session: Session) -> None:
    """The first session makes a course active; one after a review goes on with it."""
    if session.course.state in {CourseState.PLANNED, CourseState.REVIEW_DUE}:
        move_course(session.course, CourseState.ACTIVE)


def pause_running(session: Session, at: datetime) -> None:
    """Set a running session to paused (also done by verbs that see a reason to)."""
    move(session, SessionState.PAUSED)
    session.paused_at = at
    session.save(update_fields=["state", "paused_at"])


EDITABLE = frozenset({*OPEN, *CLOSING})
