"""Data keys in use: made, wrapped, opened, kept for one request only.

    key-encryption key (file 0600 or environment, versions) ── wraps ──> data key per holder and version
    (database `keys`)

A holder is a client or an organisation. `prefetch` reads the keys of a page in one statement.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import DatabaseError, transaction
from django.db.models import F

from clinic import clock
from clinic.errors import CannotBeRead, Erased, KeyStoreAway, KeyWornOut
from clinic.keystore import kek
from clinic.keystore.models import DataKey, DestroyedHolder, SigningKey

KEY_BYTES = 32
NONCE_BYTES = 12
COUNT_STEP = 256
MOST_SEALED = 2**30  # values under one key; with random 96-bit nonces 2**32 is the limit (security.md 5.4)


@dataclass(frozen=True)
class OpenKey:
    """A data key in memory: its holder, version, bytes and the short id that commits to them."""

    holder_id: UUID
    version: int
    secret: bytes
    sealed: int = 0

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


def ring() -> kek.Ring:
    """The key-encryption keys; the first one is made only while nothing was ever wrapped.

    A lost key file is never replaced by a new one: what the old one closed would be lost without a word.
    """
    try:
        return kek.ring()
    except kek.KekMissing:
        if DataKey.objects.exists() or SigningKey.objects.exists():
            raise
    kek.make()
    return kek.ring()


def wrap(plain: bytes, context: bytes) -> tuple[bytes, int]:
    """Close a key with the newest key-encryption key; the ciphertext and that key's version."""
    keks = ring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(keks.keys[keks.current]).encrypt(nonce, plain, context), keks.current


def unwrap(wrapped: bytes, kek_version: int, context: bytes) -> bytes:
    """Open a wrapped key. Raises CannotBeRead when it was altered, moved, or its key-encryption key is gone."""
    keks = ring()
    blob = bytes(wrapped)
    try:
        return AESGCM(keks.keys[kek_version]).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], context)
    except (InvalidTag, KeyError) as error:
        raise CannotBeRead("key") from error


def context_of(row: DataKey | SigningKey) -> bytes:
    """What a wrapped key is bound to."""
    if isinstance(row, SigningKey):
        return b"signing" + row.name.encode()
    return _context(row.holder_id, row.version)


def _context(holder_id: UUID, version: int) -> bytes:
    return b"datakey" + holder_id.bytes + version.to_bytes(4, "big")


def _opened() -> tuple[dict[tuple[UUID, int], OpenKey], dict[UUID, int]]:
    """What this request has opened, and the newest version of each holder."""
    cache, newest = _cache.get(), _newest.get()
    if cache is None or newest is None:
        cache, newest = {}, {}
        _cache.set(cache)
        _newest.set(newest)
    return cache, newest


def _keep(row: DataKey) -> OpenKey:
    cache, newest = _opened()
    newest[row.holder_id] = max(row.version, newest.get(row.holder_id, 0))
    secret = unwrap(bytes(row.wrapped), row.kek_version, context_of(row))
    opened = OpenKey(row.holder_id, row.version, secret, row.sealed)
    cache[row.holder_id, row.version] = opened
    return opened


def create_key(holder_id: UUID) -> OpenKey:
    """Make version 1 of a holder's key. The key is written before the first row that needs it (decision 19)."""
    return _new_key(holder_id, 1, settled=True)


def add_version(holder_id: UUID) -> OpenKey:
    """Make the next version of a holder's key: used from now on, the older ones still open what they closed.

    Raises CannotBeRead when the holder has no key, Erased when it was destroyed.
    """
    newest = DataKey.objects.filter(holder_id=holder_id).order_by("-version").first()
    if newest is None:
        raise missing(holder_id)
    return _new_key(holder_id, newest.version + 1, settled=False)


def _new_key(holder_id: UUID, version: int, *, settled: bool) -> OpenKey:
    wrapped, kek_version = wrap(secrets.token_bytes(KEY_BYTES), _context(holder_id, version))
    now = clock.now()
    row = DataKey(
        holder_id=holder_id,
        version=version,
        wrapped=wrapped,
        kek_version=kek_version,
        created_at=now,
        settled_at=now if settled else None,
    )
    try:
        with transaction.atomic(using="keys"):
            row.save(force_insert=True)
    except DatabaseError as error:
        raise KeyStoreAway from error
    return _keep(row)


def prefetch(holder_ids: Iterable[UUID]) -> None:
    """Open the keys of many holders with one statement. A key that does not open fails when it is needed."""
    newest = _opened()[1]
    wanted = {holder_id for holder_id in holder_ids if holder_id not in newest}
    if not wanted:
        return
    try:
        for row in DataKey.objects.filter(holder_id__in=wanted):
            with suppress(CannotBeRead):
                _keep(row)
    except DatabaseError as error:
        raise KeyStoreAway from error


def current_key(holder_id: UUID) -> OpenKey:
    """The newest key of a holder. Raises CannotBeRead when it was erased, KeyStoreAway when the store is not there."""
    prefetch([holder_id])
    version = _opened()[1].get(holder_id)
    if version is None:
        raise missing(holder_id)
    return key(holder_id, version)


def key(holder_id: UUID, version: int) -> OpenKey:
    """One version of a holder's key."""
    prefetch([holder_id])
    found = _opened()[0].get((holder_id, version))
    if found is None:
        raise missing(holder_id)
    return found


def is_destroyed(holder_id: UUID) -> bool:
    """Whether a holder's keys were destroyed on purpose."""
    try:
        return DestroyedHolder.objects.filter(holder_id=holder_id).exists()
    except DatabaseError as error:
        raise KeyStoreAway from error


def missing(holder_id: UUID) -> CannotBeRead:
    """Why a holder's key is not there: Erased when it was destroyed on purpose, else CannotBeRead."""
    return Erased() if is_destroyed(holder_id) else CannotBeRead("key")


def fresh_nonce(opened: OpenKey) -> bytes:
    """A random nonce, counted: one in 256 (by its own first byte) adds 256 to the key's count.

    Raises KeyWornOut when the key has closed 2**30 values.
    """
    if opened.sealed >= MOST_SEALED:
        raise KeyWornOut
    nonce = secrets.token_bytes(NONCE_BYTES)
    if nonce[0] == 0:
        row = DataKey.objects.filter(holder_id=opened.holder_id, version=opened.version)
        try:
            row.update(sealed=F("sealed") + COUNT_STEP)
        except DatabaseError as error:
            raise KeyStoreAway from error
    return nonce


def is_reserved(holder_id: UUID) -> bool:
    """Ids that begin with eight zeros are the installation's own (staff secrets), no client's and no clinic's."""
    return holder_id.int >> 96 == 0


def save_signing_key(name: str, private_pem: bytes, public: bytes) -> None:
    """Store a signing key, wrapped."""
    wrapped, kek_version = wrap(private_pem, b"signing" + name.encode())
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
    return unwrap(bytes(row.wrapped), row.kek_version, b"signing" + name.encode()), bytes(row.public)
