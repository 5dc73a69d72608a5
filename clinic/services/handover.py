"""Handing the tablet over: one client, one document, thirty minutes; staff sign in again to leave it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import HandOverKind
from clinic.errors import InvalidValue, TransitionRefused
from clinic.models import Client, HandOver

LASTS = timedelta(minutes=30)  # security.md 5.2


@audit.audited
def start_handover(
    client: Client, kind: str, document_id: UUID, *, by: Actor, at: datetime, device: str = ""
) -> tuple[HandOver, str]:
    """Open a hand-over and return it with the secret for the client's cookie. Ends any open one of the same
    document.
    """
    access.require(by, Can.HAND_OVER, client)
    if kind not in HandOverKind.values or by.staff_id is None:
        raise InvalidValue("Choose what to hand over.", code="invalid_choice", field="kind")
    for old in HandOver.objects.filter(client=client, document_id=document_id, ended_at__isnull=True):
        old.ended_at, old.outcome = at, "replaced"
        old.save(update_fields=["ended_at", "outcome"])
    token = secrets.token_urlsafe(32)
    handover = HandOver(
        organisation_id=client.organisation_id,
        client=client,
        kind=kind,
        document_id=document_id,
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        started_by_id=by.staff_id,
        device=device[:60],
        started_at=at,
        expires_at=at + LASTS,
        recorded_at=at,
    )
    handover.save()
    audit.record(by, "handover.started", handover, at=at, kind=kind, document=document_id)
    return handover, token


@audit.audited
def finish_handover(handover: HandOver, *, outcome: str, by: Actor, at: datetime) -> HandOver:
    """The client has done what was asked (submitted, signed, declined, acknowledged); only “end” is left.
    Client actor only.
    """
    if by.kind != "client" or by.handover_id != handover.id:
        raise TransitionRefused("This is not in your hands.", code="not_handed")
    locked: HandOver = HandOver.objects.locked(handover.pk)
    locked.finished_at, locked.outcome = at, outcome
    locked.save(update_fields=["finished_at", "outcome"])
    audit.record(by, "handover.finished", locked, at=at, result=outcome)
    return locked


@audit.audited
def end_handover(handover: HandOver, *, by: Actor, at: datetime) -> HandOver:
    """The tablet goes back; the cookie is worth nothing from now on."""
    locked: HandOver = HandOver.objects.locked(handover.pk)
    if locked.ended_at is None:
        locked.ended_at = at
        locked.outcome = locked.outcome or "ended"
        locked.save(update_fields=["ended_at", "outcome"])
    audit.record(by, "handover.ended", locked, at=at, result=locked.outcome)
    return locked


@audit.audited
def expire_handover(handover: HandOver, *, by: Actor, at: datetime) -> HandOver:
    """Nobody took the tablet back in time; written down when it is next touched."""
    locked: HandOver = HandOver.objects.locked(handover.pk)
    if locked.ended_at is None:
        locked.ended_at = at
        locked.outcome = locked.outcome or "expired"
        locked.save(update_fields=["ended_at", "outcome"])
    audit.record(by, "handover.expired", locked, at=at, result=locked.outcome)
    return locked
