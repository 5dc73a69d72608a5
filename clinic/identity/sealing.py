"""Authenticator secrets, sealed with a key of the installation and bound to their person (decision 23).

allauth's MFA adapter hands text to `encrypt` and `decrypt` without saying whose it is; `of` says it.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from uuid import UUID

from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter

from clinic.encryption import Place, open_bytes, seal_bytes
from clinic.errors import KeyStoreAway
from clinic.keystore import keys
from clinic.keystore.models import DataKey

HOLDER = UUID("00000000-0000-4000-8000-000000000002")  # holds the installation's own key, for staff secrets
LABEL = "identity.secret"
_owner: ContextVar[UUID | None] = ContextVar("owner_of_secret", default=None)


@contextlib.contextmanager
def of(staff_id: UUID) -> Iterator[DefaultMFAAdapter]:
    """The MFA adapter, working on one person's secret."""
    token = _owner.set(staff_id)
    try:
        yield get_adapter()
    finally:
        _owner.reset(token)


def _place() -> Place:
    owner = _owner.get()
    if owner is None:
        raise RuntimeError("Say whose secret it is: with sealing.of(staff.id) as adapter.")
    return Place(HOLDER, HOLDER, LABEL, owner, 1)


def _provide_key() -> None:
    if not DataKey.objects.filter(holder_id=HOLDER).exists():
        with contextlib.suppress(KeyStoreAway):  # somebody made it in the same instant
            keys.create_key(HOLDER)


class StaffMFAAdapter(DefaultMFAAdapter):
    """allauth's second factors with our key store and our name."""

    def encrypt(self, text: str) -> str:
        """Sealed and bound to the person `of` named."""
        _provide_key()
        return base64.b64encode(seal_bytes(text.encode(), _place())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises CannotBeRead when the secret was altered or belongs to somebody else."""
        return open_bytes(base64.b64decode(encrypted_text), _place()).decode()

    def get_totp_issuer(self) -> str:
        """The name in the authenticator app."""
        return "MesoRecord"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The relying party: the host without its port, under our name."""
        return {**super().get_public_key_credential_rp_entity(), "name": "MesoRecord"}
