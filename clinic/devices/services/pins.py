"""Setting a PIN; what the log says of locked sessions."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404

from clinic import audit, proof
from clinic.actors import Actor
from clinic.devices import pins, rules
from clinic.devices.models import Pin
from clinic.errors import InvalidValue
from clinic.models import Staff


@audit.audited
def set_pin(staff: Staff, pin: str, *, by: Actor, at: datetime) -> Pin:
    """A person sets their own PIN, after proving who they are. Raises InvalidValue for a weak one, ProofNeeded."""
    if by.staff_id != staff.id:
        raise Http404
    proof.demand(by, at)
    if not rules.is_pin(pin):
        raise InvalidValue("A PIN has six digits.", code="invalid_pin", field="pin")
    if rules.is_weak(pin):
        message = "This PIN is easily guessed. No rows, repeats or dates: take six digits without a pattern."
        raise InvalidValue(message, code="weak_pin", field="pin")
    found = Pin.objects.select_for_update().filter(staff_id=staff.id).first() or Pin(staff_id=staff.id)
    found.pin_hash, found.set_at = pins.sealed(staff, pin), at
    found.save()
    audit.record(by, "pin.set", staff, at=at)
    return found


@audit.audited
def note_locked(staff: Staff, *, by: Actor, at: datetime) -> None:
    """The person locked their session, or the page did after a rest."""
    audit.record(by, "session.locked", staff, at=at)


@audit.audited
def note_unlocked(staff: Staff, *, by: Actor, at: datetime) -> None:
    """A locked session was opened by PIN."""
    audit.record(by, "session.unlocked", staff, at=at)


@audit.audited
def note_refused(staff: Staff, *, by: Actor, at: datetime) -> None:
    """A wrong PIN."""
    audit.record(by, "session.unlocked", staff, at=at, outcome="denied", reason="wrong_pin")


@audit.audited
def note_death(staff: Staff, *, by: Actor, at: datetime) -> None:
    """A session ended because its PIN was guessed at."""
    audit.record(by, "session.ended", staff, at=at, reason="too_many_tries")
