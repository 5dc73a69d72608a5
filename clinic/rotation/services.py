"""Verbs of rotation: start one, open and close the window, finish it, destroy old keys. All by the system."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import RuleRefused, TransitionRefused
from clinic.keystore import kek, rewrapping
from clinic.keystore.models import DataKey, KeyRotation
from clinic.rotation import window

BACKUPS_LAST = timedelta(days=30)  # backups of the key store are kept no longer (security.md 5.9)
IN_FLIGHT = timedelta(minutes=10)  # no request that read the old ring lasts longer


def _only_system(by: Actor) -> None:
    if by.kind != "system":
        raise access.Refused(Can.MANAGE_STAFF, "only_at_the_server")


@audit.audited
def begin(
    level: str, *, by: Actor, at: datetime, compromised: bool = False, holder_id: UUID | None = None
) -> KeyRotation:
    """Start a rotation, or take up the one that was interrupted. A `kek` rotation makes the new key first.

    Raises TransitionRefused `kek_from_environment` when the new key has to be given there.
    """
    _only_system(by)
    found = KeyRotation.objects.filter(level=level, finished_at__isnull=True).first()
    if found is None:
        target = _next_kek(at) if level == "kek" else 0
        found = KeyRotation.objects.create(
            level=level, target=target, holder_id=holder_id, compromised=compromised, started_at=at
        )
    audit.record(by, "keys.rotation_started", None, at=at, level=level, compromised=found.compromised, id=found.id)
    if found.compromised and level == "data":
        opened = window.make(at=at)
        audit.record(by, window.OPENED, opened, at=at, rotation=found.id)
    return found


def _next_kek(at: datetime) -> int:
    ring = kek.ring()
    if kek.from_environment():
        if not rewrapping.waiting():
            kek.write(ring)  # refuses, and says what to do
        return ring.current
    return kek.add(at=at)


@audit.audited
def finish(rotation: KeyRotation, *, by: Actor, at: datetime, facts: dict[str, Any]) -> KeyRotation:
    """Close a rotation, and the window with it."""
    _only_system(by)
    closed = window.close(at=at) if rotation.level == "data" and rotation.compromised else None
    if closed is not None:
        audit.record(by, window.CLOSED, closed, at=at, rotation=rotation.id)
    rotation.finished_at = at
    rotation.save(update_fields=["finished_at"])
    audit.record(by, "keys.rotation_finished", None, at=at, level=rotation.level, id=rotation.id, **facts)
    return rotation


@audit.audited
def destroy_old_kek(*, by: Actor, at: datetime, compromised: bool = False) -> set[int]:
    """Destroy key-encryption keys that nothing needs and that no backup of the key store needs any more.

    After a leak (`compromised`) they go after ten minutes; then older backups of the key store open nothing.
    Raises RuleRefused `kek_in_use`, `kek_too_young`.
    """
    _only_system(by)
    ring = kek.ring()
    old = set(ring.keys) - {ring.current}
    needed = old & rewrapping.used_versions()
    if needed:
        raise RuleRefused("Keys still need an old key-encryption key; rotate first.", code="kek_in_use")
    wait = IN_FLIGHT if compromised else BACKUPS_LAST
    young = [v for v in old if datetime.fromisoformat(ring.superseded.get(v, at.isoformat())) + wait > at]
    if young or not old:
        raise RuleRefused(
            "No old key may be destroyed yet: backups of the key store last 30 days, a request ten minutes.",
            code="kek_too_young",
        )
    kek.drop(old)
    audit.record(by, "keys.kek_destroyed", None, at=at, versions=sorted(old), compromised=compromised)
    return old


@audit.audited
def destroy_old_versions(holder_id: UUID, *, left: list[str], by: Actor, at: datetime) -> int:
    """Destroy a holder's older keys once nothing needs them (`left` is empty). Raises TransitionRefused."""
    _only_system(by)
    if left:
        raise TransitionRefused("Values still need an older key.", code="key_in_use", details={"left": left[:20]})
    with transaction.atomic(using="keys"):
        newest = DataKey.objects.filter(holder_id=holder_id).order_by("-version").first()
        gone = DataKey.objects.filter(holder_id=holder_id, version__lt=newest.version).delete()[0] if newest else 0
    audit.record(by, "keys.old_versions_destroyed", None, at=at, holder=holder_id, versions=gone)
    return gone
