"""Signing in: the same answer whoever is asked for, two steps, a new key each time (SEC-B8, SEC-A14, SEC-S14)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from clinic import clock
from clinic.identity import sessions
from clinic.models import AuditEntry
from tests.factories import NOW, PASSWORD
from tests.identity.support import code_at, still_here, with_app

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


def sign_in(browser: Browser, email: str, password: str = PASSWORD, **extra):
    return browser.post(SIGN_IN, {"login": email, "password": password}, **extra)


def plain(answer, email: str) -> str:
    """A page without what differs by nature: token, nonce, the typed address."""
    text = answer.content.decode().replace(email, "E")
    return re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"', "", text)


def test_known_unknown_closed_and_locked_accounts_get_the_same_answer(world, strict):
    """SEC-A14: and so do they once they are locked."""
    closed = world.people["tutor"]
    closed.is_active = False
    closed.save(update_fields=["is_active"])
    asked = {
        "practitioner@a.example": "wrong-wrong-wrong-1",
        "nobody@a.example": "wrong-wrong-wrong-1",
        closed.email: PASSWORD,
    }
    for turn in range(7):
        answers = {plain(sign_in(Browser(), email, password), email) for email, password in asked.items()}
        assert len(answers) == 1
        text = answers.pop()
        assert ("is not right" in text) is (turn < 5)
        assert ("Too many tries. Wait 1 minute" in text) is (turn >= 5)


def test_the_right_password_does_not_open_a_locked_account(world):
    """SEC-B5."""
    for _ in range(5):
        sign_in(Browser(), "practitioner@a.example", "wrong-wrong-wrong-1")
    assert sign_in(Browser(), "practitioner@a.example").status_code == 200
    with clock.set_to(NOW + timedelta(minutes=1)):
        assert sign_in(Browser(), "practitioner@a.example").status_code == 302


def test_a_failed_sign_in_is_an_entry_of_the_persons_clinic(world):
    sign_in(Browser(), "practitioner@a.example", "wrong-wrong-wrong-1")
    sign_in(Browser(), "nobody@a.example", "wrong-wrong-wrong-1")
    entries = AuditEntry.objects.filter(action="signin.refused")
    assert {(e.organisation_id, e.outcome) for e in entries} == {(world.organisation.id, "denied"), (None, "denied")}
    assert not any("example" in str(e.facts) for e in entries)


def test_a_preset_key_is_worth_nothing_after_any_sign_in(world):
    """SEC-B8: login and second step."""
    staff = world.people["practitioner"]
    secret, _ = with_app(staff)
    browser = Browser()
    browser.get(SIGN_IN)
    browser.get(reverse("passkey-signin"))  # begins a session before anybody is signed in
    keys = [browser.session.session_key]
    assert keys[0]
    assert sign_in(browser, staff.email).headers["Location"] == reverse("mfa_authenticate")
    keys.append(browser.session.session_key)
    later = NOW + timedelta(seconds=60)
    with clock.set_to(later):
        browser.post(reverse("mfa_authenticate"), {"code": code_at(secret, later)})
        keys.append(browser.session.session_key)
        for key in set(keys[:-1]):
            stale = Browser()
            stale.cookies[settings.SESSION_COOKIE_NAME] = key
            assert stale.get("/").status_code == 302
        assert browser.get("/").status_code == 200
    assert keys[-1] not in keys[:-1]


def test_a_password_alone_does_not_sign_in_who_has_a_factor(world):
    """SEC-S14: even in the demo."""
    staff = world.people["practitioner"]
    _, codes = with_app(staff)
    browser = Browser()
    sign_in(browser, staff.email)
    assert browser.get("/").status_code == 302
    page = browser.get(reverse("mfa_authenticate")).content.decode()
    assert "Second step" in page
    assert browser.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 422
    assert browser.get("/").status_code == 302
    assert browser.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    assert browser.get("/").status_code == 200


def test_codes_are_counted_as_passwords_are(world):
    """SEC-B5: five codes, then the right one is not looked at either."""
    staff = world.people["practitioner"]
    _, codes = with_app(staff)
    browser = Browser()
    sign_in(browser, staff.email)
    for _ in range(5):
        assert browser.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 422
    locked = browser.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert locked.status_code == 429
    assert "Too many tries" in locked.content.decode()
    assert browser.get("/").status_code == 302


def test_a_sign_in_with_two_steps_counts_as_proof_and_is_listed(world, strict):
    staff = world.people["practitioner"]
    _, codes = with_app(staff)
    browser = Browser()
    sign_in(browser, staff.email, HTTP_USER_AGENT="Tablet 7")
    browser.post(reverse("mfa_authenticate"), {"code": codes[0]}, HTTP_USER_AGENT="Tablet 7")
    assert browser.session[sessions.PROVED] == NOW.isoformat()
    assert browser.get(reverse("password-change")).status_code == 200
    assert [row.user_agent for row in UserSession.objects.filter(user=staff)] == ["Tablet 7"]


def test_a_session_ends_after_twelve_hours_however_busy(world, browse):
    """SEC-B6, decision of security.md 5.2."""
    browser = browse("practitioner")
    for hours in (6, 11.99):
        still_here(browser, NOW + timedelta(hours=hours))
        with clock.set_to(NOW + timedelta(hours=hours)):
            assert browser.get("/").status_code == 200
    with clock.set_to(NOW + timedelta(hours=12)):
        assert browser.get("/").status_code == 302
    assert browser.get("/").status_code == 302


def test_a_session_nobody_stamped_is_over(world, browse):
    browser = browse("practitioner")
    session = browser.session
    del session[sessions.BEGAN]
    session.save()
    assert browser.get("/").status_code == 302


def test_a_new_standing_brings_a_new_key(world, browse):
    """SEC-B8: the old cookie is worth nothing, the person goes on."""
    browser, staff = browse("practitioner"), world.people["practitioner"]
    old = browser.cookies[settings.SESSION_COOKIE_NAME].value
    staff.standing += 1
    staff.save(update_fields=["standing"])
    assert browser.get("/").status_code == 200
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != old
    stale = Browser()
    stale.cookies[settings.SESSION_COOKIE_NAME] = old
    assert stale.get("/").status_code == 302
    assert browser.get("/").status_code == 200


def test_there_is_no_sign_up_and_no_way_in_beside(world):
    """No sign-up, no social accounts, no reset by mail, no admin."""
    for address in ("/accounts/", "/accounts/signup/", "/signup/", "/accounts/password/reset/", "/admin/"):
        assert Browser().get(address).status_code == 404
