"""Clients for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import clock, queries, search
from clinic.access import Can
from clinic.api_base import ApiView, StrictSerializer
from clinic.encryption import shown
from clinic.forms.clients import LANGUAGES, NEEDS, SEXES
from clinic.models import Client
from clinic.services import clients as services


class ClientIn(StrictSerializer):
    """What may be said about a client; every field is optional when correcting."""

    legal_name = serializers.CharField(max_length=120, required=False)
    known_as = serializers.CharField(max_length=60, required=False, allow_blank=True)
    birth_date = serializers.DateField(required=False)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    emergency_contact = serializers.CharField(max_length=160, required=False, allow_blank=True)
    gp_practice = serializers.CharField(max_length=160, required=False, allow_blank=True)
    sex = serializers.ChoiceField(choices=SEXES, required=False, allow_blank=True)
    needs = serializers.ListField(child=serializers.ChoiceField(choices=NEEDS), required=False)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)


class NewClientIn(ClientIn):
    """A new client; `is_new_person` answers the question about possible duplicates."""

    legal_name = serializers.CharField(max_length=120)
    birth_date = serializers.DateField()
    is_new_person = serializers.BooleanField(default=False)


class SearchIn(StrictSerializer):
    """A search."""

    query = serializers.CharField(max_length=120)


def client_line(client: Client) -> dict[str, Any]:
    """A client in a list."""
    return {
        "id": str(client.id),
        "name": client.display_name,
        "code": client.display_code,
        "birth_date": shown(client, "birth_date"),
        "phone": shown(client, "phone"),
    }


def client_out(client: Client) -> dict[str, Any]:
    """A client with everything the desk keeps."""
    fields = {name: getattr(client, name) for name in services.CLIENT_FIELDS}
    return {"id": str(client.id), "code": client.code, "version": client.version, **fields}


class ClientsApi(ApiView):
    """GET: a page of clients by name (`after` is the id of the last one seen). POST: a new client."""

    def get(self, request: Request) -> Response:
        """One page."""
        try:
            after = UUID(request.query_params.get("after", ""))
        except ValueError:
            after = None
        found, following = search.in_order(actor=self.actor, after=after)
        return self.respond(
            {"clients": [client_line(c) for c in found], "after": str(following) if following else None}
        )

    def post(self, request: Request) -> Response:
        """Create; 422 `possible_duplicate` names who may be the same person, 422 `under_18` refuses."""
        values = self.parsed(NewClientIn)
        organisation = queries.organisation_for(self.actor, Can.CREATE_CLIENT)
        queries.refuse_duplicates(
            organisation,
            actor=self.actor,
            name=f"{values['legal_name']} {values.get('known_as', '')}",
            birth_date=values["birth_date"],
            phone=values.get("phone", ""),
            confirmed=values.pop("is_new_person"),
        )
        client = services.create_client(organisation, by=self.actor, at=clock.now(), **values)
        return self.respond(client_out(client), status=201, version=client.version)


class ClientSearchApi(ApiView):
    """POST: find clients; a POST, so that no name is part of an address or a log line."""

    def post(self, request: Request) -> Response:
        """Hits, best first."""
        found = search.find(self.parsed(SearchIn)["query"], actor=self.actor)
        return self.respond({"clients": [client_line(client) for client in found]})


class ClientApi(ApiView):
    """One client: read with its version, correct with If-Match."""

    def get(self, request: Request, client_id: UUID) -> Response:
        """Contact data."""
        client = self.load(Client, Can.READ_CONTACT, client_id)
        return self.respond(client_out(client), version=client.version)

    def patch(self, request: Request, client_id: UUID) -> Response:
        """Correct the given fields."""
        client = self.load(Client, Can.EDIT_CLIENT, client_id)
        version = self.version()
        changed = services.edit_client(client, by=self.actor, at=clock.now(), version=version, **self.parsed(ClientIn))
        return self.respond(client_out(changed), version=changed.version)
