"""Tablets and locked sessions for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.test import Client as Browser

from clinic.devices.models import Device
from clinic.devices.services import devices, pins
from clinic.models import Staff
from tests.factories import NOW, PASSWORD, World
from tests.identity.support import fresh

PIN = "274916"


def with_pin(staff: Staff, pin: str = PIN) -> Staff:
    """Give a person a PIN, through the service."""
    pins.set_pin(staff, pin, by=fresh(staff), at=NOW)
    return staff


def tablet(world: World, label: str = "Room 1", *, shared: bool = True) -> tuple[Device, str]:
    """An enrolled tablet and its secret."""
    by = fresh(world.people["manager"])
    return devices.enrol_device(world.organisation, site=world.site, label=label, is_shared=shared, by=by, at=NOW)


def on_tablet(secret: str, **options: Any) -> Browser:
    """A browser with a tablet's cookie."""
    browser = Browser(**options)
    browser.cookies[settings.DEVICE_COOKIE_NAME] = secret
    return browser


def sign_in(browser: Browser, staff: Staff) -> Browser:
    """Sign in through the page, so that the session belongs to the browser's tablet."""
    answer = browser.post("/sign-in/", {"login": staff.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content[:400]
    return browser


def at_desk(world: World, role: str = "practitioner", *, at: datetime = NOW) -> Browser:
    """Somebody of the demo with a PIN at a desk that nobody enrolled."""
    return sign_in(Browser(), with_pin(world.people[role]))
