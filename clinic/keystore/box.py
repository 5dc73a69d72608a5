"""Sealed boxes: bytes closed to one or more recipients, opened by any one of them. For escrow copies and backups.

recipient   a public key (X25519) or a pass phrase (scrypt)
box         {"format", "to": [{"kind", …, "key"}], "nonce", "body"}   (JSON, base64)
file key    random, closed for each recipient; body = AES-256-GCM(file key, plain), bound to the whole header
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings

from clinic.encryption import canonical
from clinic.errors import DomainError

FORMAT = "mesorecord-box-1"
WORK = 2**17  # scrypt's n: some 0.4 s and 128 MB for each guess at a pass phrase
BLOCK, PARALLEL = 8, 1
ONCE = bytes(12)  # each wrapping key is used for one message only
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: typed from paper without mistakes


class BoxRefused(DomainError):
    """A box that does not open: damaged, another pass phrase, or not for this recipient (422)."""


def new_pass_phrase() -> str:
    """Seven groups of four letters, about 138 bits: written down once, on paper."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(7))


def new_identity() -> tuple[bytes, bytes]:
    """A private key and the public key that boxes are closed to."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _phrase_key(phrase: str, salt: bytes, work: int) -> bytes:
    plain = "".join(phrase.split()).replace("-", "").casefold().encode()
    return Scrypt(salt=salt, length=32, n=work, r=BLOCK, p=PARALLEL).derive(plain)


def _shared_key(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=ephemeral + recipient, info=FORMAT.encode()).derive(shared)


def _for_phrase(file_key: bytes, phrase: str) -> dict[str, Any]:
    salt, work = secrets.token_bytes(16), int(getattr(settings, "ESCROW_WORK", WORK))
    closed = AESGCM(_phrase_key(phrase, salt, work)).encrypt(ONCE, file_key, None)
    return {"kind": "phrase", "salt": _text(salt), "work": work, "key": _text(closed)}


def _for_recipient(file_key: bytes, recipient: bytes) -> dict[str, Any]:
    ephemeral = X25519PrivateKey.generate()
    public = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    closed = AESGCM(_shared_key(shared, public, recipient)).encrypt(ONCE, file_key, None)
    return {"kind": "recipient", "to": _text(recipient), "ephemeral": _text(public), "key": _text(closed)}


def close(plain: bytes, *, recipients: Sequence[bytes] = (), phrases: Sequence[str] = ()) -> bytes:
    """A box for all of these. Without any, ValueError: nobody could open it."""
    if not recipients and not phrases:
        raise ValueError("a box needs somebody who can open it")
    file_key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
    to = [*(_for_phrase(file_key, one) for one in phrases), *(_for_recipient(file_key, one) for one in recipients)]
    head = {"format": FORMAT, "to": to, "nonce": _text(nonce)}
    return json.dumps({**head, "body": _text(AESGCM(file_key).encrypt(nonce, plain, canonical(head)))}).encode()


def open_box(box: bytes, *, identity: bytes | None = None, phrase: str | None = None) -> bytes:
    """What is inside. Raises BoxRefused."""
    try:
        head = json.loads(box)
        body = base64.b64decode(head.pop("body"))
        if head["format"] != FORMAT:
            raise BoxRefused("This is not a box of ours.", code="not_a_box", field="file")
        file_key = _file_key(head["to"], identity, phrase)
        return AESGCM(file_key).decrypt(base64.b64decode(head["nonce"]), body, canonical(head))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BoxRefused("The file is damaged, or not one of ours.", code="not_a_box", field="file") from error
    except InvalidTag as error:
        raise BoxRefused("It does not open: another pass phrase, or a damaged file.", code="wrong_phrase") from error


def _file_key(to: list[dict[str, Any]], identity: bytes | None, phrase: str | None) -> bytes:
    for one in to:
        closed = base64.b64decode(one["key"])
        if one["kind"] == "phrase" and phrase is not None and int(one["work"]) <= WORK:
            key = _phrase_key(phrase, base64.b64decode(one["salt"]), int(one["work"]))
            return AESGCM(key).decrypt(ONCE, closed, None)
        if one["kind"] == "recipient" and identity is not None:
            private = X25519PrivateKey.from_private_bytes(identity)
            own = private.public_key().public_bytes_raw()
            if own == base64.b64decode(one["to"]):
                ephemeral = base64.b64decode(one["ephemeral"])
                shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
                return AESGCM(_shared_key(shared, ephemeral, own)).decrypt(ONCE, closed, None)
    raise BoxRefused("This box was not closed for you.", code="not_for_you")


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
