"""Addresses of erasure for the access matrix."""

from __future__ import annotations

from typing import Any

from clinic.erasure.models import LegalHold
from tests.factories import NOW, World


def _hold(client: Any, world: World) -> LegalHold:
    row = LegalHold(
        organisation_id=client.organisation_id,
        client=client,
        reason="A claim",
        placed_by=world.people["protection"],
        placed_at=NOW,
        recorded_at=NOW,
    )
    row.save()
    return row


def objects(world: World) -> dict[str, dict[str, dict[str, Any]]]:
    """For each route the address of the own, the colleague's and the other clinic's record."""
    clients = {"own": world.own, "colleague": world.colleague, "other": world.other}
    by_client = {key: {"client_id": client.id} for key, client in clients.items()}
    by_hold = {key: {"hold_id": _hold(client, world).id} for key, client in clients.items()}
    return {
        "erasure-decide": by_client,
        "hold-place": by_client,
        "api-erasure": by_client,
        "api-hold-place": by_client,
        "hold-lift": by_hold,
        "api-hold-lift": by_hold,
    }
