"""What a course comes to: review, maintenance, another course, and the next visit."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser

from clinic import clock
from clinic.access import Refused
from clinic.errors import InvalidValue, RuleRefused, StaleRecord, TransitionRefused
from clinic.models import AuditEntry, Visit
from consultations.queries import agreed_plans
from tests.factories import NOW, World
from tests.treatments import support
from treatments import queries, services
from treatments.choices import CourseState
from treatments.models import Course, OutcomeReview, PlannedSession
from treatments.queries.lists import course_view
from treatments.registrations import timeline
from treatments.rules import intervals

LATER = NOW + timedelta(days=28)
REVIEW = {"aim_reached": True, "gais": 2, "gais_client": 1, "satisfaction": 5, "next_step": "maintenance"}


@pytest.fixture
def due(world: World) -> Course:
    """A course of one session, done and signed: its review is due."""
    session = support.make_signed(world, sessions=1, sessions_reason="A trial.")
    course = Course.objects.get(pk=session.course_id)
    assert course.state == CourseState.REVIEW_DUE
    return course


def review(world: World, course: Course, *, at: datetime = LATER, **changes: Any) -> OutcomeReview:
    return services.review_course(course, **{**REVIEW, **changes}, by=world.actor("practitioner"), at=at)


def test_a_review_that_reached_its_aim_leads_to_maintenance(world: World, due: Course) -> None:
    """REQ-S200: every 2 to 3 months, in a window of 8 to 13 weeks after the review."""
    found = review(world, due)
    course = Course.objects.get(pk=due.pk)
    place = course.planned.last()
    assert (course.state, found.detail["gais_client"]) == ("maintenance", 1)
    day = LATER.date()
    assert (place.earliest_on, place.latest_on) == (day + timedelta(weeks=8), day + timedelta(weeks=13))
    assert place.earliest_on < place.due_on < place.latest_on
    assert course.is_maintenance(place)
    assert AuditEntry.objects.filter(action="course.reviewed").exists()


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"next_step": "another", "aim_reached": False, "words": "Deeper lines need more."}, "completed"),
        ({"next_step": "stop", "words": "Content as it is."}, "completed"),
        ({"next_step": "stop", "aim_reached": False, "words": "No change seen."}, "stopped"),
    ],
)
def test_a_review_may_end_the_course(world: World, due: Course, changes: dict[str, Any], state: str) -> None:
    review(world, due, **changes)
    assert Course.objects.get(pk=due.pk).state == state
    assert queries.next_proposal(due) is None


def test_another_course_comes_from_the_same_plan(world: World, due: Course) -> None:
    """Design 4: 2–3 courses."""
    plan, by = agreed_plans(world.own)[0], world.actor("practitioner")
    with pytest.raises(RuleRefused):
        services.start_course(plan, by=by, at=LATER)
    review(world, due, next_step="another", words="A second round.")
    assert services.start_course(plan, by=by, at=LATER).pk != due.pk
    with pytest.raises(RuleRefused):
        services.start_course(plan, by=by, at=LATER)


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"aim_reached": False}, RuleRefused, "next_step"),
        ({"next_step": "stop"}, RuleRefused, "words"),
        ({"next_step": "forever"}, InvalidValue, "next_step"),
        ({"gais": 0}, InvalidValue, "gais"),
        ({"gais_client": 6}, InvalidValue, "gais_client"),
        ({"satisfaction": 9}, InvalidValue, "satisfaction"),
    ],
)
def test_a_review_says_all_it_must(
    world: World, due: Course, changes: dict[str, Any], error: type[Any], field: str
) -> None:
    with pytest.raises(error) as refusal:
        review(world, due, **changes)
    assert refusal.value.field == field
    assert OutcomeReview.objects.count() == 0


def test_a_review_needs_its_moment_its_version_and_its_people(world: World, due: Course) -> None:
    """SEC-S3."""
    with pytest.raises(StaleRecord):
        review(world, due, version=due.version - 1)
    with pytest.raises(Refused):
        services.review_course(due, **REVIEW, by=world.actor("reception"), at=LATER)
    review(world, due, next_step="stop", words="Content.")
    with pytest.raises(TransitionRefused):
        review(world, due)


def test_a_review_never_changes(world: World, due: Course) -> None:
    review(world, due)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE treatments_outcomereview SET next_step = 'stop'")


def test_the_next_maintenance_visit_is_laid_out_once_after_the_last(world: World, due: Course) -> None:
    """REQ-S200."""
    by = world.actor("practitioner")
    with pytest.raises(TransitionRefused):
        services.plan_maintenance(due, by=by, at=LATER)
    review(world, due)
    with pytest.raises(RuleRefused) as refusal:
        services.plan_maintenance(due, by=by, at=LATER)
    assert refusal.value.code == "place_open"
    first = due.planned.last()
    first.delete()
    second = services.plan_maintenance(due, by=by, at=LATER)
    assert isinstance(second, PlannedSession)
    assert second.number == due.sessions_planned + 1


def test_a_maintenance_session_has_the_window_of_its_place(world: World, due: Course) -> None:
    """REQ-S200: ten weeks after is on time, though the course's own window was 10 to 21 days."""
    review(world, due)
    by, day = world.actor("practitioner"), NOW + timedelta(weeks=14)
    session = services.prepare_session(Course.objects.get(pk=due.pk), by=by, at=day)
    gates = {gate.gate: gate for gate in queries.readiness(support.fresh(session), day)}
    assert gates["interval"].level == "ok"
    assert course_view(Course.objects.get(pk=due.pk), day).stops[-1].timing == "on_time"


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2027, 1, 1), "early"), (date(2027, 1, 11), "on_time"), (date(2027, 2, 15), "on_time"),
        (date(2027, 2, 16), "late"), (date(2026, 11, 20), "too_soon"),
    ],
)  # fmt: skip
def test_the_window_of_a_place(on: date, expected: str) -> None:
    last = date(2026, 11, 16)
    place = intervals.maintenance(last, 4)
    window = {"earliest_on": place.earliest_on, "latest_on": place.latest_on}
    assert intervals.timing_at_place(on, **window, last_on=last, min_days=7) == expected


# the next visit -------------------------------------------------------------------------------------------------------
def test_the_next_visit_is_booked_in_one_go(world: World) -> None:
    """Decision 49: proposed after signing, tied to its place of the course."""
    session, by = support.make_signed(world), world.actor("practitioner")
    course = Course.objects.get(pk=session.course_id)
    proposal = queries.booking_proposal(course)
    assert proposal is not None
    assert (proposal["due_on"] - NOW.date()).days == 14
    when = NOW + timedelta(days=14)
    with pytest.raises(InvalidValue):
        services.book_next(course, planned_at=NOW - timedelta(days=1), by=by, at=NOW)
    visit = services.book_next(course, planned_at=when, by=by, at=NOW)
    assert (visit.kind, visit.practitioner_id, visit.planned_session.number) == ("session", course.practitioner_id, 2)
    with pytest.raises(RuleRefused) as refusal:
        services.book_next(course, planned_at=when, by=by, at=NOW)
    assert refusal.value.code == "nothing_to_book"


def test_the_signed_session_offers_the_next_visit_with_one_tap(world: World) -> None:
    """Decision 49."""
    session = support.make_signed(world)
    desk = Browser()
    with clock.set_to(NOW + timedelta(hours=1)):
        desk.force_login(world.people["practitioner"])
        page = desk.get(f"/sessions/{session.id}/").content.decode()
        assert "Book this visit" in page
        assert 'value="2026-11-30"' in page
        sent = {"on": "2026-11-30", "planned_time": "10:00"}
        assert desk.post(f"/courses/{session.course_id}/book/", sent).status_code == 303
        assert "Book this visit" not in desk.get(f"/sessions/{session.id}/").content.decode()
        assert desk.post(f"/courses/{session.course_id}/book/", sent).status_code == 422
        assert desk.post(f"/courses/{session.course_id}/book/", {"on": "soon"}).status_code == 422
    visit = Visit.objects.get(planned_session__course=session.course_id)
    assert visit.planned_at.date() == date(2026, 11, 30)


def test_the_page_of_a_course_reviews_and_lays_out(world: World, due: Course) -> None:
    """REQ-S200."""
    desk = Browser()
    with clock.set_to(LATER):
        desk.force_login(world.people["practitioner"])
        assert "Review the outcome" in desk.get(f"/courses/{due.id}/").content.decode()
        sent = {**REVIEW, "aim_reached": "no", "version": due.version}
        assert desk.post(f"/courses/{due.id}/review/", sent).status_code == 422
        assert desk.post(f"/courses/{due.id}/review/", {"version": due.version}).status_code == 422
        assert desk.post(f"/courses/{due.id}/review/", {**sent, "aim_reached": "yes"}).status_code == 303
        page = desk.get(f"/courses/{due.id}/").content.decode()
        assert "Maintenance" in page
        version = Course.objects.get(pk=due.pk).version
        assert desk.post(f"/courses/{due.id}/maintenance/", {"version": version}).status_code == 422
        due.planned.last().delete()
        assert desk.post(f"/courses/{due.id}/maintenance/", {"version": version}).status_code == 303


def test_the_api_reviews_lays_out_and_books(world: World, due: Course) -> None:
    """REQ-S200."""
    desk = Browser()
    kind: dict[str, Any] = {"content_type": "application/json"}
    with clock.set_to(LATER):
        desk.force_login(world.people["practitioner"])
        url = f"/api/v1/courses/{due.id}"
        assert desk.post(f"{url}/review/", json.dumps(REVIEW), **kind).status_code == 428
        held = {**kind, "HTTP_IF_MATCH": f'"{due.version}"'}
        answer = desk.post(f"{url}/review/", json.dumps(REVIEW), **held)
        assert (answer.status_code, answer.json()["state"]) == (201, "maintenance")
        held = {**kind, "HTTP_IF_MATCH": f'"{answer.json()["version"]}"'}
        assert desk.post(f"{url}/maintenance/", "{}", **held).status_code == 422
        proposed = desk.get(f"{url}/book/").json()["next"]
        assert proposed["number"] == 2
        body = json.dumps({"planned_at": f"{proposed['due_on']}T10:00:00Z"})
        assert desk.post(f"{url}/book/", body, **kind).status_code == 201
        assert desk.get(f"{url}/book/").json() == {"next": None}


def test_a_review_stands_on_the_timeline(world: World, due: Course) -> None:
    """REQ-S200: what a course came to, with the way to it; never its words in the log."""
    review(world, due, words="Brighter over both cheeks.")
    events = [event for event in timeline(world.own, world.actor("practitioner")) if event.kind == "review"]
    assert [event.title for event in events] == ["Outcome review: aim reached. Maintenance every 2 to 3 months"]
    assert (events[0].at, events[0].url) == (LATER, f"/courses/{due.id}/")
    assert [event for event in timeline(world.own, world.actor("reception")) if event.kind == "review"] == []
    facts = [row.facts for row in AuditEntry.objects.filter(action="course.reviewed")]
    assert "Brighter" not in json.dumps(facts)
