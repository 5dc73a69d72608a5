"""The steps after the decision, each safe to repeat: keys, log, scrub. Taken up again by `work` and after a restore."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from clinic import search
from clinic.actors import SYSTEM, Actor
from clinic.erasure import ledger, services
from clinic.erasure.models import Erasure
from clinic.keystore import destroying
from clinic.models import Client

CHUNK = 500


def erase(client: Client, *, by: Actor, at: datetime, **decision: Any) -> Erasure:
    """Decide (see services.decide_erasure) and carry out at once; both doors call this."""
    made = services.decide_erasure(client, by=by, at=at, **decision)
    entry = ledger.entry_of(client.pk)
    assert entry is not None
    services.carry_out(client, entry, by=by, at=at)
    search.forget()
    return made


def settle(at: datetime) -> int:
    """Carry out every entry of the ledger that these databases do not show as done; returns how many were open."""
    open_entries = 0
    known = ledger.entries()
    for start in range(0, len(known), CHUNK):
        some = {entry.client_id: entry for entry in known[start : start + CHUNK]}
        for client_id in destroying.not_destroyed(some):
            destroying.destroy(client_id, at=at)
        for client in _undone(some):
            services.carry_out(client, some[client.pk], by=SYSTEM, at=at)
            open_entries += 1
    if open_entries:
        search.forget()
    return open_entries


def _undone(ids: Collection[UUID]) -> list[Client]:
    """Clients of these ids that are here and not marked as erased, with their decision."""
    decided = set(Erasure._base_manager.filter(client_id__in=ids).values_list("client_id", flat=True))
    rows = Client._base_manager.filter(pk__in=ids)
    return [client for client in rows if client.erased_at is None or client.pk not in decided]


def faults() -> Iterator[str]:
    """For `verify_records`: erased here and not in the ledger, or in the ledger and not erased here."""
    known = {entry.client_id for entry in ledger.entries()}
    marked = set(Client._base_manager.filter(erased_at__isnull=False).values_list("id", flat=True))
    for client_id in sorted((marked | destroying.destroyed()) - known):
        yield f"clinic.client {client_id}: it was erased without an entry in the ledger"
    for client_id in sorted({*destroying.not_destroyed(known), *(client.pk for client in _undone(known))}):
        yield f"clinic.client {client_id}: the ledger says erased; run reapply_erasures"
