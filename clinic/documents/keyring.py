"""The clinic's seal: made once, kept wrapped in the key store, parsed once per process."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from clinic import clock
from clinic.documents import sealing
from clinic.documents.sealing import SealKeys, Signer
from clinic.errors import CannotBeRead
from clinic.keystore import keys

_SPLIT = b"-----BEGIN CERTIFICATE-----"


def _name(organisation_id: UUID) -> str:
    return f"seal:{organisation_id}"


def _stored(organisation_id: UUID) -> SealKeys | None:
    found = keys.signing_key(_name(organisation_id))
    if found is None:
        return None
    private, certificates = found
    _, leaf, root = certificates.split(_SPLIT)
    return SealKeys(private, _SPLIT + leaf, _SPLIT + root)


def ensure_seal(organisation: Any) -> SealKeys:
    """The seal of an organisation; made at first use. Two processes making it at once end with the same one."""
    found = _stored(organisation.id)
    if found is not None:
        return found
    made = sealing.make_keys(organisation.name, at=clock.now())
    try:
        with transaction.atomic(using="keys"):
            keys.save_signing_key(_name(organisation.id), made.private_pem, made.leaf_pem + made.root_pem)
    except IntegrityError:
        found = _stored(organisation.id)
        if found is None:
            raise CannotBeRead("seal") from None
        return found
    return made


@lru_cache(maxsize=32)
def _parsed(seal_keys: SealKeys) -> Signer:
    return sealing.signer_of(seal_keys)


def signer_for(organisation: Any) -> Signer:
    """The organisation's seal, ready to use."""
    return _parsed(ensure_seal(organisation))


def trust_root(organisation: Any) -> bytes:
    """The root certificate (PEM) against which the organisation's papers are checked."""
    return ensure_seal(organisation).root_pem
