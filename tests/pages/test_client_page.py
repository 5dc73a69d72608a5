"""The client's page: banner, tabs, timeline, allergies; reading it leaves a line in the log."""

from __future__ import annotations

from datetime import timedelta

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic import providers
from clinic.actors import SYSTEM
from clinic.models import AllergyEntry, AuditEntry
from clinic.providers import Event
from clinic.services import clients, visits
from tests.factories import NOW

JSON = {"content_type": "application/json"}


def _book(world, **extra):
    values = {"planned_at": NOW + timedelta(days=1), **extra}
    return visits.book_visit(
        world.own,
        site=world.site,
        practitioner=world.people["practitioner"],
        kind="session",
        by=SYSTEM,
        at=NOW,
        **values,
    )


def test_the_banner_spells_the_allergies_out(browse, world):
    clients.record_allergy(world.own, tag="fish", words="fish and shellfish", by=SYSTEM, at=NOW)
    clients.record_allergy(
        world.own, tag="amide_la", words="lidocaine", status="unsure", by=SYSTEM, at=NOW + timedelta(1)
    )
    page = browse("practitioner").get(reverse("client-detail", args=[world.own.id])).content.decode()
    assert "Allergic to: fish, salmon, trout; amide anaesthetics (unsure)" in page
    assert "38</span> years" in page
    assert world.own.code in page


def test_reception_sees_contact_data_and_visits_but_no_chart(browse, world, monkeypatch):
    clients.record_allergy(world.own, tag="fish", words="fish", by=SYSTEM, at=NOW)
    event = Event(at=NOW - timedelta(days=1), kind="consultation", title="Consultation signed")
    monkeypatch.setattr(providers, "_timelines", [lambda client, actor: [event]])
    _book(world)
    page = browse("reception").get(reverse("client-detail", args=[world.own.id])).content.decode()
    assert "07700 900100" in page
    assert "Session visit: booked" in page
    assert "Allergic" not in page
    assert "Consultation signed" not in page
    assert (
        "Consultation signed"
        in browse("practitioner").get(reverse("client-detail", args=[world.own.id])).content.decode()
    )


def test_events_are_newest_first_and_can_be_narrowed(browse, world, monkeypatch):
    found = [
        Event(at=NOW - timedelta(days=2), kind="consultation", title="First"),
        Event(at=NOW - timedelta(days=1), kind="session", title="Second"),
    ]
    monkeypatch.setattr(providers, "_timelines", [lambda client, actor: found])
    browser, url = browse("practitioner"), reverse("client-detail", args=[world.own.id])
    page = browser.get(url).content.decode()
    assert page.index("Second") < page.index("First")
    narrowed = browser.get(f"{url}?show=sessions").content.decode()
    assert "Second" in narrowed
    assert "First" not in narrowed


def test_reading_a_chart_is_recorded_once_a_sitting(browse, world):
    browser = browse("practitioner")
    for _ in range(3):
        browser.get(reverse("client-detail", args=[world.own.id]))
    assert AuditEntry.objects.filter(action="viewed.chart", client_id=world.own.id).count() == 1


def test_a_client_of_another_clinic_is_not_found(browse, world):
    assert browse("practitioner").get(reverse("client-detail", args=[world.other.id])).status_code == 404


def test_the_page_needs_the_same_statements_for_one_visit_and_for_twenty(browse, world):
    browser, url = browse("practitioner"), reverse("client-detail", args=[world.own.id])

    def statements():
        browser.get(url)
        with (
            CaptureQueriesContext(connections["default"]) as rows,
            CaptureQueriesContext(connections["keys"]) as opened,
        ):
            browser.get(url)
        return len(rows), len(opened)

    _book(world)
    one = statements()
    for number in range(20):
        _book(world, planned_at=NOW - timedelta(days=number + 1))
    assert statements() == one


def test_an_allergy_is_coded_confirmed_and_corrected(browse, world):
    """REQ-S208: only a lead takes an entry off the list, with the reason; it stays readable."""
    url = reverse("client-allergies", args=[world.own.id])
    browser = browse("practitioner")
    typed = {"tag": "fish", "words": "hives as a child", "status": "active"}
    assert browser.post(url, typed).status_code == 303
    assert browser.post(url, typed).status_code == 303
    entry = AllergyEntry.objects.get()
    correct = reverse("allergy-correct", args=[world.own.id, entry.id])
    assert browser.get(correct).status_code == 403
    lead = browse("lead")
    assert lead.post(correct, {"reason": ""}).status_code == 422
    assert lead.post(correct, {"reason": "was a food poisoning"}).status_code == 303
    page = lead.get(url).content.decode()
    assert "was a food poisoning" in page
    assert "Allergic to:" not in page
    assert "No allergy recorded" in page


def test_an_unknown_tag_is_refused_and_the_words_are_kept(browse, world):
    response = browse("practitioner").post(
        reverse("client-allergies", args=[world.own.id]), {"tag": "moonlight", "words": "at night", "status": "active"}
    )
    assert response.status_code == 422
    assert 'value="at night"' in response.content.decode()
    assert 'id="id_tag-error"' in response.content.decode()


def test_programs_code_and_correct_allergies(browse, world):
    url = reverse("api-client-allergies", args=[world.own.id])
    browser = browse("lead")
    made = browser.post(url, {"tag": "fish", "words": "hives"}, **JSON)
    assert made.status_code == 201
    assert browser.post(url, {"tag": "moonlight"}, **JSON).json()["field"] == "tag"
    correct = reverse("api-allergy-correct", args=[world.own.id, made.json()["id"]])
    assert browser.post(correct, {}, **JSON).status_code == 400
    assert browser.post(correct, {"reason": "mixed up"}, **JSON).json()["status"] == "corrected"
    assert browser.get(url).json()["allergies"][0]["status"] == "corrected"


def test_programs_read_the_timeline(browse, world):
    _book(world)
    events = browse("practitioner").get(reverse("api-client-timeline", args=[world.own.id])).json()["events"]
    assert events[0]["title"] == "Session visit: booked"


def test_the_lead_finds_who_looked_from_the_client(browse, world):
    """The way to the list stands where the question is asked; nobody else is offered it."""
    page, looked = reverse("client-detail", args=[world.own.id]), reverse("who-looked", args=[world.own.id])
    assert looked in browse("lead").get(page).content.decode()
    assert looked not in browse("practitioner").get(page).content.decode()
