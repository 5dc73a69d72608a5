"""The state of a session on its device: when it was last used, whether it is locked, and how it opens again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest

from clinic import clock
from clinic.devices import enrolment, pins, rules
from clinic.devices.services import pins as services
from clinic.errors import DomainError, InvalidValue
from clinic.identity import attempts, sessions
from clinic.identity import rules as identity_rules
from clinic.identity.choices import AttemptKind
from clinic.models import Staff

DEVICE, ACTIVE, LOCKED, TRIES = "device", "active_at", "locked_at", "pin_tries"


class SessionDied(DomainError):
    """The session is over; only a full sign-in goes on (401)."""

    status = 401

    def __init__(self, message: str) -> None:
        super().__init__(message, code="session_over")


def begin(sender: Any, request: HttpRequest, user: Staff, **kwargs: Any) -> None:
    """A session that has just been signed in to belongs to this device and is open."""
    session = request.session
    session[DEVICE], session[ACTIVE] = enrolment.mark_of(request), clock.now().isoformat()
    session.pop(LOCKED, None)


def is_elsewhere(request: HttpRequest) -> bool:
    """Whether the session was begun on another device than this, or on one that was taken off the list (SEC-B9)."""
    found = enrolment.device_by_cookie(request)
    mark = request.session.get(DEVICE, "")
    is_revoked = found is not None and found.revoked_at is not None
    return is_revoked or bool(mark and mark != enrolment.mark_of(request))


def is_locked(request: HttpRequest) -> bool:
    """Whether the session waits for its person."""
    return bool(request.session.get(LOCKED))


def lock(request: HttpRequest, now: datetime) -> None:
    """Lock the session; its key stays, what it may do does not."""
    request.session.setdefault(LOCKED, now.isoformat())


def keep_up(request: HttpRequest, now: datetime) -> None:
    """Lock a session that rested too long, else write down that it is in use."""
    session = request.session
    active_at = sessions.moment(session, ACTIVE)
    if active_at is not None and rules.is_idle(active_at, now, is_shared=enrolment.is_shared(request)):
        lock(request, now)
    elif active_at is None or now >= active_at + rules.STAMP_EVERY:
        session[ACTIVE] = now.isoformat()


def can_take_pin(request: HttpRequest, staff: Staff) -> bool:
    """Whether this session, here, opens by PIN."""
    return enrolment.takes_pins(request, request.session.get(DEVICE, "")) and pins.has_pin(staff)


def unlock(request: HttpRequest, staff: Staff, pin: str) -> None:
    """Open the locked session by its person's PIN; its key changes (SEC-B8). The try is taken before the PIN is looked
    at, so that guesses sent at once get five and no more (SEC-B5). Raises InvalidValue, SessionDied.
    """
    if not can_take_pin(request, staff):
        raise InvalidValue("Sign in again: no PIN opens this session here.", code="no_pin", field="pin")
    now, by = clock.now(), request.actor  # type: ignore[attr-defined]
    account = sessions.key_hash(request.session.session_key)
    device = enrolment.mark_of(request) or sessions.device_of(request)
    try:
        attempts.take(AttemptKind.PIN, account=account, device=device, at=now)
    except identity_rules.TooManyTries as error:
        services.note_death(staff, by=by, at=now)
        logout(request)
        raise SessionDied("Too many tries. Sign in again.") from error
    if not pins.is_right(staff, pin):
        raise _refused(request, staff, now)
    attempts.succeeded(AttemptKind.PIN, account=account, device=device)
    _open(request, now)
    services.note_unlocked(staff, by=by, at=now)


def _refused(request: HttpRequest, staff: Staff, now: datetime) -> DomainError:
    """What a wrong PIN is answered with; the fifth ends the session."""
    by = request.actor  # type: ignore[attr-defined]
    tries = int(request.session.get(TRIES, 0)) + 1
    services.note_refused(staff, by=by, at=now)
    if tries >= rules.PIN_TRIES:
        services.note_death(staff, by=by, at=now)
        logout(request)
        return SessionDied("Too many tries. Sign in again.")
    request.session[TRIES] = tries
    left = rules.PIN_TRIES - tries
    unit = "try" if left == 1 else "tries"
    return InvalidValue(f"This is not the PIN. {left} {unit} left.", code="wrong_pin", field="pin")


def _open(request: HttpRequest, now: datetime) -> None:
    for name in (LOCKED, TRIES):
        request.session.pop(name, None)
    request.session[ACTIVE] = now.isoformat()
    sessions.renew(request.session)
