"""The list of clients, a new client, corrections: what the doors add (REQ-S66)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from clinic.actors import SYSTEM
from clinic.models import AuditEntry, Client
from clinic.services import clients as services
from tests.factories import NOW, make_client

NEW = {
    "legal_name": "Teresa Quill", "known_as": "", "birth_date": "1980-01-02", "sex": "female", "phone": "07700 900999",
    "email": "", "address": "", "emergency_contact": "", "gp_practice": "", "language": "en-GB",
}  # fmt: skip


def test_a_search_is_posted_so_that_no_name_is_in_an_address(browse):
    response = browse("reception").post(reverse("client-list"), {"query": "amara"})
    assert b"Amara Okafor" in response.content
    assert b"Bronwen" not in response.content
    assert b"?query" not in response.content


def test_the_search_answers_with_its_part_of_the_page_to_htmx(browse):
    response = browse("reception").post(reverse("client-list"), {"query": "amara"}, headers={"HX-Request": "true"})
    assert b"Amara Okafor" in response.content
    assert b"<html" not in response.content


def test_a_new_client_is_created_and_shown(browse, world):
    response = browse("reception").post(reverse("client-create"), NEW)
    created = Client.objects.get(pk=response.headers["Location"].split("/")[2])
    assert response.status_code == 303
    assert created.legal_name == "Teresa Quill"
    assert AuditEntry.objects.filter(action="client.created", object_id=created.id).exists()


def test_possible_duplicates_are_shown_before_anything_is_created(browse, world):
    before = Client.objects.count()
    browser = browse("reception")
    typed = NEW | {"legal_name": "Amara Okafor", "birth_date": "1988-05-04"}
    response = browser.post(reverse("client-create"), typed)
    assert response.status_code == 422
    assert world.own.code.encode() in response.content
    assert b'value="Amara Okafor"' in response.content
    assert Client.objects.count() == before
    assert browser.post(reverse("client-create"), typed | {"is_new_person": "on"}).status_code == 303


@pytest.mark.parametrize(
    "changed", [{"legal_name": "Okafor Amara"}, {"phone": "+44 7700 900100"}, {"legal_name": "Amarah Okafor"}]
)
def test_a_turned_misspelt_or_telephoned_person_is_a_possible_duplicate(browse, changed):
    typed = NEW | {"birth_date": "1988-05-04"} | changed
    response = browse("reception").post(reverse("client-create"), typed)
    assert response.status_code == 422
    assert b"Amara Okafor" in response.content


def test_under_18_is_refused_with_the_reason_and_written_to_the_log(browse, world):
    """RULE-R001: the refusal is in the log, the person is not in the record, and what was typed is still there."""
    before = Client.objects.count()
    response = browse("reception").post(reverse("client-create"), NEW | {"birth_date": "2012-01-02"})
    assert response.status_code == 422
    assert b"under 18" in response.content.lower()
    assert b'value="Teresa Quill"' in response.content
    assert Client.objects.count() == before
    entry = AuditEntry.objects.get(outcome="refused")
    assert entry.facts == {"code": "under_18", "field": "birth_date"}
    assert "Teresa" not in str(entry.__dict__)


def test_what_was_typed_is_still_there_and_the_field_is_named(browse):
    typed = NEW | {"legal_name": "", "email": "not an address", "birth_date": "31/31/1980"}
    response = browse("reception").post(reverse("client-create"), typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert "not an address" in page
    for field in ("legal_name", "email", "birth_date"):
        assert f'id="id_{field}-error"' in page
        assert f'href="#id_{field}"' in page


def test_a_correction_keeps_the_version_it_was_made_on(browse, world):
    response = browse("reception").post(
        reverse("client-edit", args=[world.own.id]), NEW | {"version": world.own.version}
    )
    assert response.status_code == 303
    assert Client.objects.get(pk=world.own.pk).legal_name == "Teresa Quill"


def test_a_stale_correction_shows_both_versions_and_keeps_what_was_typed(browse, world):
    services.edit_client(world.own, phone="07700 900777", by=SYSTEM, at=NOW)
    response = browse("reception").post(
        reverse("client-edit", args=[world.own.id]), NEW | {"version": 1, "phone": "07700 900888"}
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "07700 900777" in page
    assert page.count("07700 900888") >= 2
    assert f'name="version" value="{Client.objects.get(pk=world.own.pk).version}"' in page
    assert Client.objects.get(pk=world.own.pk).phone == "07700 900777"


def test_a_correction_without_its_version_is_428(browse, world):
    response = browse("reception").post(reverse("client-edit", args=[world.own.id]), NEW)
    assert response.status_code == 428


def test_markup_in_a_name_is_shown_as_text(browse, world):
    make_client(world.organisation, "<script>alert(1)</script> Bobby")
    page = browse("reception").post(reverse("client-list"), {"query": "bobby"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def _statements(browser, url):
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    browser.get(url)
    with CaptureQueriesContext(connections["default"]) as rows, CaptureQueriesContext(connections["keys"]) as opened:
        assert browser.get(url).status_code == 200
    return len(rows), len(opened)


def test_the_list_needs_the_same_statements_for_two_clients_and_for_forty(browse, world):
    browser = browse("reception")
    few = _statements(browser, reverse("client-list"))
    for number in range(38):
        make_client(world.organisation, f"Person {number}")
    many = _statements(browser, reverse("client-list"))
    assert many == few
    assert sum(few) <= 3 + 5  # session, person, roles; generation, clients, keys, visits
