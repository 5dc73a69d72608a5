"""What a course came to: the outcome review, maintenance after it, and booking the next session."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue import content as catalogue
from clinic.choices import VisitKind
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.models import Site, Visit
from clinic.rules import check_version
from clinic.services import visits
from treatments import queries, upstream
from treatments.choices import CourseState, NextStep
from treatments.guards import move_course, person
from treatments.models import Course, OutcomeReview, PlannedSession
from treatments.rules.intervals import MAINTENANCE_DAYS, maintenance
from treatments.rules.measures import GRADES
from treatments.services.courses import plan_visit

REVIEWABLE = frozenset({CourseState.REVIEW_DUE, CourseState.MAINTENANCE})


def _locked(course: Course, *, by: Actor, version: int | None, states: frozenset[CourseState]) -> Course:
    access.require(by, Can.START_COURSE, course)
    locked: Course = Course.objects.locked(course.pk)
    check_version(locked.version, version, now={"state": locked.state, "version": locked.version})
    if locked.state not in states:
        raise TransitionRefused(
            f"This is not possible while the course is “{CourseState(locked.state).label.lower()}”.",
            code="wrong_state",
            field="state",
            details={"state": locked.state, "allowed": sorted(str(state) for state in states)},
        )
    return locked


def _end_of(step: str, *, aim_reached: bool) -> CourseState:
    """Where a review leads: maintenance goes on, everything else closes the course."""
    if step == NextStep.MAINTENANCE:
        return CourseState.MAINTENANCE
    return CourseState.COMPLETED if aim_reached or step == NextStep.ANOTHER_COURSE else CourseState.STOPPED


def _checked(step: str, *, aim_reached: bool, grades: dict[str, int], words: str) -> None:
    if step not in NextStep.values:
        raise InvalidValue("Choose what follows.", code="invalid_choice", field="next_step")
    for name, grade in grades.items():
        if grade not in GRADES:
            raise InvalidValue("Grade from 1 to 5.", code="out_of_range", field=name)
    if step == NextStep.MAINTENANCE and not aim_reached:
        raise RuleRefused(
            "Maintenance follows when the aim is reached; otherwise choose another course, or stop.",
            code="aim_not_reached",
            field="next_step",
        )
    if step != NextStep.MAINTENANCE and not words.strip():
        raise RuleRefused("Write down why.", code="reason_required", field="words")


@audit.audited
def review_course(
    course: Course,
    *,
    aim_reached: bool,
    gais: int,
    gais_client: int,
    satisfaction: int,
    next_step: str,
    words: str = "",
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> OutcomeReview:
    """Review a course against its aim, and say what follows (S200). Maintenance lays out the first visit of it.

    `gais`, `gais_client`: improvement 1–5 as the clinician and the client see it (low is good, table F2);
    `satisfaction` 1–5 (high is good). Raises InvalidValue, RuleRefused (`aim_not_reached`, `reason_required`),
    TransitionRefused, StaleRecord.
    """
    locked = _locked(course, by=by, version=version, states=REVIEWABLE)
    grades = {"gais": gais, "gais_client": gais_client, "satisfaction": satisfaction}
    _checked(next_step, aim_reached=aim_reached, grades=grades, words=words)
    review = OutcomeReview(
        organisation_id=locked.organisation_id,
        client_id=locked.client_id,
        course=locked,
        next_step=next_step,
        detail={"aim_reached": aim_reached, **grades, "words": words.strip()},
        reviewed_by_id=person(by),
        occurred_at=at,
        recorded_at=at,
    )
    review.save()
    move_course(locked, _end_of(next_step, aim_reached=aim_reached))
    if next_step == NextStep.MAINTENANCE and _open_place(locked) is None:
        _lay_out_maintenance(locked, at)
    audit.record(by, "course.reviewed", locked, at=at, next_step=next_step, version=locked.version)
    return review


def _open_place(course: Course) -> PlannedSession | None:
    found = queries.next_proposal(course)
    return found["planned"] if found else None


def _days(protocol: str) -> tuple[int, int]:
    """The protocol's days of maintenance, else 8 to 13 weeks."""
    row = catalogue.protocols().get(protocol)
    if row is None or row.maintenance_min_days is None or row.maintenance_max_days is None:
        return MAINTENANCE_DAYS
    return row.maintenance_min_days, row.maintenance_max_days


def _last_day(course: Course) -> date:
    """The day maintenance is counted from: the newest review or session."""
    moments = [row.occurred_at for row in course.reviews.all()]
    moments += [row.started_at for row in course.sessions.all() if row.started_at]
    day: date = upstream.day_of(max(moments))
    return day


def _lay_out_maintenance(course: Course, at: datetime) -> PlannedSession:
    number = max((row.number for row in course.planned.all()), default=0) + 1
    visit = maintenance(_last_day(course), max(number, course.sessions_planned + 1), _days(course.protocol))
    place = PlannedSession.at_place(course, visit, at)
    place.save()
    return place


@audit.audited
def plan_maintenance(course: Course, *, by: Actor, at: datetime, version: int | None = None) -> PlannedSession:
    """Lay out the next maintenance visit after the last session, in the protocol's window (8 to 13 weeks unless set).

    Raises TransitionRefused outside maintenance, RuleRefused `place_open` while one is still to come, StaleRecord.
    """
    locked = _locked(course, by=by, version=version, states=frozenset({CourseState.MAINTENANCE}))
    if _open_place(locked) is not None:
        raise RuleRefused("The next maintenance visit is laid out already.", code="place_open", field="course")
    place = _lay_out_maintenance(locked, at)
    audit.record(by, "course.maintenance_planned", locked, at=at, number=place.number)
    return place


@audit.audited
def book_next(course: Course, *, planned_at: datetime, site: Site | None = None, by: Actor, at: datetime) -> Visit:
    """Book the next session of a course as proposed (decision 49) and tie the visit to its place.

    Without `site` that of the last visit, else the clinic's first. Raises RuleRefused `nothing_to_book`, InvalidValue.
    """
    access.require(by, Can.START_COURSE, course)
    locked: Course = Course.objects.locked(course.pk)
    proposal: dict[str, Any] | None = queries.booking_proposal(locked)
    if proposal is None or locked.state in {CourseState.COMPLETED, CourseState.STOPPED}:
        raise RuleRefused("There is no session left to book.", code="nothing_to_book", field="course")
    if planned_at <= at:
        raise InvalidValue("Choose a time to come.", code="out_of_range", field="planned_at")
    where = site or proposal["site"] or Site.objects.filter(organisation_id=locked.organisation_id).first()
    if where is None:
        raise InvalidValue("Choose a site.", code="required", field="site")
    visit = visits.book_visit(
        locked.client, site=where, practitioner=locked.practitioner, kind=VisitKind.SESSION, planned_at=planned_at,
        by=by, at=at,
    )  # fmt: skip
    plan_visit(proposal["planned"], visit=visit, by=by, at=at)
    audit.record(by, "course.next_booked", locked, at=at, visit=visit.id)
    return visit
