"""Sealed files: photographs, signed PDFs, signature images. UUID names; they open only with the client's key.

    place = FilePlace(organisation_id, client_id, document.id, "signed")
    sha256 = files.put(place, pdf_bytes)                 # before the row is saved
    pdf_bytes = files.get(place, sha256=document.file_sha256)

    file = 0x01 | alg | key version (4) | key id (16) | nonce (12) | AES-256-GCM(bytes | tag)
    key  = HKDF-SHA-256(data key of the holder, info = label, owner uuid, part)

Any record with a UUID can own files: one per `part` (photographs: master, display, thumbnail; documents: signed,
reading; signatures: ink). Order of a write: seal, `.part`, fsync, rename, fsync of the folder, then the row with the
SHA-256 of the ciphertext. A row that was rolled back leaves an orphan, which `sweep` removes after an hour. Nothing
here is ever under a web root; the only way out is a view that asks the policy and writes the log first.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from clinic import noticed
from clinic.errors import CannotBeRead, Erased, StorageFull
from clinic.keystore import keys

FORMAT, AES_GCM = 1, 1
HEADER = 2 + 4 + 16 + 12
ORPHAN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class FilePlace:
    """What a file is: whose key closes it (client or organisation), which record owns it, which part it is."""

    organisation_id: UUID
    holder_id: UUID
    owner_id: UUID
    part: str

    @property
    def name(self) -> str:
        """The name on disk: a UUID, and nothing else."""
        return str(uuid5(self.owner_id, self.part))

    @property
    def path(self) -> Path:
        """Where it lies."""
        return folder() / self.name[:2] / self.name

    @property
    def next_path(self) -> Path:
        """Where it lies while a rotation puts it under a newer key."""
        return self.path.with_suffix(".next")

    def aad(self, version: int, key_id: bytes) -> bytes:
        """What the ciphertext is bound to."""
        parts = (
            self.organisation_id.bytes,
            self.holder_id.bytes,
            b"file." + self.part.encode(),
            self.owner_id.bytes,
            str(version).encode(),
            key_id,
        )
        return b"".join(len(part).to_bytes(2, "big") + part for part in parts)

    def key(self, secret: bytes) -> bytes:
        """The file's own key, derived from the holder's."""
        info = b"mesorecord file" + self.owner_id.bytes + self.part.encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


def folder() -> Path:
    """The folder of all sealed files."""
    return Path(settings.DATA_DIR) / "files"


def put(place: FilePlace, plain: bytes) -> str:
    """Seal and write a file; returns the SHA-256 of its ciphertext. Raises StorageFull, CannotBeRead (key erased)."""
    blob = _sealed(place, plain)
    try:
        _write(place.path, blob)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull("There is no room left for files. Nothing was stored.", code="storage_full") from error
        raise
    return hashlib.sha256(blob).hexdigest()


def _sealed(place: FilePlace, plain: bytes) -> bytes:
    key = keys.current_key(place.holder_id)
    nonce = secrets.token_bytes(12)
    body = AESGCM(place.key(key.secret)).encrypt(nonce, plain, place.aad(key.version, key.key_id))
    return bytes([FORMAT, AES_GCM]) + key.version.to_bytes(4, "big") + key.key_id + nonce + body


def _write(path: Path, blob: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(blob)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def get(place: FilePlace, *, sha256: str | None = None) -> bytes:
    """The plain bytes of a file. Raises CannotBeRead when it is missing, altered, moved, or its key is gone."""
    try:
        return _opened(place, sha256)
    except CannotBeRead as error:
        if keys.is_destroyed(place.holder_id):
            raise Erased from error
        noticed.note(place.organisation_id, place.holder_id, f"file.{place.part}", place.owner_id)
        raise


def _opened(place: FilePlace, sha256: str | None) -> bytes:
    try:
        blob = place.path.read_bytes()
        if sha256 is not None and hashlib.sha256(blob).hexdigest() != sha256:
            blob = place.next_path.read_bytes()  # a rotation was interrupted after the row named the new file
            if hashlib.sha256(blob).hexdigest() != sha256:
                raise CannotBeRead(f"file {place.name}")
    except OSError as error:
        raise CannotBeRead(f"file {place.name}") from error
    if len(blob) < HEADER + 16 or blob[0] != FORMAT or blob[1] != AES_GCM:
        raise CannotBeRead(f"file {place.name}")
    version, key_id, nonce = int.from_bytes(blob[2:6], "big"), blob[6:22], blob[22:34]
    key = keys.key(place.holder_id, version)
    try:
        return AESGCM(place.key(key.secret)).decrypt(nonce, blob[HEADER:], place.aad(version, key_id))
    except InvalidTag as error:
        raise CannotBeRead(f"file {place.name}") from error


def reseal(place: FilePlace) -> str | None:
    """Seal a file again with its holder's newest key, beside the old one; the SHA-256 of the new ciphertext.

    None when the newest key closed it already. `settle` puts it in the old one's place, once its row names that hash;
    until then both stay, and `get` gives whichever the row names. Raises CannotBeRead.
    """
    plain, version = get(place), int.from_bytes(place.path.read_bytes()[2:6], "big")
    if version == keys.current_key(place.holder_id).version:
        return None
    blob = _sealed(place, plain)
    _write(place.next_path, blob)
    return hashlib.sha256(blob).hexdigest()


def settle(place: FilePlace, *, sha256: str | None = None) -> None:
    """Put the file of `reseal` in place; with `sha256` only when it is the one the row names."""
    if not place.next_path.exists():
        return
    if sha256 is None or hashlib.sha256(place.next_path.read_bytes()).hexdigest() == sha256:
        place.next_path.replace(place.path)
    else:
        place.next_path.unlink()


def remove(place: FilePlace) -> None:
    """Delete a file; a missing one is fine."""
    place.path.unlink(missing_ok=True)
    place.next_path.unlink(missing_ok=True)


def stored() -> Iterator[Path]:
    """Every file in the store, unfinished ones included."""
    yield from (path for path in folder().glob("??/*") if path.is_file())


def _belongs(path: Path, names: set[str]) -> bool:
    return path.name in names or (path.suffix == ".next" and path.stem in names)


def sweep(known: Iterable[str], *, at: datetime) -> int:
    """Remove files that no row owns and that are older than an hour; returns how many."""
    names, before = set(known), (at - ORPHAN_AFTER).timestamp()
    orphans = [path for path in stored() if not _belongs(path, names) and path.stat().st_mtime < before]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
