"""PINs as they are kept: a keyed hash first (the pepper), Argon2id over it."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from clinic.devices.models import Pin
from clinic.models import Staff


def _peppered(staff_id: object, pin: str) -> str:
    """The pepper is derived from the installation's secret, a 0600 file that is in no database."""
    pepper = hashlib.sha256(f"pin-pepper:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(pepper, f"{staff_id}:{pin}".encode(), hashlib.sha256).hexdigest()


def sealed(staff: Staff, pin: str) -> str:
    """What is stored."""
    return make_password(_peppered(staff.id, pin))


def has_pin(staff: Staff) -> bool:
    """Whether this person has set a PIN."""
    return Pin.objects.filter(staff_id=staff.id).exists()


def is_right(staff: Staff, pin: str) -> bool:
    """Whether this is the person's PIN; the same work for somebody without one."""
    found = Pin.objects.filter(staff_id=staff.id).first()
    if found is None:
        make_password(_peppered(staff.id, pin))
        return False
    return check_password(_peppered(staff.id, pin), found.pin_hash)
