"""Signed roots: every ten minutes a Merkle root over all chain heads, signed with Ed25519, also written
outside the database.
"""

from __future__ import annotations

import hashlib
import json
import os
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

from clinic.keystore import keys
from clinic.models import ChainHead, SignedRoot

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


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "roots"


def make_root(at: datetime) -> SignedRoot:
    """Sign the present heads and write the copy outside."""
    with transaction.atomic():
        heads = dict(ChainHead.objects.values_list("chain_id", "hash"))
        root = merkle_root(heads)
        signature = _private_key().sign(signed_text(at, len(heads), root))
        row = SignedRoot.objects.create(at=at, heads=len(heads), root=root, signature=signature)
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = {"id": str(row.id), "at": at.isoformat(), "heads": len(heads), "root": root, "signature": signature.hex()}
    path = folder / "roots.jsonl"
    with path.open("a", encoding="ascii") as file:
        file.write(json.dumps(body) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return row


def outside_copies() -> dict[str, str]:
    """Root by id from the file outside the database."""
    path = _folder() / "roots.jsonl"
    if not path.exists():
        return {}
    lines = path.read_text(encoding="ascii").splitlines()
    return {body["id"]: body["root"] for body in map(json.loads, lines)}
