"""Keeps papers: sealed by the clinic, stored under the client's key, read back only when nothing was altered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from clinic import audit
from clinic.actors import Actor
from clinic.documents import keyring, making, sealing
from clinic.errors import CannotBeRead, DomainError
from clinic.models import Client, Document
from clinic.photos import files
from clinic.photos.files import FilePlace

SEALED, READING = "signed", "reading"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _place(document: Document, part: str) -> FilePlace:
    return FilePlace(document.organisation_id, document.client_id, document.id, part)


def places(document: Document) -> list[FilePlace]:
    """Where the copies of a paper lie."""
    return [_place(document, SEALED), *([_place(document, READING)] if document.reading_sha256 else [])]


def make_pair(kind: str, data: Mapping[str, Any], organisation: Any, *, at: datetime) -> tuple[bytes, bytes]:
    """The sealed copy and the reading copy of one paper."""
    plain = making.render(kind, data, made_at=at, reading=False)
    reading = making.render(kind, data, made_at=at, reading=True)
    return sealing.seal(plain, keyring.signer_for(organisation)), reading


def store_pdf(
    client: Client,
    kind: str,
    pdf_bytes: bytes,
    *,
    by: Actor,
    at: datetime,
    reading: bytes = b"",
    title: str = "",
    about: Any = None,
    facts: Mapping[str, Any] | None = None,
) -> Document:
    """Store a sealed PDF and its reading copy under the client's key; a part of the verb that made it.

    `about` is the record the paper is of. Files are written before the row (security.md 5.5). Raises StorageFull.
    """
    document = Document(
        organisation_id=client.organisation_id,
        client=client,
        kind=kind,
        about_type=about._meta.label_lower if about is not None else "",
        about_id=about.id if about is not None else None,
        title=title,
        sha256=_sha256(pdf_bytes),
        reading_sha256=_sha256(reading) if reading else "",
        size=len(pdf_bytes),
        facts=dict(facts or {}),
        recorded_at=at,
    )
    files.put(_place(document, SEALED), pdf_bytes)
    if reading:
        files.put(_place(document, READING), reading)
    document.save()
    audit.record(by, "document.stored", document, at=at, kind=kind, sha256=document.sha256)
    return document


def open_pdf(document: Document, *, reading: bool = False) -> bytes:
    """The bytes of a paper. Raises CannotBeRead when they are missing, altered, or not the ones the row names."""
    part, expected = (READING, document.reading_sha256) if reading else (SEALED, document.sha256)
    if not expected:
        raise CannotBeRead(f"document {document.id} has no {part} copy")
    pdf = files.get(_place(document, part))
    if _sha256(pdf) != expected:
        raise CannotBeRead(f"document {document.id}")
    return pdf


def known_files() -> Iterator[str]:
    """Names on disk that belong to a document; the sweeper keeps them."""
    for document in Document.objects.only("id", "organisation_id", "client_id").iterator():
        yield _place(document, SEALED).name
        yield _place(document, READING).name


def faults() -> Iterator[str]:
    """One line per paper that cannot be read or whose seal does not hold; for `verify_records`."""
    rows = Document.objects.filter(client__erased_at__isnull=True).select_related("organisation")
    for document in rows.order_by("recorded_at", "id").iterator():
        try:
            pdf = open_pdf(document)
            if document.reading_sha256:
                open_pdf(document, reading=True)
        except DomainError:
            yield f"clinic.document {document.id}: the file cannot be read or was altered"
            continue
        if not sealing.verify(pdf, keyring.trust_root(document.organisation)).good:
            yield f"clinic.document {document.id}: the seal does not hold"
