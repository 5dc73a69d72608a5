"""Signed roots: every ten minutes a Merkle root over all chain heads, signed with Ed25519, also written
outside the database together with the heads that moved, so that a chain cut off or rebuilt with its head is found.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import transaction

from clinic import chains
from clinic.keystore import keys
from clinic.models import SignedRoot

ROOT_KEY = "roots"
EVERY_SECONDS = 600


def merkle_root(heads: dict[Any, str]) -> str:
    """Root over (chain, hash) leaves in order of chain id; an odd leaf goes up as it is."""
    level = [hashlib.sha256(f"{chain}:{value}".encode()).digest() for chain, value in sorted(heads.items(), key=str)]
    while len(level) > 1:
        pairs = [level[index : index + 2] for index in range(0, len(level), 2)]
        level = [hashlib.sha256(b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0].hex() if level else hashlib.sha256(b"").hexdigest()


def signed_text(at: datetime, heads: int, root: str) -> bytes:
    """What is signed."""
    return f"mesorecord root {at.isoformat(timespec='microseconds')} {heads} {root}".encode()


def _private_key() -> Any:
    stored = keys.signing_key(ROOT_KEY)
    if stored is None:
        made = Ed25519PrivateKey.generate()
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        keys.save_signing_key(ROOT_KEY, pem, public)
        return made
    return load_pem_private_key(stored[0], password=None)


def path() -> Path:
    """The file outside the database: in the folder MESORECORD_ROOTS names (another disk, better another machine's),
    else beside the databases.
    """
    folder = os.environ.get("MESORECORD_ROOTS") or Path(settings.DATA_DIR) / "roots"
    return Path(folder) / "roots.jsonl"


@dataclass
class Outside:
    """What was written outside: the root of each id, and the newest signed number and hash of each chain."""

    roots: dict[str, str] = field(default_factory=dict)
    heads: chains.Heads = field(default_factory=dict)
    last: str = ""

    def hashes(self) -> dict[str, str]:
        """What the last root was made over."""
        return {chain: value for chain, (_, value) in self.heads.items()}


def outside() -> Outside:
    """Read the file: each line names the heads that moved since the line before."""
    found = Outside()
    if path().exists():
        with path().open(encoding="ascii") as file:
            for body in map(json.loads, file):
                found.roots[body["id"]] = body["root"]
                found.heads |= {chain: (seq, value) for chain, (seq, value) in body.get("moved", {}).items()}
                found.last = body["root"] if "moved" in body else ""
    return found


def make_root(at: datetime) -> SignedRoot:
    """Sign the present heads and append the copy outside; without the copy there is no root.

    Raises OSError when the folder cannot be written.
    """
    before = outside().heads
    with transaction.atomic():
        heads = chains.heads()
        root = merkle_root({chain: value for chain, (_, value) in heads.items()})
        signature = _private_key().sign(signed_text(at, len(heads), root))
        row = SignedRoot.objects.create(at=at, heads=len(heads), root=root, signature=signature)
        moved = {chain: head for chain, head in heads.items() if before.get(chain) != head}
        body = {"id": str(row.id), "at": at.isoformat(), "heads": len(heads), "root": root}
        _append({**body, "signature": signature.hex(), "moved": moved})
    return row


def _append(body: dict[str, Any]) -> None:
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path().open("a", encoding="ascii") as file:
        file.write(json.dumps(body) + "\n")
        file.flush()
        os.fsync(file.fileno())
