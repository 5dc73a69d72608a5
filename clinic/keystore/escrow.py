"""Escrow copies: the key-encryption key on two sealed media with two people, each checked by opening it again.

A copy is a box closed by a pass phrase. Inside lie the key ring and a private key of its holder; to the public half the
key store's backups are closed, and later key-encryption keys, so that a rotation needs no new ceremony.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinic.errors import InvalidValue, RuleRefused
from clinic.keystore import box, kek
from clinic.keystore.models import EscrowCopy

NEEDED = 2


@dataclass(frozen=True)
class Opened:
    """What an escrow copy holds."""

    ring: kek.Ring
    identity: bytes
    copy_id: str


def make(holder: str, phrase: str, *, at: datetime) -> tuple[EscrowCopy, bytes]:
    """A new copy for one person: its row, and the file to put on their medium. Raises InvalidValue."""
    name = holder.strip()
    if not name:
        raise InvalidValue("Say who keeps this copy.", code="required", field="holder")
    private, public = box.new_identity()
    row = EscrowCopy.objects.create(holder=name, recipient=public, kek_version=kek.ring().current, made_at=at)
    body = {"ring": kek.body_of(kek.ring()), "identity": base64.b64encode(private).decode(), "copy": str(row.id)}
    return row, box.close(json.dumps(body).encode(), phrases=[phrase])


def opened(data: bytes, phrase: str) -> Opened:
    """What a copy holds. Raises BoxRefused."""
    body: dict[str, Any] = json.loads(box.open_box(data, phrase=phrase))
    return Opened(kek.parse(body["ring"]), base64.b64decode(body["identity"]), body["copy"])


def check(data: bytes, phrase: str, *, at: datetime) -> EscrowCopy:
    """Open a copy from its medium, and compare every key with the one in use. Raises BoxRefused, RuleRefused."""
    found = opened(data, phrase)
    row = EscrowCopy.objects.filter(pk=found.copy_id).first()
    ring = kek.ring()
    if row is None or found.ring.keys.get(ring.current) != ring.keys[ring.current]:
        raise RuleRefused("This copy does not hold the key in use.", code="other_key", field="file")
    row.checked_at = at
    row.save(update_fields=["checked_at"])
    return row


def checked() -> list[EscrowCopy]:
    """Copies that were opened again and hold the key in use, the newest of each holder."""
    rows = EscrowCopy.objects.filter(checked_at__isnull=False).order_by("made_at", "id")
    return list({row.holder.casefold(): row for row in rows}.values())


def is_complete() -> bool:
    """Whether two people hold a checked copy."""
    return len(checked()) >= NEEDED


def recipients() -> list[bytes]:
    """Public keys of the people who can open a backup of the key store."""
    return [bytes(row.recipient) for row in checked()]


def box_of_ring() -> bytes | None:
    """The present key ring, closed to the holders of the copies; None while there are none."""
    known = recipients()
    return box.close(json.dumps(kek.body_of(kek.ring())).encode(), recipients=known) if known else None
