"""Answers to “who are you?” for tests."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.totp.internal import auth as totp
from django.test import Client as Browser

from clinic.actors import Actor
from clinic.devices import locking
from clinic.identity import factors, sessions
from clinic.identity.services import factors as services
from clinic.middleware import actor_of_staff
from clinic.models import Staff
from tests.factories import NOW


def code_at(secret: str, at: datetime) -> str:
    """What the authenticator app shows at an instant."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(at.timestamp()) // 30)))


def with_app(staff: Staff, at: datetime = NOW) -> tuple[str, list[str]]:
    """Give a person an authenticator app, through the service; its secret and the recovery codes."""
    secret = factors.new_secret()
    codes = services.add_app(staff, secret=secret, code=code_at(secret, at), by=actor_of_staff(staff), at=at)
    return secret, codes


def prove(browser: Browser, at: datetime = NOW) -> None:
    """The browser's person has just proved who they are."""
    session = browser.session
    session[sessions.PROVED] = at.isoformat()
    session.save()


def still_here(browser: Browser, at: datetime) -> None:
    """The browser's person went on working up to this instant: the session is not locked."""
    session = browser.session
    session[locking.ACTIVE] = at.isoformat()
    session.save()


def fresh(staff: Staff, at: datetime = NOW) -> Actor:
    """A person who has just proved who they are."""
    return actor_of_staff(staff, proved_at=at)
