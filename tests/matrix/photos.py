"""Records for the access matrix of photographs."""

from __future__ import annotations

from typing import Any

from clinic import photos
from clinic.actors import SYSTEM
from tests.factories import NOW, World
from tests.photos.samples import picture, saved


def objects(world: World) -> dict[str, dict[str, Any]]:
    """For each route, the address parts of the own, the colleague's and the other clinic's record."""
    clients = {"own": world.own, "colleague": world.colleague, "other": world.other}
    upload = saved(picture(64, 48))
    kept = {
        relation: photos.store(upload, client=client, by=SYSTEM, at=NOW, view="P01", stage="before", is_agreed=True)
        for relation, client in clients.items()
    }
    by_client = {relation: {"client_id": client.id} for relation, client in clients.items()}
    by_photo = {relation: {"photo_id": photo.id} for relation, photo in kept.items()}
    # a link holds for one person and session: `everything.ask` signs it for the browser that asks
    images = {
        relation: {"photo_id": photo.id, "size": "thumbnail", "link": "unsigned"} for relation, photo in kept.items()
    }
    return {
        "client-photos": by_client,
        "api-client-photos": by_client,
        "photo-detail": by_photo,
        "api-photo-detail": by_photo,
        "photo-image": images,
    }
