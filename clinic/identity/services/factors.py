"""Verbs on one's own factors and password, and the use of a code or passkey."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404

from clinic import audit, proof
from clinic.actors import Actor
from clinic.errors import InvalidValue, RuleRefused
from clinic.identity import factors, rules, sealing
from clinic.identity.models import RecoveryCode, UsedStep
from clinic.models import Staff

_WRONG_CODE = "This code is not right. Codes change every 30 seconds, and each opens once."


def _own(staff: Staff, by: Actor) -> Staff:
    """The person, locked; nobody touches another person's factors. Raises Http404."""
    if by.staff_id != staff.id:
        raise Http404
    locked: Staff = Staff.objects.select_for_update().get(pk=staff.pk)
    return locked


def _change_standing(staff: Staff) -> None:
    """Every session of the person gets a new key at its next request."""
    staff.standing += 1
    staff.save(update_fields=["standing"])


def _new_codes(staff: Staff, at: datetime) -> list[str]:
    RecoveryCode.objects.filter(staff=staff).delete()
    codes = []
    for _ in range(rules.RECOVERY_CODES):
        plain = "".join(secrets.choice(rules.RECOVERY_ALPHABET) for _ in range(rules.RECOVERY_SIGNS))
        RecoveryCode(staff=staff, code_hash=rules.recovery_hash(staff.id, plain), made_at=at).save()
        codes.append("-".join(plain[i : i + 4] for i in range(0, len(plain), 4)))
    return codes


def _demand_proof(staff: Staff, by: Actor, at: datetime) -> bool:
    """Whether this is the first factor; every later change wants proof."""
    if not factors.has_factor(staff):
        return True
    proof.demand(by, at)
    return False


@audit.audited
def add_app(staff: Staff, *, secret: str, code: str, by: Actor, at: datetime) -> list[str]:
    """Add the authenticator app whose secret the person has just read, proved by its first code. With the first
    factor come ten recovery codes, returned once. Raises InvalidValue for a wrong code.
    """
    locked = _own(staff, by)
    first = _demand_proof(locked, by, at)
    if factors.has_app(locked):
        raise RuleRefused("There is an authenticator app already. Remove it first.", code="has_app", field="code")
    step = factors.step_of(secret, code, at)
    if step is None:
        raise InvalidValue(_WRONG_CODE, code="wrong_code", field="code")
    UsedStep(staff=locked, step=step).save()
    with sealing.of(locked.id) as adapter:
        sealed = adapter.encrypt(secret)
    Authenticator(user=locked, type=Authenticator.Type.TOTP, data={"secret": sealed}, created_at=at).save()
    _change_standing(locked)
    audit.record(by, "factor.added", locked, at=at, kind="app")
    return _new_codes(locked, at) if first else []


@audit.audited
def add_passkey(staff: Staff, *, name: str, credential: dict[str, Any], by: Actor, at: datetime) -> list[str]:
    """Add a passkey whose registration was verified. With the first factor come ten recovery codes, returned once."""
    locked = _own(staff, by)
    first = _demand_proof(locked, by, at)
    data = {"name": name.strip()[:60] or "Passkey", "credential": credential}
    Authenticator(user=locked, type=Authenticator.Type.WEBAUTHN, data=data, created_at=at).save()
    _change_standing(locked)
    audit.record(by, "factor.added", locked, at=at, kind="passkey")
    return _new_codes(locked, at) if first else []


@audit.audited
def remove_factor(staff: Staff, factor_id: int, *, by: Actor, at: datetime) -> None:
    """Remove one of one's own factors; the last one stays, because nobody works without. Raises RuleRefused."""
    locked = _own(staff, by)
    found = Authenticator.objects.filter(pk=factor_id, user=locked, type__in=factors.KINDS).first()
    if found is None:
        raise Http404
    proof.demand(by, at)
    if len(factors.factors_of(locked)) == 1:
        raise RuleRefused("Add another factor before you remove the last one.", code="last_factor")
    kind = "app" if found.type == Authenticator.Type.TOTP else "passkey"
    found.delete()
    _change_standing(locked)
    audit.record(by, "factor.removed", locked, at=at, kind=kind)


@audit.audited
def renew_recovery_codes(staff: Staff, *, by: Actor, at: datetime) -> list[str]:
    """Ten new codes, returned once; the old ones are worth nothing from now on."""
    locked = _own(staff, by)
    proof.demand(by, at)
    if not factors.has_factor(locked):
        raise RuleRefused("Recovery codes come with the first passkey or authenticator app.", code="no_factor")
    codes = _new_codes(locked, at)
    audit.record(by, "recovery_codes.renewed", locked, at=at)
    return codes


@audit.audited
def change_password(staff: Staff, *, password: str, by: Actor, at: datetime) -> Staff:
    """Set a new password of one's own. Raises InvalidValue for a weak one."""
    locked = _own(staff, by)
    proof.demand(by, at)
    try:
        validate_password(password, locked)
    except ValidationError as error:
        raise InvalidValue(" ".join(error.messages), code="weak_password", field="password") from error
    locked.set_password(password)
    locked.standing += 1
    locked.save(update_fields=["password", "standing"])
    audit.record(by, "password.changed", locked, at=at)
    return locked


@audit.audited
def use_code(staff: Staff, code: str, *, by: Actor, at: datetime) -> str:
    """Answer with an authenticator code or a recovery code; each opens once. Returns which it was (`app` or
    `recovery`). Raises InvalidValue when it is wrong or was used before.
    """
    locked = _own(staff, by)
    kind = "app" if _use_step(locked, code, at) else "recovery" if _use_recovery(locked, code, at) else ""
    if not kind:
        raise InvalidValue(_WRONG_CODE, code="wrong_code", field="code")
    audit.record(by, "factor.used", locked, at=at, kind=kind)
    return kind


def _use_step(staff: Staff, code: str, at: datetime) -> bool:
    row = Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).first()
    step = factors.step_of(factors.secret_of(row), code, at) if row else None
    if row is None or step is None:
        return False
    try:
        with transaction.atomic():
            UsedStep(staff=staff, step=step).save(force_insert=True)
    except IntegrityError:
        return False
    UsedStep.objects.filter(staff=staff, step__lt=rules.steps_near(at).start).delete()
    row.last_used_at = at
    row.save(update_fields=["last_used_at"])
    return True


def _use_recovery(staff: Staff, code: str, at: datetime) -> bool:
    rows = RecoveryCode.objects.select_for_update().filter(staff=staff, used_at__isnull=True)
    found = rows.filter(code_hash=rules.recovery_hash(staff.id, code)).first()
    if found is None:
        return False
    found.used_at = at
    found.save(update_fields=["used_at"])
    return True


@audit.audited
def use_passkey(staff: Staff, passkey: Any, *, by: Actor, at: datetime) -> None:
    """Record that a verified passkey answered."""
    _own(staff, by)
    passkey.last_used_at = at
    passkey.save(update_fields=["last_used_at"])
    audit.record(by, "factor.used", staff, at=at, kind="passkey")
