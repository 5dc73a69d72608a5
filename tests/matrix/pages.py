"""Addresses of the client's page and the allergy list for the access matrix."""

from __future__ import annotations

from typing import Any

from clinic.actors import SYSTEM
from clinic.services import clients as services
from tests.factories import NOW, World


def objects(world: World) -> dict[str, dict[str, dict[str, Any]]]:
    """For each route the address of the own, the colleague's and the other clinic's record."""
    clients = {"own": world.own, "colleague": world.colleague, "other": world.other}
    by_client = {key: {"client_id": client.id} for key, client in clients.items()}
    entries = {
        key: services.record_allergy(client, tag="fish", words="fish", by=SYSTEM, at=NOW)
        for key, client in clients.items()
    }
    by_entry = {key: {"client_id": entry.client_id, "entry_id": entry.id} for key, entry in entries.items()}
    return {
        "client-detail": by_client,
        "client-allergies": by_client,
        "allergy-correct": by_entry,
        "api-client-timeline": by_client,
        "api-client-allergies": by_client,
        "api-allergy-correct": by_entry,
    }
