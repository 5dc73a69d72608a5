"""Reads that fill the desk's screens: clients, possible duplicates, visits of a day, the house, the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from clinic import access, clock, content, rules, search
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import ContentState, Role, VisitKind, VisitState
from clinic.encryption import CANNOT_BE_READ, shown
from clinic.errors import RuleRefused
from clinic.models import Client, ContentVersion, KitCheck, Membership, Organisation, Site, Staff, Visit

TREATING_ROLES = (Role.PRACTITIONER, Role.LEARNER, Role.LEAD, Role.PRESCRIBER)
LOG_PAGE = 50


def organisation_for(actor: Actor, can: Can) -> Organisation:
    """The organisation in which this person works now. Raises Refused when the verb is not granted there."""
    own: Any = actor.organisation_id
    organisation: Organisation | None = Organisation.objects.filter(id=own).first()
    if organisation is None:
        raise access.Refused(can, "no_relation")
    return organisation


def refuse_duplicates(
    organisation: Organisation, *, actor: Actor, name: str, birth_date: date | str, phone: str, confirmed: bool
) -> None:
    """Before a client is created: show who may be the same person.

    Raises RuleRefused `possible_duplicate` with their ids.
    """
    if confirmed:
        return
    found = search.duplicates(organisation, actor=actor, name=name, birth_date=birth_date, phone=phone)
    if found:
        raise RuleRefused(
            "There is already a client who may be the same person. Open that record, or confirm that this is somebody "
            "else.",
            code="possible_duplicate",
            field="is_new_person",
            details={"clients": [str(client.id) for client in found]},
        )


@dataclass(frozen=True)
class ClientLine:
    """One line of the list of clients. `born_on` and `age_years` are None when the record cannot be read."""

    client: Client
    born_on: date | None
    age_years: int | None
    phone: str
    next_visit_at: datetime | None


def client_lines(clients: list[Client]) -> list[ClientLine]:
    """Clients with their next visit; one statement whatever their number."""
    now, today = clock.now(), clock.today()
    rows = Visit.objects.filter(
        client_id__in=[client.id for client in clients],
        planned_at__gte=now - timedelta(hours=1),
        state__in=(VisitState.BOOKED, VisitState.ARRIVED, VisitState.IN_ROOM),
    )
    upcoming = dict(rows.order_by("-planned_at").values_list("client_id", "planned_at"))
    return [_client_line(client, today, upcoming.get(client.id)) for client in clients]


def _client_line(client: Client, today: date, next_visit_at: datetime | None) -> ClientLine:
    phone = str(shown(client, "phone"))
    if shown(client, "birth_date") == CANNOT_BE_READ:
        return ClientLine(client, None, None, phone, next_visit_at)
    return ClientLine(client, client.born_on, client.age_on(today), phone, next_visit_at)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First and last instant of a calendar day of the clinic, in UTC."""
    start = datetime.combine(day, time.min, tzinfo=clock.LONDON)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=clock.LONDON)
    return start.astimezone(UTC), end.astimezone(UTC)


def visits_of_day(actor: Actor, day: date, *, site_id: UUID | None = None) -> list[Visit]:
    """The visits of a day in the order of time; two statements (rows, keys) whatever their number."""
    start, end = day_bounds(day)
    rows = Visit.objects.visible_to(actor, Can.READ_VISITS).filter(planned_at__gte=start, planned_at__lt=end)
    if site_id:
        rows = rows.filter(site_id=site_id)
    return rows.select_related("client", "site", "practitioner").order_by("planned_at", "id").with_keys()


def allowed_moves(visit: Visit) -> frozenset[VisitState]:
    """States a visit may go to now."""
    return rules.VISIT_NEXT[VisitState(visit.state)]


def sites(organisation_id: Any) -> QuerySet[Site]:
    """Places in use."""
    return Site.objects.filter(organisation_id=organisation_id, is_active=True).order_by("name")


def practitioners(organisation_id: Any) -> QuerySet[Staff]:
    """People who see clients."""
    treating = Membership.objects.filter(organisation_id=organisation_id, role__in=TREATING_ROLES)
    held = treating.held_on(clock.today()).values("staff_id")
    found: QuerySet[Staff] = Staff.objects.filter(id__in=held, is_active=True, is_system=False).order_by("name")
    return found


def likely_visit(client: Client, actor: Actor) -> dict[str, Any]:
    """What the next booking of a client most likely is: now, with the person who saw them last, as the path goes on."""
    last = Visit.objects.for_client(client).exclude(state=VisitState.CANCELLED).order_by("-planned_at").first()
    now = clock.now().astimezone(clock.LONDON)
    quarter = (now + timedelta(minutes=14)).replace(second=0, microsecond=0)
    people = practitioners(client.organisation_id)
    who: Any = last.practitioner_id if last else actor.staff_id
    first = people.filter(id=who).first() or people.first()
    return {
        "kind": VisitKind.SESSION if last else VisitKind.CONSULTATION,
        "practitioner": first.id if first else None,
        "site": last.site_id if last else None,
        "on": now.date(),
        "planned_time": quarter.replace(minute=quarter.minute // 15 * 15).strftime("%H:%M"),
        "planned_minutes": 45,
    }


@dataclass(frozen=True)
class StaffLine:
    """One person of the staff list."""

    staff: Staff
    roles: tuple[str, ...]


def staff_lines(organisation_id: Any) -> list[StaffLine]:
    """Everybody who works here, with their roles."""
    held = Membership.objects.filter(organisation_id=organisation_id).held_on(clock.today())
    rows = held.select_related("staff")
    roles: dict[Staff, list[str]] = {}
    for membership in rows.order_by("staff__name", "role"):
        roles.setdefault(membership.staff, []).append(Role(membership.role).label)
    return [StaffLine(staff, tuple(held)) for staff, held in roles.items() if not staff.is_system]


def site_lines(organisation_id: Any) -> list[dict[str, Any]]:
    """Places with the newest check of their emergency kit."""
    newest: dict[UUID, KitCheck] = {}
    for check in KitCheck.objects.filter(organisation_id=organisation_id).order_by("checked_at"):
        newest[check.site_id] = check
    today = clock.today()
    return [
        {"site": site, "kit": newest.get(site.id), "kit_ok": _kit_in_order(newest.get(site.id), today)}
        for site in sites(organisation_id)
    ]


def _kit_in_order(check: KitCheck | None, today: date) -> bool:
    return bool(check and check.is_complete and check.adrenaline_expires_on >= today and check.next_due_on >= today)


def content_versions(organisation_id: Any) -> list[ContentVersion]:
    """All versions of all kinds of content, without their bodies; the newest of each kind first."""
    rows = ContentVersion.objects.filter(organisation_id=organisation_id).defer("body")
    return list(rows.order_by("kind", "-number"))


def kinds_without_version(organisation_id: Any) -> list[str]:
    """Kinds of shipped content this clinic has not taken up yet."""
    known = set(ContentVersion.objects.filter(organisation_id=organisation_id).values_list("kind", flat=True))
    return sorted(kind.name for kind in content.kinds() if kind.name not in known)


def published_count(versions: list[ContentVersion]) -> int:
    """How many kinds are in force."""
    return sum(version.state == ContentState.PUBLISHED for version in versions)


def visit_out(visit: Visit) -> dict[str, Any]:
    """A visit; the client is named by id only."""
    return {
        "id": str(visit.id),
        "client": str(visit.client_id),
        "kind": visit.kind,
        "state": visit.state,
        "site": str(visit.site_id),
        "practitioner": str(visit.practitioner_id),
        "planned_at": visit.planned_at.isoformat(),
        "planned_minutes": visit.planned_minutes,
        "allowed_moves": sorted(allowed_moves(visit)),
        "version": visit.version,
    }
