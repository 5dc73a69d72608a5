"""A session of a member of staff: when it began, what was proved in it, and when it is over.

Every way of signing in stamps the session (`begin`); a session without the stamp, older than twelve hours, or begun
before the person's sessions were ended, is over. The key changes whenever the person's standing does (SEC-B8).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from clinic import clock
from clinic.identity import demo, factors, rules
from clinic.models import Staff

BEGAN, STANDING, PROVED, SEEN, FACTOR = "began_at", "standing", "proved_at", "seen_at", "has_factor"


def device_of(request: HttpRequest) -> str:
    """The device a request comes from, for attempt counters: its address, until tablets are enrolled."""
    return str(request.META.get("REMOTE_ADDR", ""))


def key_hash(key: str | None) -> str:
    """What the log says of a session: never its key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32] if key else ""


def begin(sender: Any, request: HttpRequest, user: Staff, **kwargs: Any) -> None:
    """Stamp a session that has just been signed in to; Django has given it a new key."""
    now = clock.now()
    session = request.session
    session[BEGAN] = session[SEEN] = now.isoformat()
    session[STANDING], session[FACTOR] = user.standing, factors.has_factor(user)
    methods = {record.get("method") for record in get_authentication_records(request, user)}
    if "mfa" in methods or (methods and demo.factor_optional(request)):
        session[PROVED] = now.isoformat()
    else:
        session.pop(PROVED, None)


def moment(session: Any, name: str) -> datetime | None:
    """An instant kept in the session."""
    value = session.get(name)
    return parse_datetime(value) if isinstance(value, str) else None


def is_over(request: HttpRequest, staff: Staff, now: datetime) -> bool:
    """Whether a session is too old, ended by somebody, or was never properly begun."""
    began = moment(request.session, BEGAN)
    if began is None or not began <= now < began + rules.SESSION_LASTS:
        return True
    return staff.signed_out_at is not None and began <= staff.signed_out_at


def proved(request: HttpRequest, now: datetime) -> None:
    """The person has just proved who they are; a new key begins with it."""
    renew(request.session)
    request.session[PROVED] = now.isoformat()


def renew(session: Any) -> None:
    """A new key for a session; the list of the person's sessions follows."""
    old = session.session_key
    session.cycle_key()
    row = UserSession.objects.filter(session_key=old).first()
    if row is not None:
        row.session_key = session.session_key
        row.save(update_fields=["session_key"])


def keep_up(request: HttpRequest, staff: Staff, now: datetime) -> None:
    """New key after a change of standing; last seen at most every five minutes."""
    session = request.session
    if session.get(STANDING) != staff.standing:
        renew(session)
        session[STANDING], session[FACTOR] = staff.standing, factors.has_factor(staff)
    seen = moment(session, SEEN)
    if seen is None or seen + rules.SEEN_EVERY <= now:
        session[SEEN] = now.isoformat()
        row = UserSession.objects.filter(session_key=session.session_key).first()
        if row is not None:
            row.last_seen_at = now
            row.save(update_fields=["last_seen_at"])
