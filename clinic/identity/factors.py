"""Second factors of a person: which there are, whether a code or a passkey is right. Writes are in `services`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare
from fido2.webauthn import AuthenticatorAttachment, ResidentKeyRequirement, UserVerificationRequirement

from clinic.errors import InvalidValue
from clinic.identity import rules, sealing
from clinic.identity.models import RecoveryCode
from clinic.models import Staff

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_WRONG = "That did not work. Try again, or use another way."


@dataclass(frozen=True)
class Factor:
    """One factor as a page shows it."""

    id: int
    kind: str
    name: str
    added_at: datetime
    used_at: datetime | None


def has_factor(staff: Staff) -> bool:
    """Whether the person has a passkey or an authenticator app."""
    return bool(Authenticator.objects.filter(user=staff, type__in=KINDS).exists())


def factors_of(staff: Staff) -> list[Factor]:
    """Passkeys and the authenticator app, oldest first."""
    rows = Authenticator.objects.filter(user=staff, type__in=KINDS).order_by("created_at", "pk")
    return [
        Factor(
            id=row.pk,
            kind=str(row.type),
            name=str(row.data.get("name", "")) or "Authenticator app",
            added_at=row.created_at,
            used_at=row.last_used_at,
        )
        for row in rows
    ]


def has_passkey(staff: Staff) -> bool:
    """Whether the person can answer with a passkey."""
    return bool(Authenticator.objects.filter(user=staff, type=Authenticator.Type.WEBAUTHN).exists())


def has_app(staff: Staff) -> bool:
    """Whether the person has an authenticator app."""
    return bool(Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).exists())


def codes_left(staff: Staff) -> int:
    """How many recovery codes are unused."""
    return RecoveryCode.objects.filter(staff=staff, used_at__isnull=True).count()


def new_secret() -> str:
    """A fresh authenticator secret, base 32."""
    return str(totp.generate_totp_secret())


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step an authenticator code belongs to, or None when it is wrong. Compares in constant time."""
    given = rules.plain_code(code)
    found = None
    for step in rules.steps_near(at):
        expected = totp.format_hotp_value(totp.hotp_value(secret, step))
        if constant_time_compare(expected, given):
            found = step
    return found


def secret_of(row: Any) -> str:
    """The secret of a person's authenticator app, opened. Raises CannotBeRead when it was moved or altered."""
    with sealing.of(row.user_id) as adapter:
        return str(adapter.decrypt(row.data["secret"]))


def drawing(staff: Staff, secret: str) -> tuple[str, str]:
    """The address an authenticator app reads, and its QR code as SVG."""
    with sealing.of(staff.id) as adapter:
        address = adapter.build_totp_url(staff, secret)
        return address, adapter.build_totp_svg(address)


def registration_options(staff: Staff, *, shared: bool = False) -> dict[str, Any]:
    """What the browser needs to make a passkey: discoverable, user verified. On a shared device only roaming keys
    (SEC-B7); the challenge is kept in the session.
    """
    options, state = webauthn.get_server().register_begin(
        user=webauthn.build_user_payload(staff),
        credentials=webauthn.get_credentials(staff),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        authenticator_attachment=AuthenticatorAttachment.CROSS_PLATFORM if shared else None,
    )
    webauthn.set_state(state)
    return dict(options)


def checked_registration(credential: Any, *, shared: bool = False) -> dict[str, Any]:
    """The credential a browser made, verified against the challenge in the session. Raises InvalidValue, also for a
    passkey that lives in a shared device: whoever unlocks that device would be this person (SEC-B7).
    """
    try:
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidValue(_WRONG, code="wrong_passkey", field="credential") from error
    result: dict[str, Any] = credential
    lives_here = result.get("authenticatorAttachment") == "platform"
    if shared and (lives_here or "internal" in (result["response"].get("transports") or ())):
        message = "This tablet is shared. Use a key you carry, or your own phone."
        raise InvalidValue(message, code="shared_device", field="credential")
    return result


def question(staff: Staff | None = None) -> dict[str, Any]:
    """What the browser needs to answer with a passkey; without a person, any passkey of this site."""
    return dict(webauthn.begin_authentication(staff))


def checked_answer(staff: Staff | None, credential: Any) -> Any:
    """The passkey (a row of allauth's) that answered the question in the session. Raises InvalidValue."""
    try:
        webauthn.parse_authentication_response(credential)
        owner = staff or webauthn.extract_user_from_response(credential)
        found = webauthn.complete_authentication(owner, credential)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidValue(_WRONG, code="wrong_passkey", field="credential") from error
    if not found.user.is_active:
        raise InvalidValue(_WRONG, code="wrong_passkey", field="credential")
    return found
