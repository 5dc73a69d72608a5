"""Keys without a client: the key is written first (decision 19), and a record that was rolled back leaves it behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from clinic import audit
from clinic.actors import SYSTEM
from clinic.keystore import keys
from clinic.keystore.models import DataKey
from clinic.models import AuditEntry, Client, Organisation

AFTER = timedelta(hours=24)
MANY = 20  # more at once is no rolled-back record but the wrong database beside the key store
ALARM = "alarm.keys_without_records"


def find(*, at: datetime) -> set[UUID]:
    """Holders whose keys are older than a day and whose record is not there."""
    old = DataKey.objects.filter(created_at__lt=at - AFTER).values_list("holder_id", flat=True)
    found = {holder for holder in old if not keys.is_reserved(holder)}
    if not found:
        return found
    known = {
        *Client._base_manager.values_list("id", flat=True),
        *Organisation._base_manager.values_list("id", flat=True),
    }
    return found - known


def sweep(*, at: datetime) -> int:
    """Delete keys of records that never came to be. With more than twenty at once nothing is deleted, and an alarm
    says so: an older copy of the records was put beside the newest key store, and the rest may still be restored.
    """
    found = find(at=at)
    if len(found) > MANY:
        recent = AuditEntry.objects.filter(action=ALARM, at__gt=at - AFTER)
        if not recent.exists():
            audit.record(SYSTEM, ALARM, None, at=at, keys=len(found))
        return 0
    if found:
        DataKey.objects.filter(holder_id__in=found).delete()
        audit.record(SYSTEM, "keys.orphans_removed", None, at=at, keys=len(found))
    return len(found)
