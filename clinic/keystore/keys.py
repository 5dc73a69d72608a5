"""Data keys in use: made, wrapped, opened, kept for one request only.

    key-encryption key (file 0600 or environment, versions) ── wraps ──> data key per holder and version
    (database `keys`)

A holder is a client or an organisation. `prefetch` reads the keys of a page in one statement.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import DatabaseError, transaction

from clinic import clock
from clinic.errors import CannotBeRead, KeyStoreAway
from clinic.keystore.models import DataKey, SigningKey

KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True)
class OpenKey:
    """A data key in memory: its holder, version, bytes and the short id that commits to them."""

    holder_id: UUID
    version: int
    secret: bytes

    @property
    def key_id(self) -> bytes:
        """16 bytes of a hash of the key: a ciphertext names the key that made it."""
        return hashlib.sha256(b"mesorecord key id" + self.secret).digest()[:16]


_cache: ContextVar[dict[tuple[UUID, int], OpenKey] | None] = ContextVar("keys", default=None)
_newest: ContextVar[dict[UUID, int] | None] = ContextVar("newest_keys", default=None)


def forget() -> None:
    """Drop every key this request has opened."""
    _cache.set({})
    _newest.set({})


def _kek_path() -> Path:
    return Path(settings.DATA_DIR) / "keys" / "kek.json"


def make_kek() -> None:
    """Make the key-encryption key file (0600) of a new installation; keeps an existing one."""
    path = _kek_path()
    if path.exists() or os.environ.get("MESORECORD_KEK"):
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = json.dumps({"current": 1, "keys": {"1": base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}})
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(body)


@lru_cache(maxsize=4)
def _keks(path: str, stamp: int) -> tuple[int, dict[int, bytes]]:
    given = os.environ.get("MESORECORD_KEK")
    if given:
        return 1, {1: base64.b64decode(given)}
    body = json.loads(Path(path).read_text(encoding="ascii"))
    return int(body["current"]), {int(version): base64.b64decode(key) for version, key in body["keys"].items()}


def _keys_of_keys() -> tuple[int, dict[int, bytes]]:
    path = _kek_path()
    try:
        make_kek()
        return _keks(str(path), path.stat().st_mtime_ns if path.exists() else 0)
    except OSError as error:
        raise KeyStoreAway from error


def _wrap(plain: bytes, context: bytes) -> tuple[bytes, int]:
    version, keks = _keys_of_keys()
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(keks[version]).encrypt(nonce, plain, context), version


def _unwrap(wrapped: bytes, kek_version: int, context: bytes) -> bytes:
    keks = _keys_of_keys()[1]
    blob = bytes(wrapped)
    try:
        return AESGCM(keks[kek_version]).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], context)
    except (InvalidTag, KeyError) as error:
        raise CannotBeRead("key") from error


def _context(holder_id: UUID, version: int) -> bytes:
    return b"datakey" + holder_id.bytes + version.to_bytes(4, "big")


def _keep(row: DataKey) -> OpenKey:
    opened = OpenKey(
        row.holder_id, row.version, _unwrap(bytes(row.wrapped), row.kek_version, _context(row.holder_id, row.version))
    )
    cache, newest = _cache.get(), _newest.get()
    if cache is None or newest is None:
        forget()
        cache, newest = _cache.get(), _newest.get()
    assert cache is not None
    assert newest is not None
    cache[row.holder_id, row.version] = opened
    newest[row.holder_id] = max(row.version, newest.get(row.holder_id, 0))
    return opened


def create_key(holder_id: UUID) -> OpenKey:
    """Make version 1 of a holder's key. The key is written before the first row that needs it (decision 19)."""
    secret = secrets.token_bytes(KEY_BYTES)
    wrapped, kek_version = _wrap(secret, _context(holder_id, 1))
    try:
        with transaction.atomic(using="keys"):
            row = DataKey.objects.create(
                holder_id=holder_id, version=1, wrapped=wrapped, kek_version=kek_version, created_at=clock.now()
            )
    except DatabaseError as error:
        raise KeyStoreAway from error
    return _keep(row)


def prefetch(holder_ids: Iterable[UUID]) -> None:
    """Open the keys of many holders with one statement."""
    wanted = set(holder_ids) - set(_newest.get() or {})
    if not wanted:
        return
    try:
        for row in DataKey.objects.filter(holder_id__in=wanted):
            _keep(row)
    except DatabaseError as error:
        raise KeyStoreAway from error


def current_key(holder_id: UUID) -> OpenKey:
    """The newest key of a holder. Raises CannotBeRead when it was erased, KeyStoreAway when the store is not there."""
    prefetch([holder_id])
    version = (_newest.get() or {}).get(holder_id)
    if version is None:
        raise CannotBeRead("key")
    return key(holder_id, version)


def key(holder_id: UUID, version: int) -> OpenKey:
    """One version of a holder's key."""
    prefetch([holder_id])
    found = (_cache.get() or {}).get((holder_id, version))
    if found is None:
        raise CannotBeRead("key")
    return found


def save_signing_key(name: str, private_pem: bytes, public: bytes) -> None:
    """Store a signing key, wrapped."""
    wrapped, kek_version = _wrap(private_pem, b"signing" + name.encode())
    SigningKey.objects.create(
        name=name, wrapped=wrapped, public=public, kek_version=kek_version, created_at=clock.now()
    )


def signing_key(name: str) -> tuple[bytes, bytes] | None:
    """Private PEM and public half of a named signing key, or None when it has not been made."""
    try:
        row = SigningKey.objects.filter(name=name).first()
    except DatabaseError as error:
        raise KeyStoreAway from error
    if row is None:
        return None
    return _unwrap(bytes(row.wrapped), row.kek_version, b"signing" + name.encode()), bytes(row.public)
