"""Checks that nothing was altered: chains of the log, seals of signed records, every sealed value, files,
signed roots.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.apps import apps
from django.db import models

from clinic import chains, roots, seals
from clinic.encryption import sealed_fields
from clinic.errors import DomainError, Erased
from clinic.keystore import keys
from clinic.models import AuditEntry, SignedRoot
from clinic.roots import ROOT_KEY

CHUNK = 500
Check = Callable[[], Iterable[str]]
_extra: list[Check] = []


def register(check: Check) -> None:
    """Add a check of an app (files, documents); it yields one line per fault, naming the record."""
    _extra.append(check)


def faults() -> Iterator[str]:
    """Every fault found, one line each; nothing when all is well."""
    yield from chain_faults()
    yield from root_faults()
    yield from seal_faults()
    yield from sealed_value_faults()
    yield from version_faults()
    for check in _extra:
        yield from check()


def chain_faults() -> Iterator[str]:
    """Entries of the log that were changed, deleted, inserted, reordered, or cut off at the end."""
    yield from chains.faults()


def root_faults() -> Iterator[str]:
    """Roots whose signature or outside copy does not agree, and chains that are not those that were signed."""
    stored = keys.signing_key(ROOT_KEY)
    if stored is None:
        return
    public: Any = load_pem_public_key(stored[1])
    copies = roots.outside()
    known = set()
    for root in SignedRoot.objects.order_by("at", "id"):
        known.add(str(root.id))
        yield from _one_root(public, root, copies.roots.get(str(root.id)))
    for missing in sorted(set(copies.roots) - known):
        yield f"signed root {missing}: it is missing from the database"
    if copies.roots and roots.merkle_root(copies.hashes()) != copies.last:
        yield "signed roots: the heads written outside the database are not those that were signed"
    yield from chains.signed_faults(copies.heads)


def _one_root(public: Any, root: SignedRoot, copy: str | None) -> Iterator[str]:
    try:
        public.verify(bytes(root.signature), roots.signed_text(root.at, root.heads, root.root))
    except InvalidSignature:
        yield f"signed root {root.id}: the signature does not match"
    if copy is None:
        yield f"signed root {root.id}: the copy outside the database is missing"
    elif copy != root.root:
        yield f"signed root {root.id}: the copy outside the database differs"


def seal_faults() -> Iterator[str]:
    """Signed records whose content is not what was sealed."""
    entries = AuditEntry.objects.filter(action=seals.ACTION).order_by("object_type", "at")
    for label, group in groupby(entries, key=lambda entry: entry.object_type):
        found = seals.payload_of(label)
        if found is None:
            yield f"{label}: no payload is registered, its seals cannot be checked"
            continue
        newest = {entry.object_id: entry for entry in group}
        yield from _sealed_rows(label, *found, newest)


def _sealed_rows(
    label: str, model: type[models.Model], payload: seals.Payload, newest: dict[Any, AuditEntry]
) -> Iterator[str]:
    rows = {row.pk: row for row in model._default_manager.filter(pk__in=list(newest))}
    for pk, entry in newest.items():
        row = rows.get(pk)
        if row is None:
            yield f"{label} {pk}: the sealed record is missing"
            continue
        try:
            value = seals.digest(payload(row))
        except Erased:
            continue
        except (DomainError, ValueError, KeyError):
            yield f"{label} {pk}: the sealed record cannot be read"
            continue
        if value != entry.facts.get("sha256"):
            yield f"{label} {pk}: the record is not what was sealed"


def sealed_value_faults() -> Iterator[str]:
    """Sealed values, live and history, that do not open."""
    for model in apps.get_models():
        fields = sealed_fields(model)
        if fields:
            yield from _values_of(model, fields)


def _values_of(model: type[models.Model], fields: list[Any]) -> Iterator[str]:
    rows = model._default_manager.order_by("pk").iterator(chunk_size=CHUNK)
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _open_all(model, fields, chunk)
            chunk = []
    yield from _open_all(model, fields, chunk)


def _open_all(model: type[models.Model], fields: list[Any], rows: list[Any]) -> Iterator[str]:
    keys.forget()
    keys.prefetch({getattr(row, fields[0].holder) for row in rows})
    for row in rows:
        for field in fields:
            try:
                getattr(row, field.attname)
            except Erased:
                continue
            except (DomainError, ValueError):
                yield f"{model._meta.label_lower} {row.id}: {field.sealed_as} cannot be read"


def version_faults() -> Iterator[str]:
    """Records that are older than their own history (an old row put back), or gone while their history is there."""
    for model in apps.get_models():
        past = getattr(model, "history", None)
        if past is not None and any(field.name == "version" for field in model._meta.concrete_fields):
            yield from _older_than_history(model, past.model)


def _older_than_history(model: type[models.Model], past: type[models.Model]) -> Iterator[str]:
    versions = dict(model._default_manager.values_list("pk", "version"))
    newest = past._default_manager.values("id").annotate(newest=models.Max("version")).values_list("id", "newest")
    removed = set(past._default_manager.filter(history_type="-").values_list("id", flat=True))
    for pk, version in newest.iterator(chunk_size=CHUNK):
        if pk not in versions and pk not in removed:
            yield f"{model._meta.label_lower} {pk}: the record is missing"
        elif versions.get(pk, version) < version:
            yield f"{model._meta.label_lower} {pk}: an older version was put back"


def file_hash(data: bytes) -> str:
    """SHA-256 as text."""
    return hashlib.sha256(data).hexdigest()
