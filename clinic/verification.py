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

from clinic import audit, seals
from clinic.encryption import sealed_fields
from clinic.errors import DomainError
from clinic.keystore import keys
from clinic.models import AuditEntry, ChainHead, SignedRoot
from clinic.roots import ROOT_KEY, merkle_root, outside_copies, signed_text

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
    for check in _extra:
        yield from check()


def chain_faults() -> Iterator[str]:
    """Edited, deleted, cut off or rebuilt entries of the log."""
    heads = {head.chain_id: head for head in ChainHead.objects.all()}
    entries = AuditEntry.objects.order_by("chain_id", "seq").iterator(chunk_size=2000)
    for chain_id, chain in groupby(entries, key=lambda entry: entry.chain_id):
        yield from _one_chain(chain_id, chain, heads.pop(chain_id, None))
    for chain_id in heads:
        yield f"log chain {chain_id}: all entries are missing"


def _one_chain(chain_id: Any, chain: Iterable[AuditEntry], head: ChainHead | None) -> Iterator[str]:
    previous, seq = audit.GENESIS, 0
    for entry in chain:
        seq += 1
        if entry.seq != seq:
            yield f"log chain {chain_id}: entry {seq} is missing"
            seq = entry.seq
        if entry.previous != previous or audit.entry_hash(entry) != entry.hash:
            yield f"log chain {chain_id}: entry {entry.seq} was altered"
        previous = entry.hash
    if head is None or (head.seq, head.hash) != (seq, previous):
        yield f"log chain {chain_id}: the end does not match its head"


def root_faults() -> Iterator[str]:
    """Roots whose signature, outside copy or chains do not agree."""
    stored = keys.signing_key(ROOT_KEY)
    if stored is None:
        return
    public: Any = load_pem_public_key(stored[1])
    outside = outside_copies()
    for root in SignedRoot.objects.order_by("at"):
        text = signed_text(root.at, root.heads, root.root)
        try:
            public.verify(bytes(root.signature), text)
        except InvalidSignature:
            yield f"signed root {root.id}: the signature does not match"
        if str(root.id) in outside and outside[str(root.id)] != root.root:
            yield f"signed root {root.id}: the copy outside the database differs"
    known = set(map(str, SignedRoot.objects.values_list("id", flat=True)))
    for missing in sorted(set(outside) - known):
        yield f"signed root {missing}: it is missing from the database"
    last = SignedRoot.objects.order_by("-at").first()
    if last is not None:
        yield from _rebuilt(last)


def _rebuilt(last: SignedRoot) -> Iterator[str]:
    """A chain rebuilt from the start has other hashes than the signed root was made over."""
    rows = AuditEntry.objects.filter(at__lte=last.at).order_by("chain_id", "seq").values_list("chain_id", "hash")
    heads: dict[Any, str] = dict(rows)  # the last entry of each chain wins
    if len(heads) == last.heads and merkle_root(heads) != last.root:
        yield f"signed root {last.id}: the log is not the one that was signed"


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
            except (DomainError, ValueError):
                yield f"{model._meta.label_lower} {row.id}: {field.sealed_as} cannot be read"


def file_hash(data: bytes) -> str:
    """SHA-256 as text."""
    return hashlib.sha256(data).hexdigest()
