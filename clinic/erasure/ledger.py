"""The ledger of erasures: a file outside both databases, one signed line per client, chained (security.md 5.4).

    {"seq", "client", "organisation", "at", "ground", "by", "previous", "signature"}

Ids, a time and a word; never a name or a reason in free text. It is copied to every place that keeps backups
(MESORECORD_LEDGER_COPY names one folder), because a restored older copy is erased again from it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings
from django.db import IntegrityError, transaction

from clinic.encryption import canonical
from clinic.keystore import keys

KEY, GENESIS = "ledger", "0" * 64


@dataclass(frozen=True)
class Entry:
    """One client whose keys are to be destroyed, wherever an older copy turns up."""

    seq: int
    client: str
    organisation: str
    at: str
    ground: str
    by: str
    previous: str
    signature: str = ""

    @property
    def client_id(self) -> UUID:
        """Whose record it was."""
        return UUID(self.client)

    def signed_part(self) -> bytes:
        """What is signed, and what the next entry is chained to."""
        return b"mesorecord erasure" + canonical({k: v for k, v in asdict(self).items() if k != "signature"})

    @property
    def digest(self) -> str:
        """The hash the next entry names."""
        return hashlib.sha256(self.signed_part()).hexdigest()


def path() -> Path:
    """Where the ledger lies."""
    return Path(settings.DATA_DIR) / "ledger" / "erasures.jsonl"


def _copies() -> list[Path]:
    other = os.environ.get("MESORECORD_LEDGER_COPY")
    return [path(), *([Path(other) / path().name] if other else [])]


def _signer() -> Ed25519PrivateKey:
    stored = keys.signing_key(KEY)
    if stored is None:
        made = Ed25519PrivateKey.generate()
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        try:
            with transaction.atomic(using="keys"):
                keys.save_signing_key(KEY, pem, public)
        except IntegrityError:
            stored = keys.signing_key(KEY)
        else:
            return made
    assert stored is not None
    loaded: Any = load_pem_private_key(stored[0], password=None)
    return loaded  # type: ignore[no-any-return]


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def entries(file: Path | None = None) -> list[Entry]:
    """All entries in order. A last line that a power cut left unfinished is not one."""
    try:
        text = (file or path()).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [Entry(**json.loads(line)) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def entry_of(client_id: UUID) -> Entry | None:
    """The entry of a client, if they were erased."""
    return next((entry for entry in entries() if entry.client == str(client_id)), None)


def append(client_id: UUID, organisation_id: UUID, *, ground: str, by: UUID | None, at: datetime) -> Entry:
    """Write a client into the ledger, signed, and on disk before anything is destroyed. Twice is once."""
    signer = _signer()
    with _alone(path()):
        known = entries()
        found = next((entry for entry in known if entry.client == str(client_id)), None)
        if found is None:
            unsigned = Entry(
                seq=len(known) + 1,
                client=str(client_id),
                organisation=str(organisation_id),
                at=at.isoformat(),
                ground=ground,
                by=str(by or ""),
                previous=known[-1].digest if known else GENESIS,
            )
            found = Entry(**{**asdict(unsigned), "signature": signer.sign(unsigned.signed_part()).hex()})
            known.append(found)
        for copy in _copies():
            _bring_up(copy, known)
    return found


def _bring_up(file: Path, known: list[Entry]) -> None:
    """Append what a copy of the ledger does not have yet, dropping an unfinished last line."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    have = len(entries(file))
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as out:
        whole = out.read().rfind(b"\n") + 1
        out.truncate(whole)
        out.seek(whole)
        for entry in known[have:]:
            out.write(json.dumps(asdict(entry), sort_keys=True).encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())


def faults() -> Iterator[str]:
    """For `verify_records`: lines that were changed, taken out, or not signed by this installation."""
    stored = keys.signing_key(KEY)
    known = entries()
    if not known:
        return
    public: Any = load_pem_public_key(stored[1]) if stored is not None else None
    previous = GENESIS
    for number, entry in enumerate(known, 1):
        if entry.seq != number or entry.previous != previous:
            yield f"erasure ledger: the chain is broken before entry {entry.seq}"
        if public is None or not _is_signed(entry, public):
            yield f"erasure ledger: entry {entry.seq} is not signed by this installation"
        previous = entry.digest


def _is_signed(entry: Entry, public: Ed25519PublicKey) -> bool:
    try:
        public.verify(bytes.fromhex(entry.signature), entry.signed_part())
    except (InvalidSignature, ValueError):
        return False
    return True
