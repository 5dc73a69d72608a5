"""Sealing rows again with the newest key of their holder.

A row keeps its own version, so that nobody's open form goes stale; the new ciphertext replaces the old one only while
that version is still the one that was read. Frozen rows, history and the log keep their key version (decision 15);
with `everything` (a compromised key) frozen rows and history are sealed again too, inside the logged window.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from clinic import frozen
from clinic.encryption import Sealed, SealedField, open_bytes, seal_bytes, sealed_fields
from clinic.errors import CannotBeRead
from clinic.keystore import keys

CHUNK = 200


def by_holder(model: type[models.Model]) -> dict[str, list[SealedField]]:
    """The sealed columns of a model, by the attribute that names their holder."""
    found: dict[str, list[SealedField]] = {}
    for field in sealed_fields(model):
        found.setdefault(field.holder, []).append(field)
    return found


def is_history(model: type[models.Model]) -> bool:
    """Whether a model holds what rows once were."""
    return any(field.name == "history_id" for field in model._meta.concrete_fields)


def sealed_models(*, history: bool) -> list[type[models.Model]]:
    """Models with sealed columns."""
    return [model for model in apps.get_models() if sealed_fields(model) and (history or not is_history(model))]


def rows(model: type[models.Model], holder: str, ids: Collection[UUID], *, with_frozen: bool) -> Any:
    """Rows of these holders; without `with_frozen` only those that may still change."""
    found = model._base_manager.filter(**{f"{holder}__in": ids}).order_by("pk")
    when = next((one.when for one in frozen.registered() if one.table == model._meta.db_table), None)
    return found if with_frozen or when is None else found.extra(where=[f"({when}) IS NOT TRUE"])  # noqa: S610 - our own registry


def reseal(ids: Collection[UUID], *, everything: bool) -> tuple[int, list[str]]:
    """One pass over all rows of these holders: how many were sealed again, and which values cannot be read."""
    keys.forget()
    keys.prefetch(ids)
    changed, unreadable = 0, []
    for model in sealed_models(history=everything):
        for holder, fields in by_holder(model).items():
            for row in rows(model, holder, ids, with_frozen=everything).iterator(chunk_size=CHUNK):
                done, failed = _reseal_row(row, fields)
                changed += done
                unreadable += failed
    return changed, unreadable


def _reseal_row(row: Any, fields: list[SealedField]) -> tuple[int, list[str]]:
    fresh: dict[str, Sealed] = {}
    failed: list[str] = []
    for field in fields:
        value = row.__dict__.get(field.attname)
        place = field.place(row)
        if value is None:
            continue
        try:
            if value.key_version != keys.current_key(place.holder_id).version:
                fresh[field.attname] = Sealed(seal_bytes(open_bytes(value.blob, place), place))
        except CannotBeRead:
            failed.append(f"{row._meta.label_lower} {row.id}: {field.sealed_as} cannot be read")
    if not fresh:
        return 0, failed
    own = type(row)._base_manager.filter(pk=row.pk, version=row.version)
    return own.update(**fresh), failed


def left_behind(holder_id: UUID, version: int) -> Iterator[str]:
    """Values of a holder that an older key than `version` closed, wherever they are; nothing when it can go."""
    for model in sealed_models(history=True):
        for holder, fields in by_holder(model).items():
            for row in rows(model, holder, [holder_id], with_frozen=True).iterator(chunk_size=CHUNK):
                for field in fields:
                    value = row.__dict__.get(field.attname)
                    if value is not None and value.key_version < version:
                        yield f"{model._meta.label_lower} {row.pk}: {field.sealed_as}"
