"""Today: who sees which day, dots, the next step (REQ-S66, decisions 7 and 62)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic import providers
from clinic.actors import SYSTEM
from clinic.services import visits
from tests.factories import NOW, make_client


@pytest.fixture
def book(world):
    def booked(client, *, who="practitioner", after=timedelta(hours=1), site=None, kind="session"):
        return visits.book_visit(
            client, site=site or world.site, practitioner=world.people[who], kind=kind, planned_at=NOW + after,
            by=SYSTEM, at=NOW,
        )  # fmt: skip

    return booked


def test_reception_sees_the_day_with_names_and_without_dots(browse, world, book):
    book(world.own)
    page = browse("reception").get("/").content.decode()
    assert "Amara Okafor" in page
    assert 'class="dots"' not in page
    assert "Arrived" in page


def test_a_manager_sees_times_and_no_names(browse, world, book):
    book(world.own)
    page = browse("manager").get("/").content.decode()
    assert "11:00" in page
    assert "Amara" not in page
    assert world.own.code not in page


def test_a_learner_sees_names_of_clients_they_treat_only(browse, world, book):
    book(world.own)
    book(world.colleague)
    page = browse("learner").get("/").content.decode()
    assert "Amara Okafor" in page
    assert "Bronwen" not in page


def test_another_clinic_has_its_own_day(browse, world, book):
    book(world.own)
    assert "Amara" not in browse("outsider").get("/").content.decode()


def test_a_day_and_a_site_can_be_chosen(browse, world, book):
    book(world.own, after=timedelta(days=2))
    browser = browse("reception")
    assert "Amara" not in browser.get("/").content.decode()
    assert "Amara" in browser.get("/?on=2026-11-18").content.decode()
    assert "Amara" not in browser.get(f"/?on=2026-11-18&site={world.other_site.id}").content.decode()
    assert browser.get("/?on=nonsense&site=nonsense").status_code == 200


def test_dots_are_shape_letter_and_word(browse, world, book, monkeypatch):
    """REQ-S192: without photographs the dot is neutral; colour is never alone."""
    visit = book(world.own)
    known = {"consent": "ok", "questions": "block", "photos": "neutral"}
    known["next"] = ("Start consultation", reverse("consultation-start", args=[visit.client_id]))
    monkeypatch.setattr(providers, "_readiness", [lambda rows, at: {visit.id: known}])
    page = browse("practitioner").get("/").content.decode()
    assert "Consent: in order" in page
    assert "Questions: missing" in page
    assert "Photographs: not needed or not known yet" in page
    assert "dot-block" in page
    assert "Start consultation" in page


def test_a_link_is_offered_only_to_those_it_opens_for(browse, world, book):
    """REQ-S66: a prescriber sees the visit, and is not led to a page that answers 403."""
    visit = book(world.own, kind="consultation")
    start = reverse("consultation-start", args=[visit.client_id])
    assert start in browse("practitioner").get("/").content.decode()
    assert start not in browse("prescriber").get("/").content.decode()


def test_only_steps_that_are_possible_are_offered(browse, world, book):
    visit = book(world.own)
    visits.miss_visit(visit, by=SYSTEM, at=NOW)
    page = browse("reception").get("/").content.decode()
    assert "visit-move" not in page
    assert f"/visits/{visit.id}/" not in page


@pytest.mark.parametrize(
    ("role", "place"), [("protection", "log-search"), ("assessor", "evidence-home"), ("eqa", "evidence-home")]
)
def test_people_without_a_diary_are_taken_to_their_work(browse, role, place):
    assert browse(role).get("/").headers["Location"] == reverse(place)


def test_nobody_sees_anything_without_signing_in(client, db):
    assert client.get("/").headers["Location"].startswith("/sign-in/")


def test_programs_get_the_same_day(browse, world, book):
    visit = book(world.own)
    body = browse("manager").get(reverse("api-today")).json()
    assert [line["id"] for line in body["visits"]] == [str(visit.id)]
    assert body["visits"][0]["client"] is None
    assert browse("practitioner").get(reverse("api-today")).json()["visits"][0]["client_name"] == "Amara Okafor (Amy)"


def _statements(browser):
    browser.get("/")
    with CaptureQueriesContext(connections["default"]) as rows, CaptureQueriesContext(connections["keys"]) as opened:
        assert browser.get("/").status_code == 200
    return len(rows), len(opened)


def test_a_full_day_needs_as_many_statements_as_a_quiet_one(browse, world, book):
    browser = browse("practitioner")
    book(world.own)
    quiet = _statements(browser)
    for number in range(20):
        book(make_client(world.organisation, f"Person {number}"), after=timedelta(minutes=15 * number))
    assert _statements(browser) == quiet
