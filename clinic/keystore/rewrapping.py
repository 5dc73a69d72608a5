"""Wrapping every key again with the newest key-encryption key: in batches, resumable, readable all the while."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, transaction

from clinic.errors import CannotBeRead, KeyStoreAway
from clinic.keystore import kek, keys
from clinic.keystore.models import DataKey, SigningKey

TABLES: tuple[Any, ...] = (DataKey, SigningKey)


def waiting() -> int:
    """How many wrapped keys the newest key-encryption key did not close."""
    current = kek.ring().current
    return sum(model.objects.exclude(kek_version=current).count() for model in TABLES)


def used_versions() -> set[int]:
    """Versions of the key-encryption key that something still needs."""
    return {version for model in TABLES for version in model.objects.values_list("kek_version", flat=True).distinct()}


def rewrap_batch(size: int, *, skip: set[Any]) -> int:
    """Wrap up to `size` keys again in one short transaction; returns how many were looked at, 0 at the end.

    A key that does not open stays as it is; its row is added to `skip`.
    """
    current = kek.ring().current
    try:
        with transaction.atomic(using="keys"):
            for model in TABLES:
                rows = list(
                    model.objects.select_for_update()
                    .exclude(kek_version=current)
                    .exclude(pk__in=[pk for table, pk in skip if table is model])
                    .order_by("pk")[:size]
                )
                if rows:
                    model.objects.bulk_update([row for row in rows if _again(row, skip)], ["wrapped", "kek_version"])
                    return len(rows)
    except DatabaseError as error:
        raise KeyStoreAway from error
    return 0


def _again(row: Any, skip: set[Any]) -> bool:
    context = keys.context_of(row)
    try:
        row.wrapped, row.kek_version = keys.wrap(keys.unwrap(bytes(row.wrapped), row.kek_version, context), context)
    except CannotBeRead:
        skip.add((type(row), row.pk))
        return False
    return True
