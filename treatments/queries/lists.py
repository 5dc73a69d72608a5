"""Courses, sessions and stock as lists; a fixed number of queries whatever the number of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from clinic.access import Can
from clinic.actors import Actor
from clinic.clock import LONDON
from treatments import upstream
from treatments.choices import CourseState, NextStep, SessionState
from treatments.models import Course, Lot, OutcomeReview, PlannedSession, Session
from treatments.rules import intervals


@dataclass(frozen=True)
class Stop:
    """One place of a course's track: what was done, is planned, or is overdue."""

    planned: PlannedSession
    session: Session | None
    state: str
    timing: str

    @property
    def on(self) -> date:
        """The day it took place, else the booked or the due day."""
        if self.session is not None and self.session.started_at:
            day: date = upstream.day_of(self.session.started_at)
            return day
        visit = self.planned.visit
        return upstream.day_of(visit.planned_at) if visit else self.planned.due_on


@dataclass(frozen=True)
class CourseView:
    """A course with its track."""

    course: Course
    stops: tuple[Stop, ...]

    @property
    def done(self) -> int:
        """Sessions that took place."""
        return sum(stop.state == "done" for stop in self.stops)


def _stop(planned: PlannedSession, session: Session | None, last_on: date | None, course: Course, today: date) -> Stop:
    if session is not None and session.started_at is not None:
        day = upstream.day_of(session.started_at)
        timing = _timing(planned, day, last_on, course)
        is_over = session.state in {SessionState.SIGNED, SessionState.FINISHED, SessionState.STOPPED}
        return Stop(planned, session, "done" if is_over else "now", str(timing))
    day = upstream.day_of(planned.visit.planned_at) if planned.visit else None
    timing = "on_time"
    if day is not None and not planned.earliest_on <= day <= planned.latest_on:
        timing = "early" if day < planned.earliest_on else "late"
    elif day is None and planned.latest_on < today:
        timing = "late"
    return Stop(planned, session, "now" if session else "late" if timing == "late" else "next", timing)


def _timing(planned: PlannedSession, day: date, last_on: date | None, course: Course) -> str:
    if course.is_maintenance(planned):
        return intervals.timing_at_place(
            day, earliest_on=planned.earliest_on, latest_on=planned.latest_on, last_on=last_on, min_days=course.min_days
        )
    return intervals.timing(day, last_on=last_on, window=course.window)


def _view(course: Course, sessions: Iterable[Session], today: date) -> CourseView:
    by_place = {row.planned_id: row for row in sessions if row.state != SessionState.CANCELLED}
    stops, last_on = [], None
    for planned in course.planned.all():
        stop = _stop(planned, by_place.get(planned.id), last_on, course, today)
        if stop.state == "done":
            last_on = stop.on
        stops.append(stop)
    return CourseView(course, tuple(stops))


def courses_of(client: Any, actor: Actor, at: datetime) -> list[CourseView]:
    """The client's courses, newest first, with their tracks."""
    rows = Course.objects.visible_to(actor, Can.READ_CHART).for_client(client).select_related("plan", "practitioner")
    courses = list(rows.prefetch_related("planned__visit", "reviews").order_by("-recorded_at"))
    sessions = defaultdict(list)
    for row in Session.objects.filter(course__in=courses).order_by("prepared_at"):
        sessions[row.course_id].append(row)
    today = upstream.day_of(at)
    return [_view(course, sessions[course.id], today) for course in courses]


def course_view(course: Course, at: datetime) -> CourseView:
    """One course with its track."""
    return _view(course, course.sessions.order_by("prepared_at"), upstream.day_of(at))


def sessions_of(client: Any, actor: Actor) -> list[Session]:
    """The client's sessions, newest first."""
    rows = Session.objects.visible_to(actor, Can.READ_CHART).for_client(client)
    return list(rows.select_related("practitioner", "planned", "course").order_by("-prepared_at"))


def open_session(course: Course) -> Session | None:
    """The session of a course that is not closed yet."""
    closed = (SessionState.SIGNED, SessionState.CANCELLED)
    found: Session | None = course.sessions.exclude(state__in=closed).order_by("-prepared_at").first()
    return found


def next_proposal(course: Course) -> dict[str, Any] | None:
    """The next session counted from the last one that took place (decision 49), or None when none is left."""
    done = [row for row in course.sessions.all() if row.started_at and row.state != SessionState.CANCELLED]
    left = [p for p in course.planned.all() if p.id not in {row.planned_id for row in done}]
    if not left:
        return None
    planned = left[0]
    if not done or course.is_maintenance(planned):
        return {"planned": planned, "due_on": planned.due_on, "earliest_on": planned.earliest_on,
                "latest_on": planned.latest_on}  # fmt: skip
    last = max(done, key=lambda row: row.started_at)
    due = intervals.due_after(upstream.day_of(last.started_at), course.window)
    return {"planned": planned, "due_on": due.due_on, "earliest_on": due.earliest_on, "latest_on": due.latest_on}


def leaves_room(course: Course) -> bool:
    """Whether the plan of a course may have another one: it was stopped, or its last review said another course."""
    steps = [review.next_step for review in course.reviews.all()]
    is_over = course.state == CourseState.COMPLETED and steps[-1:] == [NextStep.ANOTHER_COURSE]
    return is_over or course.state == CourseState.STOPPED


def reviews_of(course: Course) -> list[OutcomeReview]:
    """Outcome reviews of a course, newest first."""
    return list(course.reviews.select_related("reviewed_by").order_by("-occurred_at", "-recorded_at"))


def booking_proposal(course: Course) -> dict[str, Any] | None:
    """The next session with the day and time to offer for it: its due day, at the time of the last visit.

    None when nothing is left, or when the next one is booked already.
    """
    found = next_proposal(course)
    if found is None or found["planned"].visit_id is not None:
        return None
    rows = course.sessions.exclude(state=SessionState.CANCELLED).select_related("visit__site").order_by("-prepared_at")
    last = rows.first()
    seen_at = None if last is None else last.visit.planned_at if last.visit else last.started_at
    time = seen_at.astimezone(LONDON).strftime("%H:%M") if seen_at else "10:00"
    return {**found, "time": time, "site": last.visit.site if last and last.visit else None}


def usable_lots(organisation_id: Any, product_id: Any, on: date) -> list[Lot]:
    """Lots of a product that may be used on a day, soonest to expire first; those without stock are left out."""
    rows = Lot.objects.filter(
        organisation_id=organisation_id, product_id=product_id, state="usable", expires_on__gte=on
    )
    found = rows.select_related("product").prefetch_related("moves").order_by("expires_on", "number")
    return [lot for lot in found if lot.in_stock > 0]


@dataclass(frozen=True)
class LotLine:
    """A lot in the stock list."""

    lot: Lot
    in_stock: Decimal
    is_expired: bool


def lots_of(actor: Actor, at: datetime) -> list[LotLine]:
    """All lots this person may see, soonest to expire first."""
    rows = Lot.objects.visible_to(actor, Can.READ_STOCK).select_related("product", "site").prefetch_related("moves")
    today = upstream.day_of(at)
    return [LotLine(lot, lot.in_stock, lot.is_expired(today)) for lot in rows.order_by("expires_on", "number")]


def courses_in_work(actor: Actor, at: datetime) -> list[CourseView]:
    """Open courses this person may see; late ones first."""
    rows = Course.objects.visible_to(actor, Can.READ_CHART).exclude(state__in=["completed", "stopped"])
    courses = rows.select_related("client", "plan", "practitioner").prefetch_related("planned__visit")[:100].with_keys()
    sessions = defaultdict(list)
    for row in Session.objects.filter(course__in=courses).order_by("prepared_at"):
        sessions[row.course_id].append(row)
    views = [_view(course, sessions[course.id], upstream.day_of(at)) for course in courses]
    return sorted(views, key=lambda view: not any(stop.state == "late" for stop in view.stops))
