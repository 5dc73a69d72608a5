"""Addresses of the log for the access matrix."""

from __future__ import annotations

from typing import Any

from clinic.actors import SYSTEM
from clinic.logbook import services
from clinic.logbook.choices import AlarmKind
from tests.factories import NOW, World


def objects(world: World) -> dict[str, dict[str, Any]]:
    """An alarm of this organisation and of the other; clients of all three relations."""
    organisations = {"own": world.organisation, "colleague": world.organisation, "other": world.other_organisation}
    alarms = {
        relation: {"alarm_id": services.raise_alarm(organisation, AlarmKind.DENIALS, by=SYSTEM, at=NOW, times=12).id}
        for relation, organisation in organisations.items()
        if relation != "colleague"
    }
    clients = {"own": world.own, "colleague": world.colleague, "other": world.other}
    by_client = {relation: {"client_id": client.id} for relation, client in clients.items()}
    return {
        "alarm-answer": alarms,
        "api-alarm-answer": alarms,
        "who-looked": by_client,
        "api-who-looked": by_client,
    }
