"""Entries of the log for a screen: staff by name, clients by code only, fifty a page, the same number of
queries for any page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from clinic import access
from clinic.access import Can
from clinic.actors import Actor
from clinic.models import AuditEntry, Client, Staff

PAGE = 50
OUTCOMES = ("done", "refused", "denied")


@dataclass(frozen=True)
class Line:
    """One entry as a person reads it."""

    id: UUID
    at: datetime
    who: str
    action: str
    outcome: str
    about: str
    client_code: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LogPage:
    """Lines, newest first, and the mark of the next page."""

    lines: list[Line]
    next_before: str


def own_actions(actor: Actor, *, before: datetime | None = None) -> LogPage:
    """What this person did."""
    return _page(AuditEntry.objects.filter(actor_id=actor.staff_id), before, {})


def search_log(
    actor: Actor, *, outcome: str = "", action: str = "", staff_id: UUID | None = None, before: datetime | None = None
) -> LogPage:
    """Entries of the organisations whose log this person may read."""
    organisations = access.scope(actor, Can.READ_LOG).everywhere
    where: dict[str, Any] = {}
    if outcome in OUTCOMES:
        where["outcome"] = outcome
    if staff_id:
        where["actor_id"] = staff_id
    rows = AuditEntry.objects.filter(organisation_id__in=organisations)
    if action:
        rows = rows.filter(Q(action__istartswith=action) | Q(action__icontains=f".{action}"))
    return _page(rows, before, where)


def _page(rows: Any, before: datetime | None, where: dict[str, Any]) -> LogPage:
    if before is not None:
        where = {**where, "at__lt": before}
    found = list(rows.filter(**where).order_by("-at", "-seq")[: PAGE + 1])
    shown = found[:PAGE]
    names = dict(Staff.objects.filter(id__in={e.actor_id for e in shown if e.actor_id}).values_list("id", "name"))
    clients = Client.objects.filter(id__in={e.client_id for e in shown if e.client_id}).with_keys()
    codes = {client.id: client.code for client in clients if client.erased_at is None}
    lines = [_line(entry, names, codes) for entry in shown]
    return LogPage(lines, shown[-1].at.isoformat() if len(found) > PAGE else "")


def _line(entry: AuditEntry, names: dict[UUID, str], codes: dict[UUID, str]) -> Line:
    people = {"client": "Client with the tablet", "system": "MesoRecord"}
    who = people.get(entry.actor_kind) or names.get(entry.actor_id or UUID(int=0), "Unknown")
    facts = tuple((name.replace("_", " "), str(value)) for name, value in sorted(entry.facts.items()))
    return Line(
        id=entry.id,
        at=entry.at,
        who=who,
        action=entry.action.replace("_", " ").replace(".", ": ", 1),
        outcome=entry.outcome,
        about=entry.object_type.rpartition(".")[2],
        client_code=codes.get(entry.client_id, "") if entry.client_id else "",
        facts=facts,
    )
