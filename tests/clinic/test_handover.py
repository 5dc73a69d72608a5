"""The tablet in a client's hands reaches one document of one client, for half an hour (decision 28, SEC-B1–B4,
SEC-D3).
"""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.test import Client as Browser
from django.urls import reverse

from clinic import clock
from clinic.handover import kinds
from clinic.models import AuditEntry, HandOver
from clinic.registry import ROUTES
from clinic.services import handover
from tests.factories import NOW

pytestmark = pytest.mark.django_db
HANDED = sorted(name for name, route in ROUTES.items() if route.audience == "handed")


@pytest.fixture
def plain_kind(monkeypatch):
    """A questionnaire that says only whose it is."""

    def show(request, held):
        return HttpResponse(f"form of {held.client_id}")

    def answer(actor, held, values, version):
        return {"client": str(held.client_id), "values": values, "version": version + 1}

    monkeypatch.setitem(
        kinds._KINDS, "questionnaire", kinds.HandedKind(show, show, show, show, answer, lambda a, h: {})
    )


def give(world, browser: Browser, document: uuid.UUID | None = None) -> HttpResponse:
    browser.force_login(world.people["practitioner"])
    address = reverse("handover-start", args=[world.own.id, "questionnaire", document or uuid.uuid4()])
    return browser.post(address)


def test_handing_over_ends_the_staff_session(world, plain_kind):
    """SEC-B1: the cookie of the member of staff is worth nothing from that moment."""
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    give_back = browser.post(reverse("handover-start", args=[world.own.id, "questionnaire", uuid.uuid4()]))
    assert give_back.status_code == 200
    assert give_back.headers["Clear-Site-Data"] == '"cache"'
    stale = Browser()
    stale.cookies[settings.SESSION_COOKIE_NAME] = session
    assert stale.get("/").status_code == 302
    assert browser.get(reverse("handover-form")).content.decode() == f"form of {world.own.id}"


def test_only_the_handed_addresses_answer(world, plain_kind):
    """SEC-B2: every other address is not found, whatever the method."""
    browser = Browser(raise_request_exception=False)
    give(world, browser)
    for name, found in ROUTES.items():
        if found.audience in ("handed", "public"):
            continue
        names = ("client_id", "visit_id", "kind", "document_id")
        try:
            url = reverse(name)
        except Exception:  # noqa: BLE001 - the address needs an object: the start page of a hand-over stands for all
            url = reverse("handover-start", args=[world.own.id, names[2], uuid.uuid4()])
        assert browser.get(url).status_code == 404, name
        assert browser.post(url).status_code == 404, name


def test_a_member_of_staff_cannot_sign_for_the_client(world, plain_kind):
    """SEC-D3: the addresses of the hand-over do not exist for staff."""
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    for name in HANDED:
        assert browser.get(reverse(name)).status_code == 404
        assert browser.post(reverse(name)).status_code == 404


def test_it_ends_by_itself_after_half_an_hour(world, plain_kind):
    """SEC-B4."""
    browser = Browser()
    give(world, browser)
    with clock.set_to(NOW + timedelta(minutes=29)):
        assert browser.get(reverse("handover-form")).status_code == 200
    with clock.set_to(NOW + timedelta(minutes=30)):
        assert browser.get(reverse("handover-form")).status_code == 302


def test_giving_it_back_ends_it(world, plain_kind):
    browser = Browser()
    give(world, browser)
    token = browser.cookies[settings.INTAKE_COOKIE_NAME].value
    back = browser.post(reverse("handover-end"))
    assert (back.status_code, back.headers["Location"]) == (303, reverse("account_login"))
    again = Browser()
    again.cookies[settings.INTAKE_COOKIE_NAME] = token
    assert again.get(reverse("handover-form")).status_code == 302
    actions = list(AuditEntry.objects.filter(client_id=world.own.id, action__startswith="handover").order_by("seq"))
    assert [entry.action for entry in actions] == ["handover.started", "handover.ended"]


def test_the_document_comes_from_the_hand_over_and_not_from_the_request(world, plain_kind):
    """SEC-B3: there is no client in the address to swap."""
    browser = Browser()
    give(world, browser)
    body = {"answers": {"client_id": str(world.colleague.id)}}
    answer = browser.put(
        reverse("api-handover-answers"), body, content_type="application/json", headers={"If-Match": '"1"'}
    )
    assert isinstance(answer, HttpResponse | JsonResponse)
    assert answer.json()["client"] == str(world.own.id)


def test_an_answer_without_its_version_is_refused(world, plain_kind):
    browser = Browser()
    give(world, browser)
    answer = browser.put(reverse("api-handover-answers"), {"answers": {}}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (428, "version_missing")


def test_an_unknown_field_is_refused_by_name(world, plain_kind):
    """SEC-A11."""
    browser = Browser()
    give(world, browser)
    answer = browser.put(
        reverse("api-handover-answers"),
        {"answers": {}, "client": str(world.colleague.id)},
        content_type="application/json",
        headers={"If-Match": "1"},
    )
    assert (answer.status_code, answer.json()["field"]) == (400, "client")


def test_a_change_from_another_site_is_refused(world, plain_kind):
    """SEC-B10: no CSRF token, no change, for the client as for staff."""
    browser = Browser(enforce_csrf_checks=True)
    _, token = handover.start_handover(world.own, "questionnaire", uuid.uuid4(), by=world.actor("practitioner"), at=NOW)
    browser.cookies[settings.INTAKE_COOKIE_NAME] = token
    assert browser.post(reverse("handover-end")).status_code == 403
    api = browser.put(
        reverse("api-handover-answers"), {"answers": {}}, content_type="application/json", headers={"If-Match": "1"}
    )
    assert api.status_code == 403
    assert HandOver.objects.get().ended_at is None


def test_the_secret_is_only_in_the_cookie(world, plain_kind):
    browser = Browser()
    response = give(world, browser)
    cookie = response.cookies[settings.INTAKE_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert HandOver.objects.get().token_hash != cookie.value
    assert cookie.value not in response.content.decode()
