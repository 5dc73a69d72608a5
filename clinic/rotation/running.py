"""The loops of a rotation: short transactions, one batch after the other, taken up again where they stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from clinic import clock
from clinic.actors import SYSTEM
from clinic.keystore import keys, rewrapping
from clinic.keystore.models import DataKey, KeyRotation
from clinic.models import Client, Organisation
from clinic.rotation import filing, resealing, services

PAUSE_SECONDS = 0.12  # a little longer than SQLite's longest wait between two tries
PASSES = 5  # a writer may close a value with the key it had just read; later passes find it
Progress = Callable[[int], None]


def rotate_kek(*, batch: int, progress: Progress) -> dict[str, Any]:
    """Make a new key-encryption key (or go on with an interrupted rotation) and wrap everything with it."""
    rotation = services.begin("kek", by=SYSTEM, at=clock.now())
    done, skip = 0, set[Any]()
    while looked_at := rewrapping.rewrap_batch(batch, skip=skip):
        done += looked_at
        progress(done)
        _let_others_write()
    facts = {"version": rotation.target, "rewrapped": done - len(skip), "unreadable": len(skip)}
    services.finish(rotation, by=SYSTEM, at=clock.now(), facts=facts)
    return facts


def _let_others_write() -> None:
    """SQLite hands its one write lock to whoever asks first: without a pause a loop would keep it from everybody."""
    threading.Event().wait(PAUSE_SECONDS)


def _newest(**which: Any) -> dict[UUID, DataKey]:
    """The newest version of every holder, or of some."""
    rows = DataKey.objects.filter(**which).order_by("holder_id", "version").defer("wrapped")
    return {row.holder_id: row for row in rows}


def _pending(rotation: KeyRotation) -> list[UUID]:
    """Clients and organisations this rotation has not done yet. Keys of anything else (staff secrets) hold values
    that are not columns of records; they are wrapped again, never replaced.
    """
    known = {*Client.objects.values_list("id", flat=True), *Organisation.objects.values_list("id", flat=True)}
    waiting = [
        holder
        for holder, row in _newest().items()
        if holder in known
        and (row.created_at < rotation.started_at or row.settled_at is None)
        and rotation.holder_id in {None, holder}
    ]
    return sorted(waiting)


def rotate_data(
    *, batch: int, progress: Progress, compromised: bool = False, holder_id: UUID | None = None
) -> dict[str, Any]:
    """Give holders a new key version and seal again what may change (everything, when compromised)."""
    rotation = services.begin("data", by=SYSTEM, at=clock.now(), compromised=compromised, holder_id=holder_id)
    pending = _pending(rotation)
    total: dict[str, Any] = {"holders": len(pending), "values": 0, "files": 0, "kept_versions": 0}
    unreadable: list[str] = []
    for start in range(0, len(pending), batch):
        some = pending[start : start + batch]
        unreadable += _rotate_holders(some, rotation, total)
        progress(start + len(some))
        _let_others_write()
    services.finish(rotation, by=SYSTEM, at=clock.now(), facts={**total, "unreadable": len(unreadable)})
    return {**total, "unreadable": unreadable}


def _rotate_holders(ids: list[UUID], rotation: KeyRotation, total: dict[str, Any]) -> list[str]:
    for holder, row in _newest(holder_id__in=ids).items():
        if row.created_at < rotation.started_at:
            keys.add_version(holder)
    unreadable: list[str] = []
    for _ in range(PASSES):
        changed, unreadable = resealing.reseal(ids, everything=rotation.compromised)
        total["values"] += changed
        if not changed:
            break
    if rotation.compromised:
        changed, lost = filing.reseal_files(ids)
        total["files"] += changed
        unreadable += lost
        total["kept_versions"] += sum(_keeps_old(holder, lost) for holder in ids)
    for row in DataKey.objects.filter(holder_id__in=ids, settled_at__isnull=True):
        row.settled_at = clock.now()
        row.save(update_fields=["settled_at"])
    keys.forget()
    return unreadable


def _keeps_old(holder: UUID, lost: list[str]) -> bool:
    """Destroy a holder's older keys unless something unreadable may still need them."""
    newest = keys.current_key(holder).version
    left = list(resealing.left_behind(holder, newest)) + lost
    if not left:
        services.destroy_old_versions(holder, left=left, by=SYSTEM, at=clock.now())
    return bool(left)
