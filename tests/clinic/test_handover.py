"""The tablet in a client's hands reaches one document of one client, for half an hour (decision 28, SEC-B1–B4,
SEC-D3).
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.test import Client as Browser
from django.urls import get_resolver, reverse

from clinic import clock
from clinic.devices.models import WaitingSession
from clinic.handover import kinds
from clinic.identity.services import people
from clinic.models import AuditEntry, HandOver
from clinic.registry import ROUTES, walk
from clinic.services import handover
from tests.devices.support import PIN, sign_in, with_pin
from tests.factories import NOW
from tests.identity.support import prove

pytestmark = pytest.mark.django_db
METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST")
get_resolver().url_patterns  # noqa: B018 - loads every route
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


def address_of(pattern) -> str:
    """An address of this shape; the guard answers before any record is looked for."""
    candidates = (str(uuid.uuid4()), "1", "questionnaire")
    kwargs = {}
    for key, converter in pattern.pattern.converters.items():
        fits = [one for one in candidates if re.fullmatch(converter.regex, one)]
        kwargs[key] = converter.to_python((fits or [converter.regex.split("|")[0].strip("(?:")])[-1])
    return reverse(pattern.name, kwargs=kwargs)


def test_only_the_handed_addresses_answer(world, plain_kind):
    """SEC-B2: every address by every method; the listed ones are the whole of what a client reaches."""
    browser = Browser(raise_request_exception=False)
    give(world, browser)
    answered = set()
    for pattern in sorted(walk(), key=lambda one: one.name == "handover-end"):  # the way out comes last
        for method in METHODS:
            answer = browser.generic(method, address_of(pattern))
            if answer.status_code not in (404, 405):
                answered.add((pattern.name, method))
            elif ROUTES[pattern.name].audience != "handed":
                assert answer.status_code == 404, (pattern.name, method)
    assert answered == {
        ("handover-form", "GET"),
        ("handover-form", "HEAD"),
        ("handover-submit", "POST"),
        ("handover-sign", "POST"),
        ("handover-decline", "POST"),
        ("handover-end", "POST"),
        ("api-handover-answers", "GET"),
        ("api-handover-answers", "HEAD"),
        ("api-handover-answers", "PUT"),
    }


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
        assert browser.get(reverse("handover-form")).headers["Location"] == reverse("account_login")
        assert browser.get(reverse("api-handover-answers")).status_code == 401
    assert settings.INTAKE_COOKIE_NAME not in {name for name, one in browser.cookies.items() if one.value}
    assert AuditEntry.objects.filter(action="handover.expired").count() == 1


def test_giving_it_back_ends_it(world, plain_kind):
    browser = Browser()
    give(world, browser)
    token = browser.cookies[settings.INTAKE_COOKIE_NAME].value
    back = browser.post(reverse("handover-end"))
    assert (back.status_code, back.headers["Location"]) == (303, reverse("account_login"))
    again = Browser()
    again.cookies[settings.INTAKE_COOKIE_NAME] = token
    assert again.get(reverse("handover-form")).headers["Location"] == reverse("account_login")
    actions = list(AuditEntry.objects.filter(client_id=world.own.id, action__startswith="handover").order_by("seq"))
    assert [entry.action for entry in actions] == ["handover.started", "handover.ended"]


@pytest.mark.parametrize("name", [name for name in HANDED if name not in ("handover-end", "api-handover-answers")])
def test_no_page_takes_the_client_from_the_request(name, world, plain_kind):
    """SEC-B3: ids of somebody else, in the query and in the form, change nothing."""
    browser = Browser()
    give(world, browser)
    wrong = {key: str(world.colleague.id) for key in ("client", "client_id", "document_id", "handover_id")}
    address = f"{reverse(name)}?client_id={world.colleague.id}"
    answer = browser.get(address) if name == "handover-form" else browser.post(address, wrong)
    assert answer.content.decode() == f"form of {world.own.id}"


def test_ending_somebody_elses_hand_over_ends_ones_own(world, plain_kind):
    """SEC-B3."""
    _, token = handover.start_handover(
        world.colleague, "questionnaire", uuid.uuid4(), by=world.actor("practitioner"), at=NOW
    )
    browser = Browser()
    give(world, browser)
    other = HandOver.objects.get(client=world.colleague)
    browser.post(reverse("handover-end"), {"handover_id": str(other.id), "token": token})
    other.refresh_from_db()
    assert other.ended_at is None
    assert HandOver.objects.get(client=world.own).ended_at == NOW


def test_the_document_comes_from_the_hand_over_and_not_from_the_request(world, plain_kind):
    """SEC-B3: there is no client in the address to swap."""
    browser = Browser()
    give(world, browser)
    body = {"answers": {"client_id": str(world.colleague.id)}}
    address = f"{reverse('api-handover-answers')}?client_id={world.colleague.id}"
    answer = browser.put(address, body, content_type="application/json", headers={"If-Match": '"1"'})
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


# --- with a PIN the session of the person who handed over waits ---


@pytest.fixture
def handed(world, plain_kind):
    """A tablet of the demo in the client's hands, given by somebody with a PIN."""
    browser = sign_in(Browser(), with_pin(world.people["practitioner"]))
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    address = reverse("handover-start", args=[world.own.id, "questionnaire", uuid.uuid4()])
    browser.post(address, headers={"Referer": f"http://testserver/clients/{world.own.id}/"})
    assert HandOver.objects.get().ended_at is None
    return browser, before


def test_the_waiting_session_is_in_no_cookie(handed):
    """SEC-B1 SEC-B8: neither the old key nor the new one opens anything while the client has the tablet."""
    browser, before = handed
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value == ""
    for key in (before, WaitingSession.objects.get().session_key):
        thief = Browser()
        thief.cookies[settings.SESSION_COOKIE_NAME] = key
        assert thief.get("/").headers["Location"].split("?")[0] in ("/sign-in/", "/locked/")


def test_the_tablet_comes_back_locked_and_the_pin_goes_on(world, handed):
    """SEC-B4: no page of staff before the PIN of the person who handed over; then the page it was handed over from."""
    browser, before = handed
    back = browser.post(reverse("handover-end"))
    assert (back.headers["Location"], back.headers["Clear-Site-Data"]) == (reverse("unlock"), '"cache"')
    assert browser.get("/clients/").headers["Location"].startswith(reverse("unlock"))
    page = browser.get(reverse("unlock")).content.decode()
    assert str(world.own.id) not in page
    opened = browser.post(reverse("unlock"), {"pin": PIN})
    assert opened.headers["Location"] == f"/clients/{world.own.id}/"
    assert browser.get(opened.headers["Location"]).status_code == 200
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value not in (before, "")
    assert not WaitingSession.objects.exists()


def test_after_half_an_hour_the_screen_is_locked(world, handed):
    """SEC-B4: the clock forward thirty-one minutes, whatever address is asked for."""
    browser, _ = handed
    with clock.set_to(NOW + timedelta(minutes=31)):
        first = browser.get(f"/clients/{world.own.id}/")
        assert (first.status_code, first.headers["Location"]) == (303, reverse("unlock"))
        assert browser.get("/").headers["Location"].startswith(reverse("unlock"))
        assert browser.get("/api/v1/clients/").json()["code"] == "locked"
        assert browser.post(reverse("unlock"), {"pin": PIN}).status_code == 303
        assert browser.get("/").status_code == 200


def test_a_session_that_was_ended_meanwhile_does_not_come_back(world, handed):
    """SEC-A16: ended by the manager, or the person dismissed."""
    browser, _ = handed
    staff = world.people["practitioner"]
    people.end_sessions_of(staff, by=world.actor("manager"), at=NOW)
    assert browser.post(reverse("handover-end")).headers["Location"] == reverse("account_login")


def test_what_was_to_be_said_to_staff_is_not_said_to_the_client(world, plain_kind, monkeypatch):
    """SEC-B1: a message left over from the page before."""
    monkeypatch.setitem(kinds._KINDS, "questionnaire", kinds.HandedKind(lambda r, h: render(r, "handed.html")))
    browser = sign_in(Browser(), with_pin(world.people["manager"]))
    prove(browser)
    browser.post(reverse("pin-set"), {"pin": "730485", "again": "730485"})
    browser.post(reverse("account_logout"))
    browser = sign_in(browser, world.people["practitioner"])
    browser.post(reverse("handover-start", args=[world.own.id, "questionnaire", uuid.uuid4()]))
    text = browser.get(reverse("handover-form")).content.decode()
    assert "For you to read and answer" in text
    assert "PIN is set" not in text
    assert "signed in" not in text


def test_nothing_is_kept_by_the_browser(handed):
    """SEC-B1: no-store on every page and answer on the way."""
    browser, _ = handed
    answers = [
        browser.get(reverse("handover-form")),
        browser.get(reverse("api-handover-answers")),
        browser.get("/clients/"),
        browser.post(reverse("handover-end")),
        browser.get(reverse("unlock")),
    ]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
