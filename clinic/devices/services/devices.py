"""Enrolling a tablet and taking it off the list."""

from __future__ import annotations

import secrets
from datetime import datetime

from clinic import access, audit, proof
from clinic.access import Can
from clinic.actors import Actor
from clinic.devices import enrolment
from clinic.devices.models import Device
from clinic.errors import InvalidValue, TransitionRefused
from clinic.models import Organisation, Site, Staff


@audit.audited
def enrol_device(
    organisation: Organisation, *, site: Site, label: str, is_shared: bool, by: Actor, at: datetime
) -> tuple[Device, str]:
    """Enrol the browser in use; returns the secret for its cookie, 256 random bits, told this once. Raises
    InvalidValue, ProofNeeded.
    """
    access.require(by, Can.MANAGE_STAFF, organisation)
    proof.demand(by, at)
    name = label.strip()
    if not name:
        raise InvalidValue("Say which tablet this is.", code="required", field="label")
    if site.organisation_id != organisation.id or not site.is_active:
        raise InvalidValue("Choose a site of this clinic.", code="invalid_choice", field="site")
    if Device.objects.filter(organisation=organisation, label__iexact=name, revoked_at__isnull=True).exists():
        raise InvalidValue("A device of this name is enrolled. Take another name.", code="label_taken", field="label")
    token = secrets.token_urlsafe(32)
    device = Device(
        organisation=organisation,
        site=site,
        label=name,
        is_shared=is_shared,
        token_hash=enrolment.token_hash(token),
        enrolled_by=Staff.objects.get(pk=by.staff_id),
        enrolled_at=at,
        recorded_at=at,
    )
    device.save()
    audit.record(by, "device.enrolled", device, at=at, shared=is_shared)
    return device, token


@audit.audited
def revoke_device(device: Device, *, by: Actor, at: datetime) -> Device:
    """Take a device off the list: the next request from it finds every session there over. Raises TransitionRefused."""
    access.require(by, Can.MANAGE_STAFF, device)
    locked: Device = Device.objects.locked(device.pk)
    if locked.revoked_at is not None:
        raise TransitionRefused("This device was taken off the list already.", code="revoked")
    locked.revoked_at, locked.revoked_by_id = at, by.staff_id
    locked.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(by, "device.revoked", locked, at=at)
    return locked
