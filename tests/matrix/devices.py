"""Objects of the devices' routes."""

from __future__ import annotations

from typing import Any

from clinic.choices import Role
from clinic.devices.services import devices
from tests.factories import NOW, World, make_staff
from tests.identity.support import fresh


def objects(world: World) -> dict[str, dict[str, dict[str, Any]]]:
    """A tablet of each clinic."""
    by = fresh(world.people["manager"])
    own, _ = devices.enrol_device(
        world.organisation, site=world.site, label="Room 1, tablet A", is_shared=True, by=by, at=NOW
    )
    there = make_staff("Manager Elsewhere", "manager@b.example", world.other_organisation, Role.MANAGER)
    other, _ = devices.enrol_device(
        world.other_organisation, site=world.other_site, label="Desk", is_shared=False, by=fresh(there), at=NOW
    )
    found = {"own": {"device_id": own.id}, "other": {"device_id": other.id}}
    return {"tablet-revoke": found, "api-tablet-revoke": found}
