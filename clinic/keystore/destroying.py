"""Destroying every key of a holder: what they closed is noise from then on, in every copy that is older than this."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connections, transaction

from clinic.errors import KeyStoreAway
from clinic.keystore import keys
from clinic.keystore.models import DataKey, DestroyedHolder


def destroyed() -> set[UUID]:
    """Holders whose keys were destroyed on purpose."""
    return set(DestroyedHolder.objects.values_list("holder_id", flat=True))


def not_destroyed(ids: Collection[UUID]) -> set[UUID]:
    """Those of these holders who still have a key, or whose destruction is not on record."""
    left = set(DataKey.objects.filter(holder_id__in=ids).values_list("holder_id", flat=True))
    on_record = DestroyedHolder.objects.filter(holder_id__in=ids).values_list("holder_id", flat=True)
    return left | (set(ids) - set(on_record))


def destroy(holder_id: UUID, *, at: datetime) -> int:
    """Delete all versions, remember that they are gone, and leave no bytes behind in the file. Safe to repeat."""
    connection = connections["keys"]
    try:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA secure_delete=ON")
        with transaction.atomic(using="keys"):
            DestroyedHolder.objects.get_or_create(holder_id=holder_id, defaults={"destroyed_at": at})
            gone = DataKey.objects.filter(holder_id=holder_id).delete()[0]
        if gone and not connection.in_atomic_block:
            _sweep_out(connection)
    except DatabaseError as error:
        raise KeyStoreAway from error
    keys.forget()
    return gone


def _sweep_out(connection: object) -> None:
    """The write-ahead log (SQLite) and dead rows (PostgreSQL) still hold the wrapped keys until they are swept."""
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        if connection.vendor == "sqlite":  # type: ignore[attr-defined]
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM keystore_datakey")
