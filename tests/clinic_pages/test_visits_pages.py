"""Booking a visit and moving it through the day (REQ-S66, decision 7)."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from clinic.actors import SYSTEM
from clinic.models import Membership, Visit
from clinic.services import visits
from tests.factories import NOW

JSON = {"content_type": "application/json"}


@pytest.fixture
def booking(world):
    return {
        "kind": "consultation", "site": str(world.site.id), "practitioner": str(world.people["practitioner"].id),
        "on": "2026-11-18", "planned_time": "09:30", "planned_minutes": "45", "note": "",
    }  # fmt: skip


@pytest.fixture
def visit(world):
    return visits.book_visit(
        world.own, site=world.site, practitioner=world.people["practitioner"], kind="session", planned_at=NOW,
        by=SYSTEM, at=NOW,
    )  # fmt: skip


def test_reception_books_a_visit(browse, world, booking):
    response = browse("reception").post(reverse("visit-create", args=[world.own.id]), booking)
    booked = Visit.objects.get()
    assert response.headers["Location"] == "/?on=2026-11-18"
    assert (booked.kind, booked.state, booked.planned_at.isoformat()) == (
        "consultation", "booked", "2026-11-18T09:30:00+00:00",
    )  # fmt: skip


def test_summer_time_is_the_time_on_the_wall(browse, world, booking):
    browse("reception").post(reverse("visit-create", args=[world.own.id]), booking | {"on": "2027-06-01"})
    assert Visit.objects.get().planned_at.isoformat() == "2027-06-01T08:30:00+00:00"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "party"),
        ("planned_minutes", "4"),
        ("planned_minutes", "481"),
        ("on", "30 Feb"),
        ("planned_time", "25:00"),
    ],
)
def test_a_wrong_booking_names_its_field_and_books_nothing(browse, world, booking, field, value):
    response = browse("reception").post(reverse("visit-create", args=[world.own.id]), booking | {field: value})
    assert response.status_code == 422
    assert f'id="id_{field}-error"' in response.content.decode()
    assert not Visit.objects.exists()


def test_people_who_see_no_clients_and_places_of_others_cannot_be_chosen(browse, world, booking):
    browser, url = browse("reception"), reverse("visit-create", args=[world.own.id])
    for wrong in ({"practitioner": str(world.people["manager"].id)}, {"site": str(world.other_site.id)}):
        assert browser.post(url, booking | wrong).status_code == 422
    assert not Visit.objects.exists()


@pytest.mark.parametrize(("last_day", "status"), [(date(2026, 11, 18), 303), (date(2026, 11, 17), 422)])
def test_a_person_is_booked_up_to_the_last_day_of_their_role(browse, world, booking, last_day, status):
    held = Membership.objects.get(staff=world.people["practitioner"])
    held.until_on = last_day
    held.save()
    answer = browse("reception").post(reverse("visit-create", args=[world.own.id]), booking)
    assert (answer.status_code, Visit.objects.count()) == (status, 1 if status == 303 else 0)


def test_a_visit_goes_through_its_day(browse, visit):
    browser = browse("reception")
    for move, state in (("arrive", "arrived"), ("into-room", "in_room"), ("finish", "done")):
        now = Visit.objects.get()
        assert browser.post(reverse("visit-move", args=[visit.id, move]), {"version": now.version}).status_code == 303
        assert Visit.objects.get().state == state


def test_a_move_that_is_not_possible_says_which_state_it_is_in(browse, visit):
    response = browse("reception").post(reverse("visit-move", args=[visit.id, "finish"]), {"version": visit.version})
    assert response.status_code == 409
    assert "booked" in response.content.decode()
    assert Visit.objects.get().state == "booked"


def test_a_stale_move_shows_both_versions(browse, visit):
    visits.miss_visit(visit, by=SYSTEM, at=NOW)
    response = browse("reception").post(reverse("visit-move", args=[visit.id, "arrive"]), {"version": 1})
    page = response.content.decode()
    assert response.status_code == 409
    assert "missed" in page
    assert "arrived" in page


def test_a_move_without_a_version_is_428_and_an_unknown_one_is_404(browse, visit):
    browser = browse("reception")
    assert browser.post(reverse("visit-move", args=[visit.id, "arrive"])).status_code == 428
    assert browser.post(reverse("visit-move", args=[visit.id, "vanish"]), {"version": 1}).status_code == 404


def test_after_a_move_nobody_is_sent_to_another_site(browse, visit):
    response = browse("reception").post(
        reverse("visit-move", args=[visit.id, "arrive"]), {"version": 1, "back": "https://elsewhere.example/"}
    )
    assert response.headers["Location"] == "/"


def test_programs_book_and_move_with_a_version(browse, world, booking):
    browser = browse("reception")
    body = {
        "kind": "session", "site": booking["site"], "practitioner": booking["practitioner"],
        "planned_at": "2026-11-18T09:30:00Z", "planned_minutes": 30,
    }  # fmt: skip
    made = browser.post(reverse("api-visit-create", args=[world.own.id]), body, **JSON)
    assert made.status_code == 201
    assert made.json()["allowed_moves"] == ["arrived", "cancelled", "missed"]
    url = reverse("api-visit-move", args=[made.json()["id"], "arrive"])
    assert browser.post(url, {}, **JSON).status_code == 428
    assert browser.post(url, {}, headers={"If-Match": made["ETag"]}, **JSON).json()["state"] == "arrived"
    assert browser.post(url, {}, headers={"If-Match": made["ETag"]}, **JSON).status_code == 409


def test_programs_are_told_what_is_wrong_with_a_booking(browse, world, booking):
    body = {
        "kind": "session", "site": str(world.other_site.id), "practitioner": booking["practitioner"],
        "planned_at": "2026-11-18T09:30:00Z",
    }  # fmt: skip
    browser, url = browse("reception"), reverse("api-visit-create", args=[world.own.id])
    assert browser.post(url, body, **JSON).json()["field"] == "site"
    wrong = body | {"site": booking["site"], "practitioner": str(world.people["manager"].id)}
    assert browser.post(url, wrong, **JSON).json()["code"] == "not_a_practitioner"
    assert browser.post(url, body | {"site": booking["site"], "planned_minutes": 4}, **JSON).status_code == 422
