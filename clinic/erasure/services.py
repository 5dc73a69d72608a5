"""Verbs of the data protection lead: hold, lift, decide an erasure; and of the machine: carry it out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clinic import access, audit, proof, providers
from clinic.access import Can
from clinic.actors import Actor
from clinic.encryption import CANNOT_BE_READ, shown
from clinic.erasure import ledger, queries, scrub
from clinic.erasure.choices import Ground
from clinic.erasure.models import Erasure, LegalHold
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.keystore import destroying
from clinic.models import Client


def _person(by: Actor) -> Any:
    if by.staff_id is None or by.kind != "staff":
        raise access.Refused(Can.ERASE_CLIENT, "not_a_person")
    return by.staff_id


def _said(text: str, field: str, message: str) -> str:
    if not text.strip():
        raise InvalidValue(message, code="required", field=field)
    return text.strip()


@audit.audited
def place_hold(client: Client, *, reason: str, by: Actor, at: datetime) -> LegalHold:
    """Forbid erasing this client's record until the hold is lifted (claim, complaint, investigation)."""
    access.require(by, Can.ERASE_CLIENT, client)
    if client.erased_at is not None:
        raise TransitionRefused("This client's record was erased.", code="erased")
    hold = LegalHold(
        organisation_id=client.organisation_id,
        client=client,
        reason=_said(reason, "hold_reason", "Say what the hold is for."),
        placed_by_id=_person(by),
        placed_at=at,
        recorded_at=at,
    )
    hold.save()
    audit.record(by, "hold.placed", hold, at=at)
    return hold


@audit.audited
def lift_hold(hold: LegalHold, *, reason: str, by: Actor, at: datetime) -> LegalHold:
    """The record may be erased again, as far as this hold is concerned."""
    access.require(by, Can.ERASE_CLIENT, hold)
    locked: LegalHold = LegalHold.objects.locked(hold.pk)
    if locked.lifted_at is not None:
        raise TransitionRefused("This hold was lifted already.", code="wrong_state")
    locked.lifted_because = _said(reason, "hold_reason", "Say why the hold is lifted.")
    locked.lifted_by_id, locked.lifted_at = _person(by), at
    locked.save()
    audit.record(by, "hold.lifted", locked, at=at)
    return locked


@audit.audited
def decide_erasure(
    client: Client,
    *,
    ground: str,
    source: str,
    reason: str,
    code: str,
    despite_retention: str = "",
    by: Actor,
    at: datetime,
) -> Erasure:
    """Decide that a client is erased, after a step-up; the ledger is on disk when this returns (decision 19).

    `code` is the client's code, typed again. Raises ProofNeeded, RuleRefused `legal_hold`, `open_work`, `retention`
    (the controller may decide otherwise: `despite_retention`), InvalidValue, TransitionRefused `erased`.
    """
    access.require(by, Can.ERASE_CLIENT, client)
    proof.demand(by, at)
    locked: Client = Client.objects.locked(client.pk)
    _check(locked, ground=ground, code=code, despite_retention=despite_retention, at=at)
    said = {
        "source": _said(source, "source", "Say where the wish or the order came from, and when."),
        "reason": _said(reason, "reason", "Say why the record may be erased."),
    }
    person = _person(by)
    entry = ledger.append(locked.id, locked.organisation_id, ground=ground, by=person, at=at)
    decision = Erasure(
        organisation_id=locked.organisation_id,
        client=locked,
        ground=ground,
        despite_retention=despite_retention.strip(),
        decided_by_id=person,
        decided_at=at,
        ledger_seq=entry.seq,
        recorded_at=at,
        **said,
    )
    decision.save()
    audit.record(by, "erasure.decided", decision, at=at, ground=ground, ledger=entry.seq)
    return decision


def _check(client: Client, *, ground: str, code: str, despite_retention: str, at: datetime) -> None:
    if client.erased_at is not None or ledger.entry_of(client.id) is not None:
        raise TransitionRefused("This client's record was erased already.", code="erased")
    if ground not in Ground.values:
        raise InvalidValue("Choose the ground.", code="invalid_choice", field="ground")
    own = str(shown(client, "code"))
    if own != CANNOT_BE_READ and code.strip().upper() != own:
        raise InvalidValue("Type the client's code exactly as shown.", code="wrong_code", field="code")
    for block in queries.blocks(client, at):
        if not (block.may_override and despite_retention.strip()):
            field = "despite_retention" if block.may_override else None
            raise RuleRefused(block.message, code=block.code, field=field)


@audit.audited
def carry_out(client: Client, entry: ledger.Entry, *, by: Actor, at: datetime) -> Client:
    """Keys, log, scrub of one entry of the ledger; each may have been done before (restored copy, power cut)."""
    access.require(by, Can.ERASE_CLIENT, client)
    destroying.destroy(client.pk, at=at)
    locked: Client = Client.objects.locked(client.pk)
    known = Erasure._base_manager.filter(client_id=client.pk).exists()
    if not known:
        Erasure(
            organisation_id=locked.organisation_id,
            client=locked,
            ground=entry.ground,
            decided_at=datetime.fromisoformat(entry.at),
            ledger_seq=entry.seq,
            recorded_at=at,
        ).save()
    Client._base_manager.filter(pk=client.pk).update(erased_at=at)
    counts: dict[str, Any] = scrub.scrub(locked, at=at)
    for erase in providers.erasers():
        erase(client.pk, at)
    audit.record(by, "client.erased", locked, at=at, ground=entry.ground, ledger=entry.seq, again=not known, **counts)
    locked.erased_at = at
    return locked
