"""The talk of the person who treats, and the lead's shortening of the reflection time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.rules import check_version
from consent import queries, rules
from consent.choices import ConsentState, ConversationHow, ConversationKind
from consent.models import Consent, ConsentConversation, ReflectionShortening


def _refuse_first(reasons: tuple[rules.Reason, ...], field: str) -> None:
    for reason in reasons:
        raise InvalidValue(reason.message, code=reason.code, field=field)


def _check_capacity(capacity: Mapping[str, Any]) -> None:
    """A judgement must be complete; a judgement of “cannot decide” is a record too and stops the signature later."""
    reasons = tuple(reason for reason in rules.capacity_reasons(capacity) if reason.code != "capacity_doubt")
    _refuse_first(reasons, "capacity")


def _performer_id(consent: Consent, by: Actor) -> Any:
    """Who speaks: the acting person. Staff who do not treat cannot record somebody else's talk."""
    if by.kind == "system":
        return consent.performer_id
    if by.staff_id is None:
        raise RuleRefused("The person who treats records this themselves.", code="not_performer")
    return by.staff_id


def _talk(
    consent: Consent, kind: str, *, by: Actor, at: datetime, held_at: datetime, **said: Any
) -> ConsentConversation:
    if held_at > at:
        raise InvalidValue("The conversation cannot be in the future.", code="invalid_date", field="held_at")
    row = ConsentConversation(
        organisation_id=consent.organisation_id,
        client_id=consent.client_id,
        consent=consent,
        performer_id=_performer_id(consent, by),
        kind=kind,
        held_at=held_at,
        recorded_at=at,
        **said,
    )
    row.save()
    return row


@audit.audited
def record_conversation(
    consent: Consent,
    *,
    how: str,
    matters: str,
    capacity: Mapping[str, Any],
    by: Actor,
    at: datetime,
    version: int | None = None,
    held_at: datetime | None = None,
    questions: str = "",
    interpreter: str = "",
    interpreter_is_family: bool = False,
    interpreter_note: str = "",
) -> ConsentConversation:
    """The person who treats records their own talk (decision 51); it opens the signature.

    `matters`: what this person finds significant (H02, required). `capacity`: see `rules.capacity_reasons`.
    Raises InvalidValue naming the field, TransitionRefused `wrong_state` for a declined consent, StaleRecord.
    """
    access.require(by, Can.OFFER_CONSENT, consent)
    locked: Consent = Consent.objects.locked(consent.pk)
    check_version(locked.version, version)
    if locked.state == ConsentState.DECLINED:
        raise TransitionRefused("The client has declined.", code="wrong_state", field="state")
    if how not in ConversationHow.values:
        raise InvalidValue("Say how you spoke with the client.", code="invalid_choice", field="how")
    if not matters.strip():
        raise InvalidValue("Write down what matters to this client.", code="required", field="matters")
    _refuse_first(
        rules.interpreter_reasons(interpreter, is_family=interpreter_is_family, client_insisted=interpreter_note),
        "interpreter",
    )
    _check_capacity(capacity)
    row = _talk(
        locked,
        ConversationKind.BEFORE,
        by=by,
        at=at,
        held_at=held_at or at,
        how=how,
        questions=questions.strip(),
        matters=matters.strip(),
        interpreter=interpreter.strip(),
        interpreter_note=interpreter_note.strip(),
        capacity=dict(capacity),
    )
    audit.record(by, "consent.conversation_recorded", locked, at=at, conversation=row.id, performer=row.performer_id)
    return row


@audit.audited
def confirm_today(
    consent: Consent, *, capacity: Mapping[str, Any], by: Actor, at: datetime, questions: str = "", matters: str = ""
) -> ConsentConversation:
    """On the day of a session the person who treats confirms: still wished for, nothing changed, able to decide (H01).

    Raises TransitionRefused when the consent is not given or was withdrawn, InvalidValue.
    """
    access.require(by, Can.OFFER_CONSENT, consent)
    locked: Consent = Consent.objects.locked(consent.pk)
    if queries.standing_word(locked) != ConsentState.GIVEN:
        raise TransitionRefused("There is no standing consent to confirm.", code="wrong_state", field="state")
    _check_capacity(capacity)
    row = _talk(
        locked,
        ConversationKind.TODAY,
        by=by,
        at=at,
        held_at=at,
        how=ConversationHow.IN_PERSON,
        questions=questions.strip(),
        matters=matters.strip(),
        capacity=dict(capacity),
    )
    audit.record(by, "consent.confirmed", locked, at=at, conversation=row.id, performer=row.performer_id)
    return row


@audit.audited
def shorten_reflection(
    consent: Consent, *, reason: str, by: Actor, at: datetime, version: int | None = None
) -> ReflectionShortening:
    """A clinical lead shortens the reflection time, with a typed reason that stays visible on screen and paper (S193).

    Raises InvalidValue without a reason, TransitionRefused when it was shortened already or the client declined.
    """
    access.require(by, Can.SHORTEN_REFLECTION, consent)
    locked: Consent = Consent.objects.locked(consent.pk)
    check_version(locked.version, version)
    if locked.state == ConsentState.DECLINED or queries.shortening_of(locked) is not None:
        raise TransitionRefused("There is nothing to shorten.", code="wrong_state", field="state")
    if not rules.is_reason(reason):
        raise InvalidValue("Type the reason in words; the client can read it.", code="required", field="reason")
    row = ReflectionShortening(
        organisation_id=locked.organisation_id,
        client_id=locked.client_id,
        consent=locked,
        shortened_by_id=by.staff_id if by.kind == "staff" else None,
        shortened_at=at,
        reason=reason.strip(),
        recorded_at=at,
    )
    row.save()
    audit.record(by, "consent.reflection_shortened", locked, at=at, hours=locked.cooling_off_hours)
    return row
