"""The watch: each round of `manage.py work` looks at the last minutes of the log and raises what is new (S17)."""

from __future__ import annotations

from datetime import datetime, timedelta

from clinic import clock
from clinic.actors import SYSTEM
from clinic.logbook import rules, services
from clinic.logbook.choices import AlarmKind
from clinic.logbook.rules import Act, Found
from clinic.models import AuditEntry, Client, Organisation, Staff


def watch(at: datetime) -> int:
    """Raise the alarms of all organisations that were not raised today; how many there were."""
    return sum(_watch_one(organisation, at) for organisation in Organisation.objects.order_by("id"))


def _watch_one(organisation: Organisation, at: datetime) -> int:
    acts = _acts(organisation, at)
    if not acts:
        return 0
    hours = organisation.settings.get("opening", {})
    found = rules.found_in(
        acts,
        now=at.astimezone(clock.LONDON),
        open_from=hours.get("from", rules.OPEN_FROM),
        open_until=hours.get("until", rules.OPEN_UNTIL),
    )
    known = _known(organisation, at)
    new = [one for one in [*found, *_own_records(acts, at, known)] if one.key not in known]
    clients = {client.id: client for client in Client.objects.filter(id__in={one.client for one in new if one.client})}
    for one in new:
        client = clients.get(one.client) if one.client else None
        facts = {"person": one.person, "times": one.count, "occasion": one.key}
        services.raise_alarm(organisation, one.kind, client=client, by=SYSTEM, at=at, **facts)
    return len(new)


def _acts(organisation: Organisation, at: datetime) -> list[Act]:
    rows = AuditEntry.objects.filter(
        organisation_id=organisation.id, at__gt=at - rules.WINDOW, at__lte=at, actor_kind="staff"
    ).values_list("actor_id", "client_id", "action", "outcome", "at")
    return [
        Act(who, client, action, outcome, when.astimezone(clock.LONDON))
        for who, client, action, outcome, when in rows
        if who is not None
    ]


def _known(organisation: Organisation, at: datetime) -> set[str]:
    """Occasions that were raised already."""
    rows = AuditEntry.objects.filter(
        organisation_id=organisation.id, at__gt=at - timedelta(days=1), action__startswith="alarm."
    ).values_list("facts", flat=True)
    return {facts["occasion"] for facts in rows if "occasion" in facts}


def _own_records(acts: list[Act], at: datetime, known: set[str]) -> list[Found]:
    """Looks at a client who has the person's own surname: their own record, or a relative's."""
    day = at.astimezone(clock.LONDON).date().isoformat()
    looks = {(act.person, act.client) for act in acts if act.is_look and act.client is not None}
    asked = [Found(AlarmKind.OWN_RECORD, who, client, 1, day) for who, client in looks]
    asked = [one for one in asked if one.key not in known]
    names = dict(Staff.objects.filter(id__in={one.person for one in asked}).values_list("id", "name"))
    clients = Client.objects.filter(id__in={one.client for one in asked}, erased_at__isnull=True).with_keys()
    called = {client.id: client.legal_name for client in clients}
    return [one for one in asked if one.client in called and rules.same_surname(names[one.person], called[one.client])]
