"""Enrolling a tablet, taking it off the list, and sessions that stay on their own device (SEC-B6, SEC-B9)."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from clinic import proof
from clinic.access import Refused
from clinic.devices.enrolment import token_hash
from clinic.devices.models import Device
from clinic.devices.services import devices
from clinic.errors import InvalidValue, TransitionRefused
from clinic.models import AuditEntry, HandOver
from tests.devices.support import on_tablet, sign_in, tablet
from tests.factories import NOW
from tests.identity.support import fresh, prove

pytestmark = pytest.mark.django_db


def enrol(world, **changes):
    values = {"site": world.site, "label": "Room 1", "is_shared": True, "by": fresh(world.people["manager"])}
    return devices.enrol_device(world.organisation, at=NOW, **{**values, **changes})


def test_only_the_hash_of_256_random_bits_is_kept(world):
    device, secret = enrol(world)
    assert len(secret) >= 43
    assert device.token_hash == token_hash(secret)
    assert secret not in str(Device.objects.values())
    entry = AuditEntry.objects.get(action="device.enrolled")
    assert (entry.object_id, entry.facts) == (device.id, {"shared": True})


def test_only_a_manager_who_has_proved_it_enrols(world):
    with pytest.raises(Refused):
        enrol(world, by=fresh(world.people["lead"]))
    with pytest.raises(proof.ProofNeeded):
        enrol(world, by=world.actor("manager"))


def test_a_name_is_used_once_and_a_site_is_the_clinics(world):
    enrol(world)
    with pytest.raises(InvalidValue, match="enrolled"):
        enrol(world, label=" room 1 ")
    with pytest.raises(InvalidValue, match="site"):
        enrol(world, label="Room 2", site=world.other_site)
    with pytest.raises(InvalidValue, match="which tablet"):
        enrol(world, label="  ")


def test_a_revoked_name_is_free_again_and_nothing_is_revoked_twice(world):
    device, _ = enrol(world)
    by = fresh(world.people["manager"])
    devices.revoke_device(device, by=by, at=NOW)
    with pytest.raises(TransitionRefused):
        devices.revoke_device(device, by=by, at=NOW)
    enrol(world)


def test_the_page_enrols_the_browser_it_is_open_in(world):
    browser = Browser()
    browser.force_login(world.people["manager"])
    prove(browser)
    assert "Enrol this tablet" in browser.get(reverse("tablet-enrol")).content.decode()
    answer = browser.post(reverse("tablet-enrol"), {"label": "Room 2", "site": world.site.id, "is_shared": "on"})
    cookie = answer.cookies[settings.DEVICE_COOKIE_NAME]
    assert (answer.status_code, bool(cookie["httponly"]), cookie["samesite"]) == (303, True, "Strict")
    listed = browser.get(reverse("tablet-list")).content.decode()
    assert "Room 2" in listed
    assert "This one" in listed
    assert cookie.value not in listed


def test_the_api_enrols_lists_and_revokes(world):
    browser = Browser()
    browser.force_login(world.people["manager"])
    prove(browser)
    body = {"label": "Room 3", "site": str(world.site.id), "is_shared": False}
    made = browser.post(reverse("api-tablet-list"), body, content_type="application/json")
    assert made.status_code == 201
    secret = made.cookies[settings.DEVICE_COOKIE_NAME].value
    assert secret not in made.content.decode()
    assert "token" not in made.content.decode()
    listed = browser.get(reverse("api-tablet-list")).json()["devices"]
    assert [row["label"] for row in listed] == ["Room 3"]
    gone = browser.post(reverse("api-tablet-revoke", args=[made.json()["id"]]), {}, content_type="application/json")
    assert gone.json()["revoked_at"]


def test_an_unknown_site_and_an_unknown_field_are_refused(world):
    """SEC-A11."""
    browser = Browser()
    browser.force_login(world.people["manager"])
    prove(browser)
    body = {"label": "Room 3", "site": str(world.other_site.id), "is_shared": False}
    answer = browser.post(reverse("api-tablet-list"), body, content_type="application/json")
    assert (answer.status_code, answer.json()["field"]) == (422, "site")
    answer = browser.post(reverse("api-tablet-list"), {**body, "token_hash": "a"}, content_type="application/json")
    assert (answer.status_code, answer.json()["field"]) == (400, "token_hash")


def test_the_next_request_of_a_revoked_tablet_ends_its_session(world):
    """SEC-B6: page and API, whether or not the thief keeps the tablet's cookie."""
    device, secret = tablet(world)
    kept, dropped = (sign_in(on_tablet(secret), world.people["practitioner"]) for _ in range(2))
    assert kept.get("/").status_code == 200
    devices.revoke_device(device, by=fresh(world.people["manager"]), at=NOW)
    del dropped.cookies[settings.DEVICE_COOKIE_NAME]
    assert kept.get("/api/v1/clients/").status_code == 401
    assert "/sign-in/" in dropped.get("/").headers["Location"]
    assert "/sign-in/" in kept.get("/").headers["Location"]


def test_a_session_does_not_travel_to_another_tablet(world):
    """SEC-B9: the copied cookie is worth nothing on another enrolled device, nor on none."""
    _, first = tablet(world)
    _, second = tablet(world, "Room 2")
    owner = sign_in(on_tablet(first), world.people["practitioner"])
    stolen = owner.cookies[settings.SESSION_COOKIE_NAME].value
    for thief in (on_tablet(second), Browser()):
        thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
        assert thief.get("/api/v1/clients/").status_code == 401


def test_a_tablet_in_a_clients_hands_is_revoked_too(world):
    """SEC-B6: with or without its own cookie."""
    device, secret = tablet(world)
    browser = sign_in(on_tablet(secret), world.people["practitioner"])
    browser.post(reverse("handover-start", args=[world.own.id, "questionnaire", world.own.id]))
    assert HandOver.objects.get().device == str(device.id)
    intake = browser.cookies[settings.INTAKE_COOKIE_NAME].value
    devices.revoke_device(device, by=fresh(world.people["manager"]), at=NOW)
    for thief in (on_tablet(secret), Browser()):
        thief.cookies[settings.INTAKE_COOKIE_NAME] = intake
        assert thief.get(reverse("api-handover-answers")).status_code == 401


def test_the_log_says_which_tablet_it_was(world):
    device, secret = tablet(world)
    browser = sign_in(on_tablet(secret), world.people["practitioner"])
    browser.get(reverse("client-detail", args=[world.own.id]))
    assert AuditEntry.objects.filter(action="viewed.chart", device=str(device.id)).exists()


def test_a_page_of_a_shared_tablet_covers_itself_after_three_minutes(world):
    """The page's own clock is the server's."""
    _, secret = tablet(world)
    page = sign_in(on_tablet(secret), world.people["practitioner"]).get("/").content.decode()
    assert re.findall(r'data-module="lock" data-seconds="(\d+)"', page) == ["180"]
