"""The session of the person who handed the tablet over waits, locked and without a cookie, until it comes back."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from clinic import clock
from clinic.devices import enrolment, locking
from clinic.devices.models import WaitingSession
from clinic.identity import sessions
from clinic.models import HandOver

RETURN_TO = "return_to"


def _store(key: str | None = None) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def _page_before(request: HttpRequest) -> str:
    """The page the tablet was handed over from: known to the session, never in an address the client sees."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path if came_from.netloc == request.get_host() else "/"


def suspend(request: HttpRequest, handover: HandOver) -> None:
    """Take the staff session off this browser: it waits when a PIN can open it here, else it is over. Whatever the
    session still had to say to its person is dropped.
    """
    list(messages.get_messages(request))
    staff: Any = request.user
    if not locking.can_take_pin(request, staff):
        logout(request)
        return
    locking.lock(request, clock.now())
    request.session[RETURN_TO] = _page_before(request)
    sessions.renew(request.session)
    request.session.save()
    WaitingSession(handover=handover, session_key=str(request.session.session_key), waiting_since=clock.now()).save()
    request.session = _store()
    request.user = AnonymousUser()


def bring_back(request: HttpRequest, handover: HandOver) -> bool:
    """Give this browser the waiting session, locked and under a new key; False when none waits for it here."""
    row = WaitingSession.objects.filter(handover_id=handover.id).first()
    if row is None:
        return False
    key = row.session_key
    row.delete()
    session = _store(key)
    if not session.exists(key) or not session.get(locking.LOCKED):
        return False
    if not enrolment.takes_pins(request, session.get(locking.DEVICE, "")):
        session.flush()
        return False
    request.session = session
    sessions.renew(session)
    return True
