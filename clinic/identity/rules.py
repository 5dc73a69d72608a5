"""Pure rules of identity: lock-outs, one-time codes, words a password may not hold."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from clinic.errors import DomainError

FREE_TRIES = 5  # wrong tries of one account before it is locked (security.md 5.2, B5)
FREE_TRIES_OF_DEVICE = 30  # one device may serve many people
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=24)  # quiet for so long, an account starts afresh

SESSION_LASTS = timedelta(hours=12)  # absolute, however busy (security.md 5.2)
SEEN_EVERY = timedelta(minutes=5)
INVITATION_LASTS = timedelta(hours=24)
GLASS_LASTS = timedelta(minutes=15)  # break-glass (security.md A7)
SHORTEST_REASON = 10  # signs

RECOVERY_CODES = 10
RECOVERY_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs, none like another: 5 bits each
RECOVERY_SIGNS = 16  # 80 bits
TOTP_SECONDS = 30
TOTP_TOLERANCE = 1  # steps before and after: clocks differ
SHORTEST_WORD = 4
FEWEST_SIGNS = 6  # different signs in a password


class TooManyTries(DomainError):
    """Locked for a while, whoever asks and whether or not there is such an account (429)."""

    status = 429

    def __init__(self, until: datetime, at: datetime) -> None:
        minutes = max(1, -int((at - until).total_seconds() // 60))
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__(
            f"Too many tries. Wait {minutes} {unit}, then try again.",
            code="too_many_tries",
            details={"minutes": minutes},
        )


def lock_after(tries: int, free: int) -> timedelta | None:
    """How long an account is locked after its n-th try in a row: not at first, then 1, 2, 4 … minutes, at most 60."""
    if tries < free:
        return None
    return min(FIRST_LOCK * (1 << min(tries - free, 10)), LONGEST_LOCK)


def steps_near(at: datetime) -> range:
    """The time steps whose authenticator code is accepted at an instant."""
    step = int(at.timestamp()) // TOTP_SECONDS
    return range(step - TOTP_TOLERANCE, step + TOTP_TOLERANCE + 1)


def plain_code(text: str) -> str:
    """A typed code without the spaces and dashes it was shown with."""
    return re.sub(r"[\s-]", "", text).upper()


def recovery_hash(staff_id: object, code: str) -> str:
    """What is stored of a recovery code: SHA-256 with the person's id; the code itself holds 80 random bits."""
    return hashlib.sha256(f"recovery:{staff_id}:{plain_code(code)}".encode()).hexdigest()


def invitation_hash(token: str) -> str:
    """What is stored of an invitation's token, which holds 256 random bits."""
    return hashlib.sha256(f"invitation:{token}".encode()).hexdigest()


def forbidden_words(password: str, names: Iterable[str]) -> list[str]:
    """Words of names (people, clinics, the product) that a password holds, whatever stands between its letters."""
    folded = re.sub(r"[\W_]", "", password.casefold())
    words = {word for name in names for word in re.split(r"[\W_]+", name.casefold()) if len(word) >= SHORTEST_WORD}
    return sorted(word for word in words if word in folded)
