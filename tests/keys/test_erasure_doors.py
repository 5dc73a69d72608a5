"""Pages and API of erasure."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from clinic.erasure.models import Erasure, LegalHold
from clinic.models import AuditEntry

pytestmark = pytest.mark.django_db
WISH = {"ground": "request", "source": "Letter", "reason": "Wish", "despite_retention": "Never treated"}


@pytest.fixture
def lead(world):
    """The data protection lead, signed in."""
    browser = Browser()
    browser.force_login(world.people["protection"])
    return browser


@pytest.fixture
def proved(lead):
    """…who has just proved who they are."""
    from clinic import clock
    from clinic.identity import sessions

    session = lead.session
    session[sessions.PROVED] = clock.now().isoformat()
    session.save()
    return lead


def test_a_record_is_found_by_its_code_and_shown_without_a_name(world, lead):
    found = lead.post("/erasures/", {"code": world.own.code.lower()})
    assert found.headers["Location"] == f"/erasures/{world.own.id}/"
    page = lead.get(f"/erasures/{world.own.id}/").content.decode()
    assert world.own.code in page
    assert "Amara" not in page
    assert "Okafor" not in page
    assert "has to be kept until" in page
    assert lead.post("/erasures/", {"code": "ZZZ-ZZZ"}).status_code == 422


def test_a_hold_takes_the_form_away(world, lead):
    lead.post(f"/erasures/{world.own.id}/hold/", {"hold_reason": "Claim"})
    page = lead.get(f"/erasures/{world.own.id}/").content.decode()
    assert "Erase for good" not in page
    assert "Claim" in page
    assert "Claim" in lead.get("/erasures/").content.decode()
    hold = LegalHold.objects.get()
    assert lead.post(f"/holds/{hold.id}/lift/", {"hold_reason": "Settled"}).status_code == 303
    assert "Erase for good" in lead.get(f"/erasures/{world.own.id}/").content.decode()


def test_erasing_needs_a_fresh_proof(world, lead):
    code = world.own.code
    answer = lead.post(f"/erasures/{world.own.id}/", {**WISH, "code": code})
    assert "/prove/" in answer.headers["Location"] or answer.status_code == 403
    assert (
        lead.post(f"/api/v1/clients/{world.own.id}/erasure/", {**WISH, "code": code}, "application/json").status_code
        == 403
    )
    assert not Erasure.objects.exists()


def test_the_page_erases_and_the_record_says_so(world, proved):
    """SEC-R9: every page of the client says erased, in plain words."""
    code = world.own.code
    answer = proved.post(f"/erasures/{world.own.id}/", {**WISH, "code": code})
    assert answer.status_code == 303
    assert "Letter" in proved.get("/erasures/").content.decode()
    assert proved.get(f"/erasures/{world.own.id}/").status_code == 410
    nurse = Browser()
    nurse.force_login(world.people["practitioner"])
    for path in (f"/clients/{world.own.id}/", f"/clients/{world.own.id}/edit/"):
        page = nurse.get(path)
        assert page.status_code == 410
        assert "erased" in page.content.decode()
    answer = nurse.get(f"/api/v1/clients/{world.own.id}/")
    assert (answer.status_code, answer.json()["code"]) == (410, "erased")
    assert "Amara" not in nurse.get("/clients/").content.decode()
    assert not AuditEntry.objects.filter(action="alarm.cannot_be_read").exists()


def test_the_page_keeps_what_was_typed_when_it_refuses(world, proved):
    answer = proved.post(f"/erasures/{world.own.id}/", {**WISH, "code": "AAA-AAA"})
    assert answer.status_code == 422
    assert "exactly as shown" in answer.content.decode()
    assert "Never treated" in answer.content.decode()


def test_programs_hold_lift_and_erase(world, proved):
    base = f"/api/v1/clients/{world.own.id}"
    held = proved.post(f"{base}/holds/", {"reason": "Claim"}, "application/json")
    assert held.status_code == 201
    state = proved.get(f"{base}/erasure/").json()
    assert {block["code"] for block in state["blocks"]} == {"legal_hold", "retention"}
    refused = proved.post(f"{base}/erasure/", {**WISH, "code": world.own.code}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "legal_hold")
    assert (
        proved.post(f"/api/v1/holds/{held.json()['id']}/lift/", {"reason": "Settled"}, "application/json").status_code
        == 200
    )
    done = proved.post(f"{base}/erasure/", {**WISH, "code": world.own.code}, "application/json")
    assert done.status_code == 201
    assert proved.get("/api/v1/erasures/").json()["erasures"][0]["client"] == str(world.own.id)
    assert proved.get(f"{base}/erasure/").status_code == 410
