"""One atomic counter for everything that can be guessed: passwords, codes, PINs, per account and per device.

A try is taken *before* the secret is looked at, under a lock on its row, in a transaction of its own: fifty guesses
sent at once get the free tries and no more (SEC-B5), and no rollback gives one back. Unknown accounts count alike.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from clinic.identity import rules
from clinic.identity.choices import AttemptKind
from clinic.identity.models import Attempt


def _subject(scope: str, name: str) -> str:
    return hashlib.sha256(f"{scope}:{name.strip().casefold()}".encode()).hexdigest()


def _take(kind: AttemptKind, subject: str, free: int, at: datetime) -> None:
    with transaction.atomic(durable=True):
        Attempt.objects.get_or_create(kind=kind, subject=subject, defaults={"last_at": at})
        row = Attempt.objects.select_for_update().get(kind=kind, subject=subject)
        if row.locked_until is not None and row.locked_until > at:
            raise rules.TooManyTries(row.locked_until, at)
        if row.last_at < at - rules.FORGOTTEN_AFTER:
            row.tries = 0
        row.tries, row.last_at = row.tries + 1, at
        lock = rules.lock_after(row.tries, free)
        row.locked_until = at + lock if lock else None
        row.save(update_fields=["tries", "last_at", "locked_until"])


def take(kind: AttemptKind, *, account: str, device: str, at: datetime) -> None:
    """Take one try of an account and of a device. Raises TooManyTries (429) while either is locked."""
    _take(kind, _subject("device", device), rules.FREE_TRIES_OF_DEVICE, at)
    _take(kind, _subject("account", account), rules.FREE_TRIES, at)


def succeeded(kind: AttemptKind, *, account: str, device: str) -> None:
    """The secret was right: the account starts afresh, the device gets this one try back."""
    with transaction.atomic():
        Attempt.objects.filter(kind=kind, subject=_subject("account", account)).delete()
        row = Attempt.objects.select_for_update().filter(kind=kind, subject=_subject("device", device)).first()
        if row is not None:
            row.tries = max(row.tries - 1, 0)
            row.locked_until = None if row.tries < rules.FREE_TRIES_OF_DEVICE else row.locked_until
            row.save(update_fields=["tries", "locked_until"])


def sweep(at: datetime) -> int:
    """Remove counters nobody touched for a day; the number removed."""
    old = Attempt.objects.filter(last_at__lt=at - rules.FORGOTTEN_AFTER).exclude(locked_until__gt=at)
    return old.delete()[0]
