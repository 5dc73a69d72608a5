"""The access log: append-only, hash-chained, one chain per client (and one per organisation for the rest).

`record` writes one entry inside the transaction of the act. `@audited` opens that transaction and refuses to
commit a verb
that recorded nothing; a refused verb is recorded after its rollback. Entries hold ids, field names and versions, never
clinical text. Hashes are computed here; triggers only refuse changes (decision 21).
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import DatabaseError, transaction
from django.http import Http404

from clinic import access, chains, clock
from clinic.actors import Actor, acting_as
from clinic.encryption import canonical
from clinic.errors import DomainError, KeyStoreAway
from clinic.models.log import NO_ORGANISATION, AuditEntry, ChainHead

GENESIS = chains.GENESIS
OUTCOMES = ("done", "refused", "denied")
SITTING = timedelta(minutes=15)  # a chart is recorded as read once per person, client and sitting (house.md 1.11)
P = ParamSpec("P")
R = TypeVar("R")

_recorded: ContextVar[list[AuditEntry] | None] = ContextVar("recorded", default=None)
_deferring: ContextVar[list[Callable[[], None]] | None] = ContextVar("deferring", default=None)
request_id: ContextVar[str] = ContextVar("request_id", default="")


def hashed(entry: AuditEntry) -> bytes:
    """The canonical fields of an entry, the instant in UTC; `clinic.chains.line` builds the same from text."""
    body = {
        "chain": str(entry.chain_id),
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_kind": entry.actor_kind,
        "actor": str(entry.actor_id or ""),
        "device": entry.device,
        "session": entry.session,
        "request": entry.request,
        "action": entry.action,
        "object_type": entry.object_type,
        "object": str(entry.object_id or ""),
        "client": str(entry.client_id or ""),
        "organisation": str(entry.organisation_id or ""),
        "outcome": entry.outcome,
        "facts": entry.facts,
    }
    return canonical(body)


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over the previous hash and the canonical fields of an entry."""
    return hashlib.sha256(entry.previous.encode() + hashed(entry)).hexdigest()


def _about(record: Any) -> tuple[str, UUID | None, UUID | None, UUID | None]:
    """Object type, object id, client id and organisation id of a record."""
    if record is None:
        return "", None, None, None
    label = record._meta.label_lower
    client_id = record.id if label == "clinic.client" else getattr(record, "client_id", None)
    organisation_id = record.id if label == "clinic.organisation" else getattr(record, "organisation_id", None)
    return label, record.pk, client_id, organisation_id


def _locked_head(chain_id: UUID) -> ChainHead:
    """The head of a chain, locked: one statement, and only the first entry of a chain makes the head."""
    heads = ChainHead.objects.select_for_update()
    found = heads.filter(chain_id=chain_id).first()
    if found is None:
        ChainHead.objects.get_or_create(chain_id=chain_id, defaults={"seq": 0, "hash": GENESIS})
        found = heads.get(chain_id=chain_id)
    return found


def _append(entry: AuditEntry) -> None:
    chain_id = entry.client_id or entry.organisation_id or NO_ORGANISATION
    with transaction.atomic():
        head = _locked_head(chain_id)
        entry.chain_id, entry.seq, entry.previous = chain_id, head.seq + 1, head.hash
        entry.hash = entry_hash(entry)
        entry.save(force_insert=True)
        head.seq, head.hash = entry.seq, entry.hash
        head.save(update_fields=["seq", "hash"])


def record(
    by: Actor,
    action: str,
    obj: Any,
    *,
    at: datetime | None = None,
    outcome: str = "done",
    organisation_id: UUID | None = None,
    **facts: Any,
) -> AuditEntry:
    """Append one entry about `obj`. Raises KeyStoreAway (503) when the log cannot be written: no log, no act."""
    if outcome not in OUTCOMES:
        raise ValueError(f"{outcome} is not an outcome of an entry; name the fact otherwise.")
    object_type, object_id, client_id, own_organisation = _about(obj)
    if client_id in by.glass:
        facts["break_glass"] = True  # everything done under broken glass says so
    entry = AuditEntry(
        at=clock.now() if at is None else at,
        actor_kind=by.kind,
        actor_id=by.actor_id,
        device=by.device[:60],
        session=by.session[:64],
        request=request_id.get()[:36],
        action=action,
        object_type=object_type,
        object_id=object_id if isinstance(object_id, UUID) else None,
        client_id=client_id,
        organisation_id=own_organisation or organisation_id or by.organisation_id,
        outcome=outcome,
        facts=_plain(facts),
    )
    try:
        _append(entry)
    except DatabaseError as error:
        raise KeyStoreAway("The access log cannot be written. Nothing was changed.") from error
    recorded = _recorded.get()
    if recorded is not None:
        recorded.append(entry)
    return entry


def _plain(value: Any) -> Any:
    """Facts as plain JSON values."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (int, bool, type(None))) else str(value)


def viewed(by: Actor, client: Any, *, at: datetime | None = None, what: str = "chart") -> None:
    """Record that a person read a client's chart, once per sitting of 15 minutes."""
    at = at or clock.now()
    recent = AuditEntry.objects.filter(
        chain_id=client.id, actor_id=by.actor_id, action=f"viewed.{what}", at__gt=at - SITTING, at__lte=at
    )
    if client.id in by.glass:
        recent = recent.filter(facts__break_glass=True)
    if not recent.exists():
        record(by, f"viewed.{what}", client, at=at)


@contextmanager
def deferring_refusals() -> Iterator[None]:
    """For doors that hold an outer transaction: refusals inside are written when that transaction is over.

    with audit.deferring_refusals(), transaction.atomic(): …
    """
    pending: list[Callable[[], None]] = []
    token = _deferring.set(pending)
    try:
        yield
    finally:
        _deferring.reset(token)
        for write in pending:
            write()


def denied(by: Actor, verb: str, target: Any, error: Exception) -> None:
    """Record that a person asked for a record that is not theirs to read."""
    organisation_id = getattr(target, "organisation_id", None)
    _refused(by, verb, error, target=target, organisation_id=organisation_id, at=clock.now())


def _refused(
    by: Actor, verb: str, error: Exception, *, target: Any, organisation_id: UUID | None, at: datetime
) -> None:
    outcome = "refused" if isinstance(error, DomainError) else "denied"
    facts = (
        {"code": error.code, "field": error.field or ""}
        if isinstance(error, DomainError)
        else {"reason": getattr(error, "reason", "not_visible")}
    )

    def write() -> None:
        record(by, verb, target, at=at, outcome=outcome, organisation_id=organisation_id, **facts)

    pending = _deferring.get()
    if pending is None:
        write()
    else:
        pending.append(write)


def _target(arguments: dict[str, Any]) -> tuple[Any, UUID | None]:
    """The record a verb is about and its organisation, from the verb's arguments."""
    for value in arguments.values():
        if hasattr(value, "_meta") and hasattr(value, "pk") and value.pk is not None:
            return value, getattr(value, "organisation_id", None)
    return None, None


class NothingRecorded(RuntimeError):
    """A verb finished without a log entry; it is rolled back."""


def audited(verb: Callable[P, R]) -> Callable[P, R]:
    """Run a public service in a transaction, in the name of `by`, and demand a log entry of it."""
    signature = inspect.signature(verb)
    name = f"{verb.__module__.split('.')[0]}.{verb.__name__}"

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        outer = _recorded.get()
        if outer is not None:
            return verb(*args, **kwargs)
        arguments = signature.bind(*args, **kwargs).arguments
        by: Actor = arguments["by"]
        entries: list[AuditEntry] = []
        token = _recorded.set(entries)
        try:
            with transaction.atomic(), acting_as(by):
                result = verb(*args, **kwargs)
                if not entries:
                    raise NothingRecorded(f"{name} recorded nothing in the access log.")
                return result
        except (DomainError, access.Refused, Http404) as error:
            _recorded.reset(token)
            token = _recorded.set(None)
            target, organisation_id = _target(arguments)
            moment = arguments.get("at") or clock.now()
            _refused(by, name, error, target=target, organisation_id=organisation_id, at=moment)
            raise
        finally:
            _recorded.reset(token)

    run.__audited__ = True  # type: ignore[attr-defined]
    return run
