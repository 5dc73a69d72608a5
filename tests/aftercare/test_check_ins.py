"""Check-ins after a session: seen on Today, recorded as answered or not reached, overdue ones marked (decision 52)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aftercare import queries, rules, services
from aftercare.choices import Asked
from aftercare.models import AftercareSheet
from clinic import clock, todo
from clinic.errors import InvalidValue, TransitionRefused
from clinic.models import AuditEntry
from tests.factories import NOW, World
from tests.treatments import support
from treatments.models import AdverseEvent

AFTER = NOW + timedelta(minutes=20)
THIRTY_SEVEN = "A22s"


@pytest.fixture
def sheet(world: World) -> AftercareSheet:
    by = world.actor("practitioner")
    with clock.set_to(NOW):
        session = support.make_finished(world)
    return services.issue_sheet(services.compose_sheet(session, by=by, at=AFTER), by=by, at=AFTER)


def hours(sheet: AftercareSheet, number: float) -> datetime:
    return sheet.ended_at + timedelta(hours=number)


@pytest.mark.parametrize(
    ("after_h", "answered", "standing"),
    [(-2, False, "ahead"), (-1, False, "due"), (0, False, "due"), (11.9, False, "due"), (12, False, "overdue"),
     (12, True, "answered")],
)  # fmt: skip
def test_where_a_check_in_stands(after_h: float, answered: bool, standing: str) -> None:
    """REQ-S204: time decides, and an answer ends it."""
    at = NOW + timedelta(hours=after_h)
    assert rules.where_it_stands(NOW, at, is_answered=answered) == standing


def test_a_check_in_passes_when_something_takes_its_place(world: World, sheet: AftercareSheet) -> None:
    """REQ-S204: the next check-in, a later session, or two months end it; it is not called overdue for ever."""
    standing = [check.standing for check in queries.check_ins(sheet, hours(sheet, 40))]
    assert standing == [Asked.PASSED, Asked.DUE, Asked.AHEAD, Asked.AHEAD]
    later = queries.check_ins(sheet, hours(sheet, 350), next_at=hours(sheet, 340))
    assert {check.standing for check in later} == {Asked.PASSED}
    old = queries.check_ins(sheet, sheet.ended_at + timedelta(days=61))
    assert {check.standing for check in old} == {Asked.PASSED}
    assert queries.next_session_at(sheet) is None


def test_an_answer_is_kept_and_ends_it(world: World, sheet: AftercareSheet) -> None:
    """REQ-S204: who asked, when, what was said; the log holds none of the words."""
    by, at = world.actor("practitioner"), hours(sheet, 38)
    row = services.record_check_in(
        sheet, follow_up=THIRTY_SEVEN, reached="answered", words="Nothing left.", by=by, at=at
    )
    assert (row.words, row.asked_by_id, row.report) == ("Nothing left.", by.staff_id, None)
    check = next(c for c in queries.check_ins(sheet, at) if c.due.follow_up.id == THIRTY_SEVEN)
    assert check.standing == Asked.ANSWERED
    assert "Nothing" not in str(AuditEntry.objects.get(action="check_in.recorded").facts)
    with pytest.raises(TransitionRefused, match="answered already"):
        services.record_check_in(sheet, follow_up=THIRTY_SEVEN, reached="not_reached", by=by, at=at)


def test_not_reached_leaves_it_waiting(world: World, sheet: AftercareSheet) -> None:
    """REQ-S204: tried and not reached; it stays due, then overdue, with the tries shown."""
    by = world.actor("practitioner")
    services.record_check_in(sheet, follow_up=THIRTY_SEVEN, reached="not_reached", by=by, at=hours(sheet, 38))
    (shown, check), *more = queries.waiting_check_ins(by, hours(sheet, 50))
    assert (more, shown.id, check.standing, len(check.calls)) == ([], sheet.id, Asked.OVERDUE, 1)


def test_still_swollen_opens_an_event(world: World, sheet: AftercareSheet) -> None:
    """REQ-S204, REQ-S207: swelling after 36 hours is told at the check-in; the event opens in the same act."""
    by = world.actor("practitioner")
    row = services.record_check_in(
        sheet, follow_up=THIRTY_SEVEN, reached="answered", words="Still swollen.", kind="swelling", by=by,
        at=hours(sheet, 37),
    )  # fmt: skip
    assert row.report is not None
    assert AdverseEvent.objects.get() == row.report.event


def test_what_is_refused(world: World, sheet: AftercareSheet) -> None:
    """REQ-S204: too early, without words, unknown, and a complaint of somebody who was not reached."""
    by, late = world.actor("practitioner"), hours(sheet, 38)
    with pytest.raises(TransitionRefused, match="not due yet"):
        services.record_check_in(sheet, follow_up=THIRTY_SEVEN, reached="not_reached", by=by, at=hours(sheet, 30))
    for values in (
        {"follow_up": THIRTY_SEVEN, "reached": "answered"},
        {"follow_up": "A99", "reached": "not_reached"},
        {"follow_up": THIRTY_SEVEN, "reached": "perhaps"},
        {"follow_up": THIRTY_SEVEN, "reached": "not_reached", "kind": "pain"},
    ):
        with pytest.raises(InvalidValue):
            services.record_check_in(sheet, **values, by=by, at=late)
    with pytest.raises(PermissionDenied):
        services.record_check_in(
            sheet, follow_up=THIRTY_SEVEN, reached="not_reached", by=world.actor("reception"), at=late
        )


def test_a_call_never_changes(world: World, sheet: AftercareSheet) -> None:
    """Decision 18: append-only, in the database."""
    by = world.actor("practitioner")
    services.record_check_in(sheet, follow_up=THIRTY_SEVEN, reached="not_reached", by=by, at=hours(sheet, 38))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE aftercare_checkincall SET reached = 'answered'")


def test_today_shows_them_to_who_may_ask(world: World, sheet: AftercareSheet) -> None:
    """REQ-S204, decision 3: the practitioner and the client's learner see it, the desk and another clinic do not."""
    at = hours(sheet, 50)
    for role, seen in (("practitioner", 1), ("learner", 1), ("reception", 0), ("manager", 0), ("outsider", 0)):
        assert len(todo.due(world.actor(role), at)) == seen
    with clock.set_to(at):
        browser = Browser()
        browser.force_login(world.people["practitioner"])
        page = browser.get("/").content.decode()
        assert "To ask today" in page
        assert "Overdue since" in page
        browser.force_login(world.people["reception"])
        assert "To ask today" not in browser.get("/").content.decode()


def test_a_newer_sheet_takes_the_place_of_an_older_one(world: World, sheet: AftercareSheet) -> None:
    """REQ-S204: who was here again was asked in person; old check-ins do not pile up, and none is asked for ever."""
    by = world.actor("practitioner")
    assert len(queries.waiting_check_ins(by, hours(sheet, 1010))) == 1
    assert queries.waiting_check_ins(by, sheet.ended_at + timedelta(days=61)) == []
    assert queries.waiting_check_ins(by, hours(sheet, 20)) == []


def test_the_list_costs_the_same_with_more_calls(world: World, sheet: AftercareSheet) -> None:
    """Decision 3: a fixed number of queries."""
    by, at = world.actor("practitioner"), hours(sheet, 50)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connections["default"]) as main, CaptureQueriesContext(connections["keys"]) as keys:
            todo.due(by, at)
        counts.append(len(main) + len(keys))
        services.record_check_in(sheet, follow_up=THIRTY_SEVEN, reached="not_reached", by=by, at=at)
    assert counts[0] == counts[1]
    assert counts[0] <= 5


def test_both_doors(world: World, sheet: AftercareSheet) -> None:
    """REQ-S204: the page beside the sheet, and the API."""
    browser = Browser()
    here = reverse("session-aftercare", args=[sheet.session_id])
    record = reverse("check-in-record", args=[sheet.session_id])
    with clock.set_to(hours(sheet, 38)):
        browser.force_login(world.people["practitioner"])
        assert b"Record this check-in" in browser.get(here).content
        refused = browser.post(record, {"follow_up": THIRTY_SEVEN, "reached": "answered"})
        assert refused.status_code == 422
        assert b"Write down what the client said" in refused.content
        data = {"follow_up": THIRTY_SEVEN, "reached": "not_reached"}
        assert browser.post(record, data).status_code == 303
        body = {"follow_up": THIRTY_SEVEN, "reached": "answered", "words": "It throbs.", "kind": "pain"}
        made = browser.post(f"/api/v1/aftercare/sheets/{sheet.id}/check-in/", body, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["event"] == str(AdverseEvent.objects.get().id)
