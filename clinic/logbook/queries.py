"""Entries of the log for a screen: staff by name, clients by code only, fifty a page, the same number of
queries for any page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.http import Http404

from clinic import access, clock
from clinic.access import Can
from clinic.actors import Actor
from clinic.logbook.choices import AlarmKind, Answer
from clinic.logbook.services import ACKNOWLEDGED
from clinic.models import AuditEntry, Client, Membership, Organisation, Staff

PAGE = 50
OUTCOMES = ("done", "refused", "denied")
ALARMS_SHOWN = timedelta(days=90)
OTHERS = {"client": "Client with the tablet", "system": "MesoRecord", "nobody": "Somebody not signed in"}


@dataclass(frozen=True)
class Line:
    """One entry as a person reads it."""

    id: UUID
    at: datetime
    who: str
    action: str
    outcome: str
    about: str
    client_id: UUID | None
    client_code: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LogPage:
    """Lines, newest first, and the mark of the next page."""

    lines: list[Line]
    next_before: str


@dataclass(frozen=True)
class Looker:
    """One person who opened, or tried to open, a client's record: what, how often, and when last."""

    who: str
    what: str
    outcome: str
    times: int
    last_at: datetime


@dataclass(frozen=True)
class Alarm:
    """An alarm and what came of it."""

    id: UUID
    at: datetime
    kind: str
    label: str
    who: str
    client_code: str
    client_id: UUID | None
    times: str
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Search:
    """What narrows a search; days are days of the clinic, both included."""

    outcome: str = ""
    action: str = ""
    staff_id: UUID | None = None
    client_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: datetime | None = None


def own_actions(actor: Actor, *, before: datetime | None = None) -> LogPage:
    """What this person did."""
    return _page(AuditEntry.objects.filter(actor_id=actor.staff_id), before)


def search_log(actor: Actor, search: Search) -> LogPage:
    """Entries of the organisations whose log this person may read."""
    rows = AuditEntry.objects.filter(organisation_id__in=access.scope(actor, Can.READ_LOG).everywhere)
    exact = {"outcome": search.outcome, "actor_id": search.staff_id, "client_id": search.client_id}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if search.since:
        rows = rows.filter(at__gte=search.since)
    if search.until:
        rows = rows.filter(at__lt=search.until)
    if search.action:
        rows = rows.filter(Q(action__istartswith=search.action) | Q(action__icontains=f".{search.action}"))
    return _page(rows, search.before)


def people(actor: Actor) -> list[tuple[UUID, str]]:
    """Everybody who ever worked in the organisations whose log this person may read."""
    organisations = access.scope(actor, Can.READ_LOG).everywhere
    held = Membership.objects.filter(organisation_id__in=organisations).values("staff_id")
    return list(Staff.objects.filter(id__in=held, is_system=False).order_by("name").values_list("id", "name"))


def client_with_code(actor: Actor, code: str) -> UUID | None:
    """The client of a code, in the organisations whose log this person may read. Codes are sealed: all are opened."""
    organisations = access.scope(actor, Can.READ_LOG).everywhere
    rows = Client.objects.filter(organisation_id__in=organisations, erased_at__isnull=True)
    wanted = code.strip().casefold()
    return next((client.id for client in rows.with_keys() if client.code.casefold() == wanted), None)


def who_looked(client: Client) -> list[Looker]:
    """Everybody who opened this client's record or was kept from it, the latest first."""
    rows = (
        AuditEntry.objects.filter(chain_id=client.id)
        .filter(Q(action__startswith="viewed.") | Q(outcome="denied"))
        .values("actor_kind", "actor_id", "action", "outcome")
        .annotate(times=Count("id"), last_at=Max("at"))
        .order_by("-last_at")
    )
    found = list(rows)
    names = _names(row["actor_id"] for row in found)
    return [
        Looker(
            _who(row["actor_kind"], row["actor_id"], names), _words(row["action"]), row["outcome"], row["times"],
            row["last_at"],
        )
        for row in found
    ]  # fmt: skip


def alarms(actor: Actor) -> list[Alarm]:
    """Alarms of ninety days: those still open first, then the answered ones, the newest first in each."""
    organisations = access.scope(actor, Can.READ_LOG).everywhere
    rows = AuditEntry.objects.filter(
        organisation_id__in=organisations, at__gt=clock.now() - ALARMS_SHOWN, action__startswith="alarm."
    ).order_by("-at", "-seq")
    found = list(rows)
    answers = {entry.object_id: entry for entry in found if entry.action == ACKNOWLEDGED}
    raised = [entry for entry in found if entry.action != ACKNOWLEDGED]
    names = _names([*(_person(entry) for entry in raised), *(entry.actor_id for entry in answers.values())])
    codes = _codes(raised)
    shown = [_alarm(entry, answers.get(entry.id), names, codes) for entry in raised]
    return sorted(shown, key=lambda alarm: alarm.answered_at is not None)


def organisation_of_alarm(actor: Actor, alarm_id: UUID) -> Organisation:
    """Where an alarm was raised that this person may answer. Raises Http404 for any other."""
    organisations = access.scope(actor, Can.ACKNOWLEDGE_ALARM).everywhere
    rows = AuditEntry.objects.filter(pk=alarm_id, organisation_id__in=organisations, action__startswith="alarm.")
    alarm = rows.exclude(action=ACKNOWLEDGED).first()
    if alarm is None or alarm.organisation_id is None:
        raise Http404
    found: Organisation = Organisation.objects.get(pk=alarm.organisation_id)
    return found


def _person(entry: AuditEntry) -> UUID | None:
    given = entry.facts.get("person")
    return UUID(given) if given else entry.actor_id


def _alarm(entry: AuditEntry, answer: AuditEntry | None, names: dict[UUID, str], codes: dict[UUID, str]) -> Alarm:
    kind = entry.action.removeprefix("alarm.")
    is_about_somebody = "person" in entry.facts or entry.actor_kind == "staff"
    return Alarm(
        id=entry.id,
        at=entry.at,
        kind=kind,
        label=AlarmKind(kind).label if kind in AlarmKind.values else _words(entry.action),
        who=names.get(_person(entry) or UUID(int=0), "") if is_about_somebody else "",
        client_code=codes.get(entry.client_id, "") if entry.client_id else "",
        client_id=entry.client_id,
        times=str(entry.facts.get("times", entry.facts.get("faults", ""))),
        answer=Answer(answer.facts["answer"]).label if answer else "",
        answered_by=names.get(answer.actor_id or UUID(int=0), "") if answer else "",
        answered_at=answer.at if answer else None,
    )


def _names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    return dict(Staff.objects.filter(id__in={one for one in ids if one}).values_list("id", "name"))


def _codes(entries: list[AuditEntry]) -> dict[UUID, str]:
    clients = Client.objects.filter(id__in={e.client_id for e in entries if e.client_id}).with_keys()
    return {client.id: client.code for client in clients if client.erased_at is None}


def _words(action: str) -> str:
    return action.replace("_", " ").replace(".", ": ", 1)


def _who(kind: str, staff_id: UUID | None, names: dict[UUID, str]) -> str:
    return OTHERS.get(kind) or names.get(staff_id or UUID(int=0), "Unknown")


def _page(rows: Any, before: datetime | None) -> LogPage:
    if before is not None:
        rows = rows.filter(at__lt=before)
    found = list(rows.order_by("-at", "-seq")[: PAGE + 1])
    shown = found[:PAGE]
    names, codes = _names([one for entry in shown for one in (entry.actor_id, _person(entry))]), _codes(shown)
    lines = [_line(entry, names, codes) for entry in shown]
    return LogPage(lines, shown[-1].at.isoformat() if len(found) > PAGE else "")


def _line(entry: AuditEntry, names: dict[UUID, str], codes: dict[UUID, str]) -> Line:
    given = {name: value for name, value in entry.facts.items() if name != "occasion"}
    if "person" in given:
        given["person"] = names.get(_person(entry) or UUID(int=0), "Unknown")
    facts = tuple((name.replace("_", " "), str(value)) for name, value in sorted(given.items()))
    return Line(
        id=entry.id,
        at=entry.at,
        who=_who(entry.actor_kind, entry.actor_id, names),
        action=_words(entry.action),
        outcome=entry.outcome,
        about=entry.object_type.rpartition(".")[2],
        client_id=entry.client_id,
        client_code=codes.get(entry.client_id, "") if entry.client_id else "",
        facts=facts,
    )
