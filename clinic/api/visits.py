"""Visits for programs."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import clock, queries
from clinic.access import Can
from clinic.api_base import ApiView, StrictSerializer
from clinic.choices import VisitKind
from clinic.errors import InvalidValue
from clinic.models import Client, Visit
from clinic.services import visits as services
from clinic.views.visits import MOVES


class VisitIn(StrictSerializer):
    """A booking; `planned_at` carries its offset, minutes 5–480."""

    kind = serializers.ChoiceField(choices=VisitKind.choices)
    site = serializers.UUIDField()
    practitioner = serializers.UUIDField()
    planned_at = serializers.DateTimeField()
    planned_minutes = serializers.IntegerField(default=45)
    note = serializers.CharField(max_length=200, default="", allow_blank=True)


class EmptyIn(StrictSerializer):
    """A verb without input."""


class ClientVisitsApi(ApiView):
    """POST: book a visit for a client."""

    def post(self, request: Request, client_id: UUID) -> Response:
        """Book."""
        client = self.load(Client, Can.BOOK_VISIT, client_id)
        values = self.parsed(VisitIn)
        site = queries.sites(client.organisation_id).filter(id=values.pop("site")).first()
        practitioner = queries.practitioners(client.organisation_id).filter(id=values.pop("practitioner")).first()
        if site is None:
            raise InvalidValue("Choose a site of this clinic.", code="wrong_site", field="site")
        if practitioner is None:
            raise InvalidValue(
                "This person does not see clients here.", code="not_a_practitioner", field="practitioner"
            )
        visit = services.book_visit(
            client, site=site, practitioner=practitioner, by=self.actor, at=clock.now(), **values
        )
        return self.respond(queries.visit_out(visit), status=201, version=visit.version)


class VisitMoveApi(ApiView):
    """POST with If-Match: arrive, into-room, finish, miss, cancel."""

    def post(self, request: Request, visit_id: UUID, move: str) -> Response:
        """Move."""
        visit = self.load(Visit, Can.MOVE_VISIT, visit_id)
        if move not in MOVES:
            raise Http404
        self.parsed(EmptyIn)
        moved = MOVES[move][0](visit, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(queries.visit_out(moved), version=moved.version)
