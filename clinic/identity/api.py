"""People, roles, invitations and sessions for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import clock
from clinic import queries as desk
from clinic.access import Can
from clinic.api_base import ApiView, StrictSerializer
from clinic.choices import Role
from clinic.errors import InvalidValue
from clinic.identity import inviting, queries
from clinic.identity.models import ClosedChart, Invitation
from clinic.identity.services import glass
from clinic.identity.services import people as services
from clinic.models import Client, Membership, Staff
from clinic.services import house


class NothingIn(StrictSerializer):
    """No fields."""


class RoleIn(StrictSerializer):
    """A role."""

    role = serializers.ChoiceField(choices=Role.choices)


class InvitationIn(StrictSerializer):
    """Whom to invite, as what."""

    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=Role.choices)
    name = serializers.CharField(max_length=120, default="", allow_blank=True)


class PeopleApi(ApiView):
    """Everybody who works here."""

    def get(self, request: Request) -> Response:
        """With their roles."""
        organisation = desk.organisation_for(self.actor, Can.MANAGE_STAFF)
        lines = queries.people(organisation.id, clock.today())
        return self.respond({"people": [queries.person_out(line.staff, line.roles) for line in lines]})


class PersonApi(ApiView):
    """One person."""

    def get(self, request: Request, staff_id: UUID) -> Response:
        """With roles, standing and sessions."""
        staff = self.load(Staff, Can.MANAGE_STAFF, staff_id)
        today = clock.today()
        standing = [
            {"kind": line.credential.kind, "title": line.credential.title, "state": line.state}
            for line in queries.standing_of(staff, today)
        ]
        sessions = [queries.session_out(line) for line in queries.sessions_of(staff, now=clock.now())]
        roles = queries.roles_of(staff, self.actor.organisation_id, today)
        return self.respond({**queries.person_out(staff, roles), "standing": standing, "sessions": sessions})


class PersonRolesApi(ApiView):
    """POST: a further role."""

    def post(self, request: Request, staff_id: UUID) -> Response:
        """From today."""
        staff = self.load(Staff, Can.MANAGE_STAFF, staff_id)
        organisation = desk.organisation_for(self.actor, Can.MANAGE_STAFF)
        made = house.grant_role(
            organisation, staff=staff, from_on=clock.today(), by=self.actor, at=clock.now(), **self.parsed(RoleIn)
        )
        return self.respond({"id": str(made.id), "role": made.role}, status=201, version=made.version)


class PersonRoleEndApi(ApiView):
    """POST: a role ends at once."""

    def post(self, request: Request, staff_id: UUID, membership_id: UUID) -> Response:
        """End."""
        membership = self.load(Membership, Can.MANAGE_STAFF, membership_id, staff_id=staff_id)
        self.parsed(NothingIn)
        ended = house.end_role(membership, by=self.actor, at=clock.now())
        return self.respond({"id": str(ended.id), "ended_at": clock.now().isoformat()}, version=ended.version)


class PersonVerbApi(ApiView):
    """POST: a verb without a body on a person; `verb` is given by the address."""

    def post(self, request: Request, staff_id: UUID, verb: str) -> Response:
        """Run it."""
        verbs: dict[str, Any] = {"end-sessions": services.end_sessions_of, "reset-factors": services.reset_factors}
        staff = self.load(Staff, Can.MANAGE_STAFF, staff_id)
        self.parsed(NothingIn)
        verbs[verb](staff, by=self.actor, at=clock.now())
        return self.respond({"id": str(staff.id)})


class InvitationsApi(ApiView):
    """Open invitations."""

    def get(self, request: Request) -> Response:
        """All that can still be accepted."""
        organisation = desk.organisation_for(self.actor, Can.MANAGE_STAFF)
        rows = queries.open_invitations(organisation.id, clock.now())
        return self.respond({"invitations": [queries.invitation_out(row) for row in rows]})

    def post(self, request: Request) -> Response:
        """Invite; the link goes to the address, never into the answer."""
        organisation = desk.organisation_for(self.actor, Can.MANAGE_STAFF)
        made, token = services.invite(organisation, by=self.actor, at=clock.now(), **self.parsed(InvitationIn))
        sent = inviting.send(request._request, made, token)
        return self.respond({**queries.invitation_out(made), "is_sent": sent}, status=201)


class InvitationWithdrawApi(ApiView):
    """POST: an invitation is taken back."""

    def post(self, request: Request, invitation_id: UUID) -> Response:
        """Withdraw."""
        found = self.load(Invitation, Can.MANAGE_STAFF, invitation_id)
        self.parsed(NothingIn)
        services.withdraw_invitation(found, by=self.actor, at=clock.now())
        return self.respond({"id": str(found.id)})


class SessionsApi(ApiView):
    """One's own sessions."""

    def get(self, request: Request) -> Response:
        """Newest first."""
        staff: Any = request._request.user
        current = request._request.session.session_key
        lines = queries.sessions_of(staff, now=clock.now(), current=current)
        return self.respond({"sessions": [queries.session_out(line) for line in lines]})


class SessionEndApi(ApiView):
    """POST: one of one's own sessions ends."""

    def post(self, request: Request, session_id: int) -> Response:
        """End."""
        self.parsed(NothingIn)
        staff: Any = request._request.user
        services.end_own_session(staff, session_id, by=self.actor, at=clock.now())
        return self.respond({"id": session_id})


class ReasonIn(StrictSerializer):
    """Why."""

    reason = serializers.CharField(max_length=500)


class CloseChartIn(ReasonIn):
    """Why, and who treats."""

    treated_by = serializers.UUIDField()


class ChartCloseApi(ApiView):
    """POST: a chart is closed to all who do not treat the client."""

    def post(self, request: Request, client_id: UUID) -> Response:
        """Close."""
        client = self.load(Client, Can.CLOSE_CHART, client_id)
        given = self.parsed(CloseChartIn)
        treating = desk.practitioners(client.organisation_id).filter(pk=given["treated_by"]).first()
        if treating is None:
            raise InvalidValue("Choose somebody of this clinic.", code="invalid_choice", field="treated_by")
        row = glass.close_chart(client, treated_by=treating, reason=given["reason"], by=self.actor, at=clock.now())
        return self.respond({"id": str(row.id)}, status=201, version=row.version)


class GlassBreakApi(ApiView):
    """POST: the lead opens a closed chart for fifteen minutes."""

    def post(self, request: Request, client_id: UUID) -> Response:
        """Break."""
        client = self.load(Client, Can.BREAK_GLASS, client_id)
        made = glass.break_glass(client, by=self.actor, at=clock.now(), **self.parsed(ReasonIn))
        return self.respond({"id": str(made.id), "expires_at": made.expires_at.isoformat()}, status=201)


class GlassListApi(ApiView):
    """Broken glass, for the data protection lead."""

    def get(self, request: Request) -> Response:
        """Newest first; closed charts beside it."""
        lines = [
            {
                "who": line.who,
                "client_code": line.client_code,
                "reason": line.reason,
                "broken_at": line.broken_at.isoformat(),
                "expires_at": line.expires_at.isoformat(),
            }
            for line in queries.broken_glass(self.actor, clock.now())
        ]
        closed = [{"id": str(row.id), "client_code": row.client.code} for row in queries.closed_charts(self.actor)]
        return self.respond({"broken": lines, "closed": closed})


class ChartReopenApi(ApiView):
    """POST: a closed chart is open to the clinic again."""

    def post(self, request: Request, closed_id: UUID) -> Response:
        """Reopen."""
        row = self.load(ClosedChart, Can.REOPEN_CHART, closed_id)
        self.parsed(NothingIn)
        opened = glass.reopen_chart(row, by=self.actor, at=clock.now())
        return self.respond({"id": str(opened.id)}, version=opened.version)
