"""Addresses of aftercare for the access matrix. Rows are saved as they are: only who may open them is at stake."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aftercare import papers
from aftercare.models import AftercareSheet
from aftercare.rules import Done
from aftercare.texts import parse
from clinic import content
from clinic.models import ContentVersion
from tests.factories import NOW, World
from tests.matrix.treatments import _course, _session

SUMMARY = {
    "lots": [], "points": 0, "volume_ml": 0, "technique_label": "Nappage", "zone_labels": ["Forehead"], "device": "",
    "practitioner": "Practitioner Person",
}  # fmt: skip


def _sheet(client: Any, performer: Any, lead: Any) -> AftercareSheet:
    body = content.shipped("aftercare_texts")
    found = ContentVersion.objects.filter(organisation_id=client.organisation_id, kind="aftercare_texts").first()
    if found is None:
        found = ContentVersion(
            organisation_id=client.organisation_id, kind="aftercare_texts", number=1, body=body,
            digest=content.digest(body), state="published", published_at=NOW, published_by=lead,
        )  # fmt: skip
        found.save()
    session = _session(_course(client, performer))
    done = Done(frozenset({"injection"}), frozenset({"face"}), frozenset(), datetime(2026, 11, 16, 10, tzinfo=UTC))
    shown = papers.sheet_text(parse(body), done, SUMMARY, telephone="020 7946 0100", after_hours="")
    sheet = AftercareSheet(
        organisation_id=client.organisation_id, client=client, session=session, content=found, snapshot=shown,
        ended_at=NOW,
    )  # fmt: skip
    sheet.save()
    return sheet


def objects(world: World) -> dict[str, dict[str, Any]]:
    """For each route the arguments of the own client's, the colleague's client's and the other clinic's record."""
    routes: dict[str, dict[str, Any]] = {}
    whose = {"own": world.own, "colleague": world.colleague, "other": world.other}
    of_session = (
        "session-aftercare", "sheet-compose", "sheet-issue", "sheet-acknowledge", "session-close", "reaction-report",
        "check-in-record", "api-sheet", "api-session-close",
    )  # fmt: skip
    for relation, client in whose.items():
        performer = world.people["outsider" if relation == "other" else "practitioner"]
        sheet = _sheet(client, performer, world.people["lead"])
        routes.setdefault("client-aftercare", {})[relation] = {"client_id": client.id}
        for name in of_session:
            routes.setdefault(name, {})[relation] = {"session_id": sheet.session_id}
        for name in (
            "sheet-print",
            "api-sheet-issue",
            "api-sheet-acknowledge",
            "api-reaction-report",
            "api-check-in-record",
        ):
            routes.setdefault(name, {})[relation] = {"sheet_id": sheet.id}
    return routes
