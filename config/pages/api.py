"""Today, timeline and allergies for programs."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import audit, clock, queries
from clinic.access import Can
from clinic.api_base import ApiView, StrictSerializer
from clinic.choices import AllergyStatus
from clinic.models import AllergyEntry, Client
from clinic.services import clients as services
from config.pages import allergies, client_page, today


class AllergyIn(StrictSerializer):
    """A coded allergy."""

    tag = serializers.CharField(max_length=60)
    words = serializers.CharField(max_length=200, default="", allow_blank=True)
    status = serializers.ChoiceField(choices=[AllergyStatus.ACTIVE, AllergyStatus.UNSURE], default=AllergyStatus.ACTIVE)

    def validate_tag(self, value: str) -> str:
        """Only tags of the shipped content."""
        if value not in dict(allergies.tag_choices()):
            raise serializers.ValidationError("Not a known tag.", code="invalid_choice")
        return value


class CorrectionIn(StrictSerializer):
    """Why an entry comes off the list."""

    reason = serializers.CharField(max_length=300)


class TodayApi(ApiView):
    """The visits of a day (`on`, default today)."""

    def get(self, request: Request) -> Response:
        """Visits with their readiness."""
        try:
            day = date.fromisoformat(request.query_params.get("on", ""))
        except ValueError:
            day = clock.today()
        lines = today.lines_of_day(self.actor, day)
        return self.respond({"on": day.isoformat(), "visits": [_line_out(line) for line in lines]})


def _line_out(line: today.Line) -> dict[str, Any]:
    return {
        **queries.visit_out(line.visit),
        "client": str(line.visit.client_id) if line.name else None,
        "client_name": line.name,
        "readiness": {dot["name"].lower(): dot["state"] for dot in line.dots},
    }


class TimelineApi(ApiView):
    """What happened with a client, newest first."""

    def get(self, request: Request, client_id: UUID) -> Response:
        """Events."""
        client = self.load(Client, Can.READ_CHART, client_id)
        audit.viewed(self.actor, client, at=clock.now())
        body = [
            {
                "at": event.at.isoformat(),
                "kind": event.kind,
                "title": event.title,
                "detail": event.detail,
                "url": event.url,
            }
            for event in client_page.events_of(client, self.actor)
        ]
        return self.respond({"events": body})


def _entry_out(entry: AllergyEntry) -> dict[str, Any]:
    return {"id": str(entry.id), "tag": entry.tag, "words": entry.words, "status": entry.status}


class AllergiesApi(ApiView):
    """A client's allergies."""

    def get(self, request: Request, client_id: UUID) -> Response:
        """All entries, corrected ones too."""
        client = self.load(Client, Can.READ_CHART, client_id)
        audit.viewed(self.actor, client, at=clock.now())
        rows = AllergyEntry.objects.for_client(client).order_by("recorded_at", "id")
        return self.respond({"allergies": [_entry_out(row) for row in rows]})

    def post(self, request: Request, client_id: UUID) -> Response:
        """One entry more."""
        client = self.load(Client, Can.CODE_ALLERGY, client_id)
        values = self.parsed(AllergyIn)
        entry = services.record_allergy(client, source="staff", by=self.actor, at=clock.now(), **values)
        return self.respond(_entry_out(entry), status=201, version=entry.version)


class AllergyCorrectApi(ApiView):
    """POST: a lead corrects an entry."""

    def post(self, request: Request, client_id: UUID, entry_id: UUID) -> Response:
        """Correct."""
        entry = self.load(AllergyEntry, Can.CORRECT_ALLERGY, entry_id, client_id=client_id)
        changed = services.correct_allergy(entry, by=self.actor, at=clock.now(), **self.parsed(CorrectionIn))
        return self.respond(_entry_out(changed), version=changed.version)
