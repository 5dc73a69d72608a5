"""Reads for the devices page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from clinic.devices.models import Device
from clinic.models import Site


def devices(organisation_id: UUID) -> list[Device]:
    """Enrolled devices by site and name, those taken off the list last."""
    rows = Device.objects.filter(organisation_id=organisation_id).select_related("site", "enrolled_by")
    return sorted(rows, key=lambda row: (row.revoked_at is not None, row.site.name, row.label.casefold()))


def sites(organisation_id: UUID) -> Any:
    """Where a device may stand."""
    return Site.objects.filter(organisation_id=organisation_id, is_active=True).order_by("name", "id")


def device_out(device: Device) -> dict[str, Any]:
    """A device for programs, without its secret."""
    return {
        "id": str(device.id),
        "label": device.label,
        "site": str(device.site_id),
        "is_shared": device.is_shared,
        "enrolled_at": device.enrolled_at.isoformat(),
        "revoked_at": device.revoked_at.isoformat() if device.revoked_at else None,
    }
