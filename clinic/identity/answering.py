"""Answers to “who are you?” from a request: the try is counted, the answer checked, its use recorded."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest

from clinic import audit, clock
from clinic.errors import InvalidValue
from clinic.identity import attempts, demo, factors, sessions
from clinic.identity.choices import AttemptKind
from clinic.identity.services import factors as services
from clinic.middleware import actor_of_staff
from clinic.models import Staff


def by_code(request: HttpRequest, staff: Staff, code: str) -> str:
    """An authenticator or recovery code; returns which. Raises TooManyTries (429), InvalidValue."""
    account, device, now = str(staff.id), sessions.device_of(request), clock.now()
    attempts.take(AttemptKind.CODE, account=account, device=device, at=now)
    kind = services.use_code(staff, code, by=actor_of_staff(staff), at=now)
    attempts.succeeded(AttemptKind.CODE, account=account, device=device)
    record_authentication(request, staff, "mfa", type=kind)
    return kind


def by_passkey(request: HttpRequest, staff: Staff | None, credential: Any, *, alone: bool = False) -> Staff:
    """A passkey; without `staff`, whoever's it is. `alone`: it stands for password and code. Raises InvalidValue."""
    passkey = factors.checked_answer(staff, credential)
    owner: Staff = passkey.user
    services.use_passkey(owner, passkey, by=actor_of_staff(owner), at=clock.now())
    record_authentication(request, owner, "mfa", type="webauthn", passwordless=alone or None)
    return owner


def by_password(request: HttpRequest, staff: Staff, password: str) -> None:
    """The password again, which proves enough in the demo only. Raises TooManyTries (429), InvalidValue."""
    account, device, now = staff.email, sessions.device_of(request), clock.now()
    if not demo.factor_optional(request):
        raise InvalidValue("Use a passkey or a code.", code="password_not_enough", field="password")
    attempts.take(AttemptKind.PASSWORD, account=account, device=device, at=now)
    if not staff.check_password(password):
        audit.record(actor_of_staff(staff), "proof.refused", staff, at=now, outcome="denied", reason="wrong_password")
        raise InvalidValue("The password is not right.", code="wrong_password", field="password")
    attempts.succeeded(AttemptKind.PASSWORD, account=account, device=device)
    audit.record(actor_of_staff(staff), "proof.given", staff, at=now, kind="password")
