"""Verbs on visits: book, move through the day, cancel (decision 7)."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from clinic import access, audit, clock, rules
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import Role, VisitKind, VisitState
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import CareRelation, Client, Membership, Site, Staff, Visit


@audit.audited
def book_visit(
    client: Client,
    *,
    site: Site,
    practitioner: Staff,
    kind: str,
    planned_at: datetime,
    planned_minutes: int = 45,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Visit:
    """Book a visit. `planned_minutes` 5–480. A booking with a learner opens their care relation. Raises
    InvalidValue, RuleRefused.
    """
    access.require(by, Can.BOOK_VISIT, client)
    day = planned_at.astimezone(clock.LONDON).date()
    roles = _checked_booking(client, site, practitioner, kind=kind, planned_minutes=planned_minutes, day=day)
    visit = Visit(
        organisation_id=client.organisation_id,
        client=client,
        site=site,
        practitioner=practitioner,
        kind=kind,
        planned_at=planned_at,
        planned_minutes=planned_minutes,
        note=note.strip(),
        recorded_at=at,
    )
    visit.save()
    if Role.LEARNER in roles:
        _treat(client, practitioner, at)
    audit.record(by, "visit.booked", visit, at=at, kind=kind, practitioner=practitioner.id)
    return visit


def _checked_booking(
    client: Client, site: Site, practitioner: Staff, *, kind: str, planned_minutes: int, day: date
) -> frozenset[str]:
    """The practitioner's roles in the clinic on the day of the visit, after every check of a booking."""
    if site.organisation_id != client.organisation_id:
        raise InvalidValue("Choose a site of this clinic.", code="wrong_site", field="site")
    if kind not in VisitKind.values:
        raise InvalidValue("Choose what the visit is for.", code="invalid_choice", field="kind")
    if not 5 <= planned_minutes <= 480:
        raise InvalidValue("Plan between 5 and 480 minutes.", code="out_of_range", field="planned_minutes")
    held = Membership.objects.filter(staff=practitioner, organisation_id=client.organisation_id).held_on(day)
    roles = frozenset(held.values_list("role", flat=True))
    if not roles & {Role.PRACTITIONER, Role.LEARNER, Role.LEAD, Role.PRESCRIBER}:
        raise RuleRefused("This person does not see clients here.", code="not_a_practitioner", field="practitioner")
    return roles


def _treat(client: Client, practitioner: Staff, at: datetime) -> None:
    open_care = CareRelation.objects.filter(client=client, staff=practitioner, from_on__lte=at.date())
    if not open_care.filter(Q(until_on__isnull=True) | Q(until_on__gte=at.date())).exists():
        CareRelation(
            organisation_id=client.organisation_id, client=client, staff=practitioner, from_on=at.date(), recorded_at=at
        ).save()


def _move(visit: Visit, to: VisitState, stamp: str, *, by: Actor, at: datetime, version: int | None) -> Visit:
    access.require(by, Can.MOVE_VISIT, visit)
    locked: Visit = Visit.objects.locked(visit.pk)
    rules.check_version(
        locked.version,
        version,
        now={"state": locked.state, "version": locked.version},
        yours={"state": str(to), "version": version},
    )
    rules.check_move(rules.VISIT_NEXT, VisitState(locked.state), to)
    locked.state = to
    setattr(locked, stamp, at)
    locked.save(update_fields=["state", stamp])
    audit.record(by, f"visit.{to}", locked, at=at, version=locked.version)
    return locked


@audit.audited
def arrive(visit: Visit, *, by: Actor, at: datetime, version: int | None = None) -> Visit:
    """The client is here. Raises TransitionRefused, StaleRecord."""
    return _move(visit, VisitState.ARRIVED, "arrived_at", by=by, at=at, version=version)


@audit.audited
def into_room(visit: Visit, *, by: Actor, at: datetime, version: int | None = None) -> Visit:
    """The client goes into the room."""
    return _move(visit, VisitState.IN_ROOM, "in_room_at", by=by, at=at, version=version)


@audit.audited
def finish_visit(visit: Visit, *, by: Actor, at: datetime, version: int | None = None) -> Visit:
    """The visit is done."""
    return _move(visit, VisitState.DONE, "closed_at", by=by, at=at, version=version)


@audit.audited
def miss_visit(visit: Visit, *, by: Actor, at: datetime, version: int | None = None) -> Visit:
    """The client did not come."""
    return _move(visit, VisitState.MISSED, "closed_at", by=by, at=at, version=version)


@audit.audited
def cancel_visit(visit: Visit, *, by: Actor, at: datetime, version: int | None = None) -> Visit:
    """The visit is called off."""
    return _move(visit, VisitState.CANCELLED, "closed_at", by=by, at=at, version=version)
