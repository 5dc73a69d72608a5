"""Addresses of the desk for the access matrix."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from clinic import content
from clinic.actors import SYSTEM
from clinic.services import house, visits
from tests.factories import NOW, World


def _visit(client: Any, site: Any, practitioner: Any) -> Any:
    """A booked visit. The learner's care relation is not opened by it: somebody else treats."""
    return visits.book_visit(
        client, site=site, practitioner=practitioner, kind="session", planned_at=NOW + timedelta(hours=1),
        by=SYSTEM, at=NOW,
    )  # fmt: skip


def _draft(organisation: Any) -> Any:
    return house.draft_content(organisation, "tags", content.shipped("tags"), by=SYSTEM, at=NOW)


def objects(world: World) -> dict[str, dict[str, dict[str, Any]]]:
    """For each route the address of the own, the colleague's and the other clinic's record."""
    clients = {"own": world.own, "colleague": world.colleague, "other": world.other}
    own = _visit(world.own, world.site, world.people["practitioner"])
    colleague = _visit(world.colleague, world.site, world.people["colleague"])
    other = _visit(world.other, world.other_site, world.people["outsider"])
    booked = {"own": own, "colleague": colleague, "other": other}
    by_client = {key: {"client_id": client.id} for key, client in clients.items()}
    by_visit = {key: {"visit_id": visit.id, "move": "arrive"} for key, visit in booked.items()}
    here, there = _draft(world.organisation), _draft(world.other_organisation)
    versions = {"own": {"version_id": here.id}, "colleague": {"version_id": here.id}, "other": {"version_id": there.id}}
    sites = {
        "own": {"site_id": world.site.id}, "colleague": {"site_id": world.site.id},
        "other": {"site_id": world.other_site.id},
    }  # fmt: skip
    return {
        "client-edit": by_client,
        "visit-create": by_client,
        "visit-move": by_visit,
        "kit-check": sites,
        "content-detail": versions,
        "content-review": versions,
        "content-publish": versions,
        "api-client-detail": by_client,
        "api-visit-create": by_client,
        "api-visit-move": by_visit,
        "api-kit-check": sites,
        "api-content-review": versions,
        "api-content-publish": versions,
    }
