"""The log, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.response import Response

from clinic import audit, clock
from clinic.access import Can
from clinic.api_base import ApiView, StrictSerializer
from clinic.errors import InvalidValue
from clinic.logbook import doors, forms, queries, services
from clinic.logbook.choices import Answer
from clinic.models import Client


class AnswerInput(StrictSerializer):
    """What came of an alarm."""

    answer = serializers.ChoiceField(choices=Answer.choices)


def _checked(view: ApiView, request: Any) -> queries.Search:
    form = forms.SearchForm(request.GET, actor=view.actor)
    if not form.is_valid():
        field, errors = next(iter(form.errors.as_data().items()))
        raise InvalidValue(str(errors[0].message), code=errors[0].code or "invalid", field=field)
    return form.search()


def _entries(page: queries.LogPage) -> dict[str, Any]:
    lines = [{**asdict(line), "at": line.at.isoformat(), "facts": dict(line.facts)} for line in page.lines]
    return {"entries": lines, "next_before": page.next_before}


class LogSearchApi(ApiView):
    """The search."""

    def get(self, request: Any) -> Response:
        """`outcome`, `action`, `staff`, `client`, `code`, `from_on`, `to_on`, `before` narrow it; fifty a page."""
        return Response(_entries(doors.recorded_search(self.actor, _checked(self, request))))


class LogOwnApi(ApiView):
    """One's own actions."""

    def get(self, request: Any) -> Response:
        """Fifty entries a page, newest first."""
        return Response(_entries(queries.own_actions(self.actor, before=_checked(self, request).before)))


class WhoLookedApi(ApiView):
    """Who looked at a client's record."""

    def get(self, request: Any, client_id: UUID) -> Response:
        """Person, what, how often, when last; the latest first."""
        client = self.load(Client, Can.READ_WHO_LOOKED, client_id)
        audit.record(self.actor, "log.who_looked", client, at=clock.now())
        return self.respond(
            {"client_code": client.code, "lookers": [asdict(one) for one in queries.who_looked(client)]}
        )


class AlarmsApi(ApiView):
    """Alarms."""

    def get(self, request: Any) -> Response:
        """Of ninety days, the open ones first."""
        return self.respond({"alarms": [asdict(alarm) for alarm in queries.alarms(self.actor)]})


class AlarmApi(ApiView):
    """One alarm."""

    def post(self, request: Any, alarm_id: UUID) -> Response:
        """Say what came of it."""
        organisation = queries.organisation_of_alarm(self.actor, alarm_id)
        answer = self.parsed(AnswerInput)["answer"]
        entry = services.acknowledge(organisation, alarm_id, answer=answer, by=self.actor, at=clock.now())
        return self.respond({"id": str(alarm_id), "answer": entry.facts["answer"]}, status=201)
