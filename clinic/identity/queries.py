"""Reads for account and people pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q

from clinic import access
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import CredentialKind, Role
from clinic.identity import factors, rules
from clinic.identity.models import BrokenGlass, ClosedChart, Invitation
from clinic.models import Credential, Membership, Staff


@dataclass(frozen=True)
class SessionLine:
    """One of a person's sessions."""

    id: int
    browser: str
    address: str
    began_at: datetime
    seen_at: datetime
    is_current: bool


def sessions_of(staff: Staff, *, now: datetime, current: str | None = None) -> list[SessionLine]:
    """Sessions that still count, newest first."""
    since = now - rules.SESSION_LASTS
    rows = UserSession.objects.filter(user=staff, created_at__gt=since).order_by("-created_at")
    if staff.signed_out_at is not None:
        rows = rows.filter(created_at__gt=staff.signed_out_at)
    return [
        SessionLine(r.pk, browser_name(r.user_agent), r.ip, r.created_at, r.last_seen_at, r.session_key == current)
        for r in rows
        if r.exists()
    ]


def browser_name(user_agent: str) -> str:
    """What people call a browser and its machine."""
    browsers = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    machines = (
        ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for mark, name in browsers if mark in user_agent), "A browser")
    machine = next((name for mark, name in machines if mark in user_agent), "")
    return f"{browser} on {machine}" if machine else browser


@dataclass(frozen=True)
class RoleLine:
    """One role a person holds here."""

    membership: Membership
    label: str


@dataclass(frozen=True)
class PersonLine:
    """One person of the people page."""

    staff: Staff
    roles: tuple[RoleLine, ...]
    has_factor: bool


def _open_roles(organisation_id: Any, today: date) -> Any:
    held = Membership.objects.filter(organisation_id=organisation_id, ended_at__isnull=True)
    return held.filter(Q(until_on__isnull=True) | Q(until_on__gte=today)).select_related("staff")


def people(organisation_id: Any, today: date) -> list[PersonLine]:
    """Everybody with a role here, by name; three statements whatever their number."""
    roles: dict[Staff, list[RoleLine]] = {}
    for membership in _open_roles(organisation_id, today).order_by("staff__name", "role"):
        roles.setdefault(membership.staff, []).append(RoleLine(membership, Role(membership.role).label))
    safe = set(
        Authenticator.objects.filter(user__in=list(roles), type__in=factors.KINDS).values_list("user_id", flat=True)
    )
    return [PersonLine(staff, tuple(held), staff.id in safe) for staff, held in roles.items() if not staff.is_system]


def roles_of(staff: Staff, organisation_id: Any, today: date) -> list[RoleLine]:
    """The roles a person holds here today or later."""
    rows = _open_roles(organisation_id, today).filter(staff=staff).order_by("role")
    return [RoleLine(row, Role(row.role).label) for row in rows]


@dataclass(frozen=True)
class StandingLine:
    """One credential with what it means today."""

    credential: Credential
    kind: str
    state: str


def standing_of(staff: Staff, today: date) -> list[StandingLine]:
    """A person's credentials: in force, over, or not yet; unverified ones say so."""
    rows = Credential.objects.filter(staff=staff).select_related("verified_by").order_by("kind", "title", "id")
    return [StandingLine(row, CredentialKind(row.kind).label, _state(row, today)) for row in rows]


def _state(row: Credential, today: date) -> str:
    if row.until_on is not None and row.until_on < today:
        return "over"
    if row.from_on is not None and row.from_on > today:
        return "not yet"
    return "in force" if row.verified_on else "not verified"


def open_invitations(organisation_id: Any, now: datetime) -> list[Invitation]:
    """Invitations that can still be accepted."""
    rows = Invitation.objects.filter(
        organisation_id=organisation_id, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
    )
    return list(rows.select_related("invited_by").order_by("-recorded_at", "id"))


def invitation_by(token: str) -> Invitation | None:
    """The invitation of a link's token."""
    rows = Invitation.objects.filter(token_hash=rules.invitation_hash(token)).select_related("organisation")
    found: Invitation | None = rows.first()
    return found


def has_account(email: str) -> bool:
    """Whether there is a person with this address."""
    return bool(Staff.objects.filter(email__iexact=email).exists())


def person_out(staff: Staff, roles: list[RoleLine] | tuple[RoleLine, ...]) -> dict[str, Any]:
    """A person for programs."""
    return {
        "id": str(staff.id),
        "name": staff.name,
        "email": staff.email,
        "position": staff.position,
        "roles": [
            {
                "id": str(line.membership.id),
                "role": line.membership.role,
                "from_on": line.membership.from_on.isoformat(),
            }
            for line in roles
        ],
    }


def invitation_out(invitation: Invitation) -> dict[str, Any]:
    """An invitation for programs, without its token."""
    return {
        "id": str(invitation.id),
        "email": invitation.email,
        "role": invitation.role,
        "expires_at": invitation.expires_at.isoformat(),
    }


def session_out(line: SessionLine) -> dict[str, Any]:
    """A session for programs."""
    return {
        "id": line.id,
        "browser": line.browser,
        "address": line.address,
        "began_at": line.began_at.isoformat(),
        "seen_at": line.seen_at.isoformat(),
        "is_current": line.is_current,
    }


def is_own(staff_id: UUID, actor_id: UUID | None) -> bool:
    """Whether a person looks at themselves: then there is nothing to change here."""
    return staff_id == actor_id


@dataclass(frozen=True)
class GlassLine:
    """One broken glass, for the data protection lead; the client by code."""

    who: str
    client_code: str
    reason: str
    broken_at: datetime
    expires_at: datetime
    is_open: bool


def broken_glass(actor: Actor, now: datetime) -> list[GlassLine]:
    """Every broken glass of the organisations whose log this person reads, newest first."""
    organisations = access.scope(actor, Can.READ_LOG).everywhere
    rows = BrokenGlass.objects.filter(organisation_id__in=organisations).select_related("staff", "client")
    return [
        GlassLine(r.staff.name, r.client.code, r.reason, r.broken_at, r.expires_at, now < r.expires_at)
        for r in rows.order_by("-broken_at", "id").with_keys()
    ]


def closed_charts(actor: Actor) -> list[ClosedChart]:
    """Charts that are closed now, of the organisations in which this person may open them again."""
    organisations = access.scope(actor, Can.REOPEN_CHART).closed
    rows = ClosedChart.objects.filter(organisation_id__in=organisations, reopened_at__isnull=True)
    found: list[ClosedChart] = rows.select_related("client", "closed_by").order_by("-closed_at", "id").with_keys()
    return found
