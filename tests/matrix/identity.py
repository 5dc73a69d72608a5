"""Addresses of account and people for the access matrix."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from clinic.actors import SYSTEM
from clinic.choices import Role
from clinic.identity.services import glass, people
from clinic.models import Membership, Staff
from clinic.services import house
from tests.factories import NOW, World, make_client
from tests.identity.support import with_app


def _factor(staff: Staff) -> dict[str, Any]:
    with_app(staff)
    return {"factor_id": Authenticator.objects.get(user=staff).pk}


def _session(staff: Staff) -> dict[str, Any]:
    key = staff.id.hex
    return {"session_id": UserSession.objects.create(user=staff, ip="127.0.0.1", session_key=key, user_agent="").pk}


def _elsewhere(world: World) -> UUID:
    """A closed chart of the other clinic."""
    outsider = world.people["outsider"]
    house.grant_role(world.other_organisation, staff=outsider, role=Role.LEAD, from_on=NOW.date(), by=SYSTEM, at=NOW)
    there = make_client(world.other_organisation, "Closed Elsewhere", phone="07700 900178")
    row = glass.close_chart(there, treated_by=outsider, reason="Works there", by=world.actor("outsider"), at=NOW)
    return row.id


def objects(world: World) -> dict[str, dict[str, dict[str, Any]]]:
    """For each route the address of the own, the colleague's and the other clinic's record."""
    people_by = {"own": "practitioner", "colleague": "colleague", "other": "outsider"}
    own = {relation: world.people[name] for relation, name in people_by.items()}
    staff = {relation: {"staff_id": person.id} for relation, person in own.items()}
    roles = {
        relation: {"staff_id": person.id, "membership_id": Membership.objects.get(staff=person).id}
        for relation, person in own.items()
    }
    invitations, tokens = {}, {}
    for relation, organisation in (("own", world.organisation), ("other", world.other_organisation)):
        made, token = people.invite(organisation, email=f"{relation}@new.example", role=Role.TUTOR, by=SYSTEM, at=NOW)
        invitations[relation], tokens[relation] = {"invitation_id": made.id}, {"token": token}
    sessions = {relation: _session(person) for relation, person in own.items()}
    closed = make_client(world.organisation, "Closed Person", phone="07700 900177")
    row = glass.close_chart(
        closed, treated_by=world.people["colleague"], reason="Works here", by=world.actor("lead"), at=NOW
    )
    clients = {"own": world.own, "colleague": world.colleague, "other": world.other}
    found = {
        "chart-close": {relation: {"client_id": client.id} for relation, client in clients.items()},
        "glass-break": {
            "own": {"client_id": closed.id},
            "colleague": {"client_id": world.own.id},
            "other": {"client_id": world.other.id},
        },
        "chart-reopen": {"own": {"closed_id": row.id}, "other": {"closed_id": _elsewhere(world)}},
        "factor-remove": {relation: _factor(person) for relation, person in own.items()},
        "invitation": {"own": tokens["own"]},
        "session-end": sessions,
        "api-session-end": sessions,
        "invitation-withdraw": invitations,
        "api-invitation-withdraw": invitations,
        "role-end": roles,
        "api-role-end": roles,
    }
    for name in ("chart-close", "glass-break", "chart-reopen"):
        found[f"api-{name}"] = found[name]
    for name in ("person-detail", "role-grant", "sessions-end", "factors-reset"):
        found[name] = found[f"api-{name}"] = staff
    return found
