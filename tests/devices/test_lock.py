"""The idle lock and the PIN that opens it: whose, where, how often (SEC-B4, SEC-B5, SEC-B8)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.http import Http404
from django.test import Client as Browser
from django.urls import reverse

from clinic import clock, proof
from clinic.devices import locking, pins
from clinic.devices.models import Pin
from clinic.devices.services import pins as services
from clinic.errors import InvalidValue
from clinic.identity.models import Attempt
from clinic.models import AuditEntry
from clinic.registry import ROUTES
from tests.devices.support import PIN, at_desk, on_tablet, sign_in, tablet, with_pin
from tests.factories import NOW
from tests.identity.support import fresh, prove

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


def unlock(browser: Browser, pin: str = PIN, **extra):
    return browser.post(reverse("unlock"), {"pin": pin, **extra})


def locked(world, role: str = "practitioner") -> Browser:
    """A session that was locked by hand."""
    browser = at_desk(world, role)
    assert browser.post(reverse("lock")).headers["Location"] == reverse("unlock")
    return browser


# --- when ---


def test_a_desk_locks_after_ten_minutes_and_not_before(world):
    browser = at_desk(world)
    with clock.set_to(LATER - timedelta(seconds=1)):
        assert browser.get("/").status_code == 200
    with clock.set_to(LATER + timedelta(minutes=9)):
        assert browser.get("/").status_code == 200
    with clock.set_to(LATER + timedelta(minutes=19)):
        answer = browser.get("/clients/?page=2")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/locked/?next=%2Fclients%2F%3Fpage%3D2")


def test_a_shared_tablet_locks_after_three(world):
    """SEC-B6."""
    _, secret = tablet(world)
    browser = sign_in(on_tablet(secret), with_pin(world.people["practitioner"]))
    with clock.set_to(NOW + timedelta(minutes=3)):
        assert browser.get("/").headers["Location"].startswith(reverse("unlock"))


def test_typing_on_an_open_page_keeps_the_session_open(world):
    browser = at_desk(world)
    for minutes in (6, 12, 18):
        with clock.set_to(NOW + timedelta(minutes=minutes)):
            told = browser.post(reverse("api-still-here"), {}, content_type="application/json")
            assert told.status_code == 200
    with clock.set_to(NOW + timedelta(minutes=25)):
        assert browser.get("/").status_code == 200


def test_once_locked_no_activity_opens_it(world):
    browser = at_desk(world)
    with clock.set_to(LATER):
        browser.get("/")
        told = browser.post(reverse("api-still-here"), {}, content_type="application/json")
        assert (told.status_code, told.json()["code"]) == (401, "locked")
        assert browser.get("/").status_code == 303


# --- what a locked session answers ---


def test_while_locked_only_the_lock_and_the_way_out_answer(world):
    """Every address that needs no object, by every method; the rest is stopped by the same line."""
    browser = locked(world)
    open_names = {"lock", "unlock", "api-lock", "api-unlock", "account_logout"}
    for name in sorted(ROUTES):
        try:
            url = reverse(name)
        except Exception:  # noqa: BLE001 - the address needs an object
            url = ""
        if not url or name in open_names:
            continue
        for method in ("get", "post", "put", "patch", "delete"):
            answer = getattr(browser, method)(url)
            sent = answer.headers.get("Location", "").startswith(reverse("unlock"))
            assert (answer.status_code == 303 and sent) or answer.status_code == 401, (name, method)


def test_a_record_is_not_shown_while_locked(world):
    browser = locked(world)
    for name in ("client-detail", "client-edit"):
        answer = browser.get(reverse(name, args=[world.own.id]))
        assert (answer.status_code, answer.content) == (303, b"")


def test_the_lock_page_says_initials_and_no_more(world):
    text = locked(world).get(reverse("unlock")).content.decode()
    assert "The PIN of PP opens it" in text
    assert world.people["practitioner"].name not in text
    assert 'class="rail"' not in text


def test_a_part_of_a_page_sends_the_whole_page_to_the_lock(world):
    browser = locked(world)
    answer = browser.post("/clients/", {}, headers={"HX-Request": "true", "Referer": "http://testserver/clients/?a=1"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/locked/?next=%2Fclients%2F")


def test_signing_out_works_while_locked(world):
    browser = locked(world)
    assert browser.post(reverse("account_logout")).headers["Location"] == "/sign-in/"
    assert browser.get("/").headers["Location"].startswith("/sign-in/")


# --- opening ---


def test_the_pin_goes_on_where_it_was_left_under_a_new_key(world):
    """SEC-B8: the key of the locked session is worth nothing afterwards."""
    browser = locked(world)
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    answer = unlock(browser, next="/clients/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/clients/")
    assert browser.get("/clients/").status_code == 200
    stale = Browser()
    stale.cookies[settings.SESSION_COOKIE_NAME] = before
    assert stale.get("/").headers["Location"].startswith("/sign-in/")
    assert AuditEntry.objects.filter(action="session.unlocked", outcome="done").count() == 1


def test_an_address_elsewhere_is_not_gone_on_to(world):
    """SEC-C14."""
    assert unlock(locked(world), next="//evil.example/").headers["Location"] == "/"


def test_the_api_locks_and_opens(world):
    browser = at_desk(world)
    answer = browser.post(reverse("api-lock"), {}, content_type="application/json")
    assert answer.json() == {"is_locked": True, "takes_pin": True, "whose": "PP"}
    wrong = browser.post(reverse("api-unlock"), {"pin": "908274"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_pin")
    assert browser.post(reverse("api-unlock"), {"pin": PIN}, content_type="application/json").status_code == 200
    assert browser.get("/").status_code == 200


def test_an_idempotency_key_neither_repeats_a_guess_nor_gives_it_back(world):
    browser = locked(world)
    for _ in range(2):
        answer = browser.post(
            reverse("api-unlock"), {"pin": "908274"}, content_type="application/json", headers={"Idempotency-Key": "a"}
        )
        assert answer.status_code == 422
    assert sorted(Attempt.objects.filter(kind="pin").values_list("tries", flat=True)) == [2, 2]


def test_the_fifth_wrong_pin_ends_the_session(world):
    """SEC-B5."""
    browser = locked(world)
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        answer = unlock(browser, "908274")
        assert (answer.status_code, f"{left} left" in answer.content.decode()) == (422, True)
    assert unlock(browser, "908274").headers["Location"] == "/sign-in/"
    assert unlock(browser).status_code == 401
    assert AuditEntry.objects.filter(action="session.ended", facts={"reason": "too_many_tries"}).exists()


def test_another_persons_pin_does_not_open_it(world):
    browser = locked(world)
    with_pin(world.people["lead"], "730485")
    assert unlock(browser, "730485").status_code == 422


def test_without_a_pin_only_signing_in_goes_on(world):
    browser = sign_in(Browser(), world.people["practitioner"])
    browser.post(reverse("lock"))
    assert "No PIN opens" in browser.get(reverse("unlock")).content.decode()
    assert "No PIN opens" in unlock(browser, "274916").content.decode()


def test_on_a_device_nobody_enrolled_a_pin_opens_nothing(world, settings):
    """The demo's own machine is the exception."""
    browser = locked(world)
    settings.DEMO = False
    answer = unlock(browser)
    assert answer.status_code == 422
    assert "No PIN opens" in answer.content.decode()


def test_on_its_enrolled_tablet_it_opens(world):
    _, secret = tablet(world)
    browser = sign_in(on_tablet(secret), with_pin(world.people["practitioner"]))
    browser.post(reverse("lock"))
    assert unlock(browser).status_code == 303


def test_twelve_hours_after_signing_in_no_pin_opens(world):
    browser = locked(world)
    with clock.set_to(NOW + timedelta(hours=12)):
        assert unlock(browser).status_code == 401
        assert browser.get("/").headers["Location"].startswith("/sign-in/")


def test_a_dismissed_person_cannot_unlock(world):
    """SEC-A16."""
    browser = locked(world)
    staff = world.people["practitioner"]
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    assert unlock(browser).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_once_get_five_tries(world, monkeypatch):
    """SEC-B5: the race; what is counted is how often a PIN was compared."""
    browser = locked(world)
    key, compared, start = browser.cookies[settings.SESSION_COOKIE_NAME].value, [], threading.Barrier(10)
    original = pins.is_right

    def counted(staff, pin):
        compared.append(pin)
        return original(staff, pin)

    monkeypatch.setattr(locking.pins, "is_right", counted)

    def guess(number: int) -> int:
        thief = Browser(raise_request_exception=False)
        thief.cookies[settings.SESSION_COOKIE_NAME] = key
        start.wait(timeout=30)
        try:
            with clock.set_to(NOW):
                return max(unlock(thief, f"9082{number}{turn}").status_code for turn in range(5))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=10) as pool:
        list(pool.map(guess, range(10)))
    assert len(compared) <= 5
    assert browser.get("/").status_code == 302


# --- the PIN itself ---


def test_a_pin_is_kept_as_argon2id_under_a_pepper(world, settings):
    staff = with_pin(world.people["practitioner"])
    kept = Pin.objects.get().pin_hash
    assert kept.startswith("argon2$argon2id$")
    assert PIN not in kept
    assert pins.is_right(staff, PIN)
    settings.SECRET_KEY = "another installation"
    assert not pins.is_right(staff, PIN)


def test_a_weak_pin_and_one_without_proof_are_refused(world):
    staff = world.people["practitioner"]
    with pytest.raises(InvalidValue) as weak:
        services.set_pin(staff, "123456", by=fresh(staff), at=NOW)
    assert weak.value.code == "weak_pin"
    with pytest.raises(InvalidValue) as short:
        services.set_pin(staff, "2749", by=fresh(staff), at=NOW)
    assert short.value.code == "invalid_pin"
    with pytest.raises(proof.ProofNeeded):
        services.set_pin(staff, PIN, by=world.actor("practitioner"), at=NOW)
    assert not Pin.objects.exists()


def test_nobody_sets_somebody_elses_pin(world):
    """SEC-A18: not even the manager, who chooses no secret."""
    with pytest.raises(Http404):
        services.set_pin(world.people["practitioner"], PIN, by=fresh(world.people["manager"]), at=NOW)
    assert not Pin.objects.exists()


def test_the_page_and_the_api_set_it(world):
    browser = Browser()
    browser.force_login(world.people["lead"])
    assert browser.get(reverse("pin-set")).headers["Location"].startswith(reverse("prove"))
    prove(browser)
    weak = browser.post(reverse("pin-set"), {"pin": "111111", "again": "111111"})
    assert (weak.status_code, "easily guessed" in weak.content.decode()) == (422, True)
    other = browser.post(reverse("pin-set"), {"pin": PIN, "again": "274917"})
    assert "not the same" in other.content.decode()
    assert browser.post(reverse("pin-set"), {"pin": PIN, "again": PIN}).status_code == 303
    api = browser.post(reverse("api-pin-set"), {"pin": "730485"}, content_type="application/json")
    assert api.status_code == 200
    assert pins.is_right(world.people["lead"], "730485")
