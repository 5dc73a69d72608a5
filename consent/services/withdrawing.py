"""Taking back: a whole consent, or one separate permission; new rows, never backwards (decision 46)."""

from __future__ import annotations

from datetime import datetime

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, TransitionRefused
from clinic.models import Client
from consent import queries
from consent.choices import ConsentState, ConversationHow
from consent.models import ClientPermission, Consent, Withdrawal


@audit.audited
def withdraw_consent(
    consent: Consent, *, by: Actor, at: datetime, how: str = ConversationHow.IN_PERSON, reason: str = ""
) -> Withdrawal:
    """Record that the client no longer agrees; a running session then refuses every verb but stop (decision 2).

    No reason is needed. Raises TransitionRefused when there is nothing to withdraw, InvalidValue.
    """
    access.require(by, Can.WITHDRAW_CONSENT, consent)
    locked: Consent = Consent.objects.locked(consent.pk)
    if queries.standing_word(locked) != ConsentState.GIVEN:
        raise TransitionRefused("There is no standing consent to withdraw.", code="wrong_state", field="state")
    if how not in ConversationHow.values:
        raise InvalidValue("Say how the client told you.", code="invalid_choice", field="how")
    row = Withdrawal(
        organisation_id=locked.organisation_id,
        client_id=locked.client_id,
        consent=locked,
        withdrawn_at=at,
        received_by_id=by.staff_id if by.kind == "staff" else None,
        how=how,
        reason=reason.strip(),
        recorded_at=at,
    )
    row.save()
    audit.record(by, "consent.withdrawn", locked, at=at, withdrawal=row.id)
    return row


@audit.audited
def answer_permission(client: Client, *, code: str, answer: bool, by: Actor, at: datetime) -> ClientPermission:
    """Record the client's new answer to one permission, given or taken back; the newest row counts.

    Raises InvalidValue for a permission the clinic's texts do not have.
    """
    access.require(by, Can.WITHDRAW_CONSENT, client)
    _, texts = queries.texts_of(client.organisation_id)
    if code not in {row.id for row in texts.permissions}:
        raise InvalidValue("Unknown permission.", code="invalid_choice", field="code")
    before = queries.permission(client, code, at)
    row = ClientPermission(
        organisation_id=client.organisation_id,
        client=client,
        code=code,
        answer=answer,
        decided_at=at,
        is_withdrawal=before is True and not answer,
        recorded_at=at,
    )
    row.save()
    audit.record(by, "permission.answered", row, at=at, code=code, withdrawn=row.is_withdrawal)
    return row
