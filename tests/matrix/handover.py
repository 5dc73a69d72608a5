"""Objects of the hand-over's routes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.factories import World


def objects(world: World) -> dict[str, dict[str, Any]]:
    """Handing over any document of each client."""
    clients = {"own": world.own, "colleague": world.colleague, "other": world.other}
    return {
        "handover-start": {
            relation: {"client_id": client.id, "kind": "questionnaire", "document_id": uuid4()}
            for relation, client in clients.items()
        }
    }
