"""The key-encryption keys: a 0600 file in the data folder, or the environment; never a database, backup or repository.

    keys/kek.json = {"current": 2, "keys": {"1": base64, "2": base64}, "superseded": {"1": instant}}
    MESORECORD_KEK = base64                      (version 1)
    MESORECORD_KEK = 2:base64,1:base64           (the first is current)

Old versions stay beside the current one until no wrapped key needs them and no backup of the key store is left.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import stat
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from clinic.errors import KeyStoreAway, TransitionRefused

KEY_BYTES = 32
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KekMissing(KeyStoreAway):
    """There is no key file and no key in the environment (503)."""

    def __init__(self) -> None:
        super().__init__("The key-encryption key is missing. Bring it back from an escrow copy (docs/keys.md).")


@dataclass(frozen=True)
class Ring:
    """All key-encryption keys in use; new wraps use `current`. `superseded` says since when a version is old."""

    current: int
    keys: dict[int, bytes]
    superseded: dict[int, str] = field(default_factory=dict)

    def fingerprint(self, version: int) -> str:
        """Sixteen hex digits by which people compare a key without seeing it."""
        return hashlib.sha256(b"mesorecord kek" + self.keys[version]).hexdigest()[:16]


def path() -> Path:
    """Where the file lies."""
    return Path(settings.DATA_DIR) / "keys" / "kek.json"


def from_environment() -> bool:
    """Whether the environment, not the file, holds the keys."""
    return bool(os.environ.get("MESORECORD_KEK"))


def make() -> None:
    """Make the file of a new installation; keeps an existing one."""
    if from_environment() or path().exists():
        return
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = _body(Ring(1, {1: secrets.token_bytes(KEY_BYTES)}))
    try:
        handle = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(body)


def body_of(ring: Ring) -> dict[str, Any]:
    """The content of the file."""
    return {
        "current": ring.current,
        "keys": {str(version): base64.b64encode(key).decode() for version, key in sorted(ring.keys.items())},
        "superseded": {str(version): since for version, since in sorted(ring.superseded.items())},
    }


def _body(ring: Ring) -> str:
    return json.dumps(body_of(ring))


def parse(body: dict[str, Any]) -> Ring:
    """The ring of a file's content. Raises ValueError, KeyError when it is not one."""
    keys = {int(version): base64.b64decode(key, validate=True) for version, key in body["keys"].items()}
    if int(body["current"]) not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
        raise ValueError("not a ring of keys")
    return Ring(int(body["current"]), keys, {int(v): since for v, since in body.get("superseded", {}).items()})


def _given(text: str) -> Ring:
    parts = [part.rpartition(":") for part in text.split(",")]
    keys = {int(version or 1): base64.b64decode(key) for version, _, key in parts}
    return Ring(int(parts[0][0] or 1), keys)


@lru_cache(maxsize=4)
def _read(where: str, stamp: tuple[int, int, int]) -> Ring:
    return parse(json.loads(Path(where).read_text(encoding="ascii")))


def ring() -> Ring:
    """The keys as they are now. Raises KekMissing, KeyStoreAway when they are damaged or open to other users."""
    try:
        if from_environment():
            return _given(os.environ["MESORECORD_KEK"])
        found = path().stat()
        if found.st_mode & OPEN_TO_OTHERS:
            raise KeyStoreAway("Other users of this machine can read the key file; set its permissions to 0600.")
        return _read(str(path()), (found.st_ino, found.st_mtime_ns, found.st_size))
    except FileNotFoundError as error:
        raise KekMissing from error
    except (OSError, ValueError, KeyError) as error:
        raise KeyStoreAway("The key file is damaged or cannot be reached.") from error


def write(new: Ring) -> None:
    """Replace the file at once: whoever reads it sees the old ring or the new one, never half."""
    if from_environment():
        raise TransitionRefused(
            "The key-encryption key comes from the environment: put the new key first in MESORECORD_KEK, keep the old "
            "one behind it, restart, and run this again.",
            code="kek_from_environment",
        )
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path().with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_body(new))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path())
    directory = os.open(path().parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def add(*, at: datetime) -> int:
    """Make a new key and use it from now on; the old ones still open what they closed. Returns its version."""
    old = ring()
    version = max(old.keys) + 1
    keys = {**old.keys, version: secrets.token_bytes(KEY_BYTES)}
    write(Ring(version, keys, {**old.superseded, old.current: at.isoformat()}))
    return version


def drop(versions: set[int]) -> None:
    """Destroy old keys; what they closed and nobody closed again is lost."""
    old = ring()
    kept = {version: key for version, key in old.keys.items() if version not in versions - {old.current}}
    write(Ring(old.current, kept, {version: since for version, since in old.superseded.items() if version in kept}))
