"""Courses: laid out from an agreed plan by its protocol, stopped with a reason."""

from __future__ import annotations

from datetime import date, datetime

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue import content as catalogue
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import Visit
from clinic.rules import check_move, check_version
from consultations.models import ServicePlan
from treatments import queries
from treatments.choices import CourseState
from treatments.guards import person
from treatments.models import Course, PlannedSession
from treatments.rules.intervals import MAX_SESSIONS, Window, lay_out, needs_reason, window_for
from treatments.rules.moves import COURSE_NEXT


def _window(plan: ServicePlan) -> Window:
    protocol = catalogue.protocols().get(plan.protocol)
    if protocol is None:
        return window_for(plan.interval_days, earliest_days=10, latest_days=21, min_days=7)
    return window_for(
        plan.interval_days,
        earliest_days=protocol.earliest_days,
        latest_days=protocol.latest_days,
        min_days=protocol.min_days,
    )


@audit.audited
def start_course(
    plan: ServicePlan, *, starts_on: date | None = None, reason: str = "", by: Actor, at: datetime
) -> Course:
    """Lay out the sessions of an agreed plan from its first day.

    Raises RuleRefused: `plan_not_agreed`, `course_exists`, `reason_required` (under 3 or over 15 sessions).
    """
    access.require(by, Can.START_COURSE, plan)
    reason = _checked(plan, reason)
    first = starts_on or at.date()
    course = _course(plan, first, reason, by=by, at=at)
    course.save()
    for visit in lay_out(first, plan.sessions, course.window):
        PlannedSession.at_place(course, visit, at).save()
    audit.record(by, "course.laid_out", course, at=at, sessions=plan.sessions, protocol=plan.protocol)
    return course


def _checked(plan: ServicePlan, reason: str) -> str:
    """The reason for the number of sessions, after all refusals."""
    if plan.standing != "agreed":
        raise RuleRefused("Agree the plan with the client first.", code="plan_not_agreed", field="plan")
    if any(not queries.leaves_room(course) for course in Course.objects.filter(plan=plan).prefetch_related("reviews")):
        raise RuleRefused("This plan already has a course.", code="course_exists", field="plan")
    sessions = plan.sessions
    if not 1 <= sessions <= MAX_SESSIONS:
        raise InvalidValue("Plan at least one session.", code="out_of_range", field="sessions")
    reason = reason.strip() or str(getattr(plan, "sessions_reason", "") or "").strip()
    if needs_reason(sessions) and not reason:
        raise RuleRefused(
            "Write down why there are fewer than 3 or more than 15 sessions.", code="reason_required", field="reason"
        )
    return reason


def _course(plan: ServicePlan, first: date, reason: str, *, by: Actor, at: datetime) -> Course:
    window = _window(plan)
    return Course(
        organisation_id=plan.organisation_id,
        client_id=plan.client_id,
        plan=plan,
        practitioner_id=person(by),
        modality=plan.modality,
        technique=plan.technique,
        protocol=plan.protocol,
        sessions_planned=plan.sessions,
        interval_days=window.interval_days,
        earliest_days=window.earliest_days,
        latest_days=window.latest_days,
        min_days=window.min_days,
        starts_on=first,
        state_reason=reason,
        recorded_at=at,
    )


@audit.audited
def plan_visit(
    planned: PlannedSession, *, visit: Visit, by: Actor, at: datetime, version: int | None = None
) -> PlannedSession:
    """Tie a booked visit to a place of the course; early and late are flagged by the page, not moved here."""
    access.require(by, Can.START_COURSE, planned)
    locked: PlannedSession = PlannedSession.objects.locked(planned.pk)
    check_version(locked.version, version)
    if visit.client_id != locked.client_id:
        raise InvalidValue("Choose a visit of this client.", code="wrong_visit", field="visit")
    locked.visit = visit
    locked.save(update_fields=["visit"])
    audit.record(by, "course.visit_planned", locked, at=at, visit=visit.id, version=locked.version)
    return locked


@audit.audited
def stop_course(course: Course, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Course:
    """End a course before its time. Raises RuleRefused without a reason, TransitionRefused, StaleRecord."""
    access.require(by, Can.START_COURSE, course)
    locked: Course = Course.objects.locked(course.pk)
    check_version(locked.version, version, now={"state": locked.state, "version": locked.version})
    check_move(COURSE_NEXT, CourseState(locked.state), CourseState.STOPPED)
    if not reason.strip():
        raise RuleRefused("Write down why the course ends.", code="reason_required", field="reason")
    locked.state, locked.state_reason = CourseState.STOPPED, reason.strip()
    locked.save(update_fields=["state", "state_reason"])
    audit.record(by, "course.stopped", locked, at=at, version=locked.version)
    return locked
