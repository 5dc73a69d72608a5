"""API: consultations of a client, the questionnaire, its confirmation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.response import Response

from clinic import audit, clock
from clinic.access import Can
from clinic.api_base import ApiView, NoInput
from clinic.models import Client, Staff
from consultations import presenting, queries, services
from consultations.api import shapes
from consultations.models import Consultation, ProposedCorrection
from consultations.views import frame


class ConsultationList(ApiView):
    """Consultations of a client."""

    def get(self, request: Any, client_id: UUID) -> Response:
        """Newest first."""
        client = self.load(Client, Can.READ_CHART, client_id)
        audit.viewed(self.actor, client, at=clock.now(), what="consultation")
        rows = queries.consultations_of(client, self.actor)
        found = [
            {"id": str(row.pk), "kind": row.kind, "state": row.state, "started_at": row.started_at.isoformat()}
            for row in rows
        ]
        return self.respond({"consultations": found})

    def post(self, request: Any, client_id: UUID) -> Response:
        """Begin one."""
        client = self.load(Client, Can.START_CONSULTATION, client_id)
        values = self.parsed(shapes.StartInput)
        practitioner = Staff.objects.get(pk=self.actor.staff_id)
        row = services.start_consultation(client, practitioner=practitioner, by=self.actor, at=clock.now(), **values)
        return self.respond(shapes.consultation_data(row), status=201, version=row.version)


class ConsultationDetail(ApiView):
    """One consultation."""

    def get(self, request: Any, consultation_id: UUID) -> Response:
        """Its state and parts."""
        row = frame.read(request._request, consultation_id)
        return self.respond(shapes.consultation_data(row), version=row.version)


class Answers(ApiView):
    """The questionnaire of a consultation, for staff."""

    def get(self, request: Any, consultation_id: UUID) -> Response:
        """Questions, conditions and answers."""
        row = frame.read(request._request, consultation_id)
        body = presenting.questionnaire_state(row.response, is_handed=False)
        return self.respond(body, version=row.response.version)

    def put(self, request: Any, consultation_id: UUID) -> Response:
        """Save answers as they are given."""
        row = frame.consultation_of(self.actor, Can.WRITE_CONSULTATION, consultation_id)
        answers = self.parsed(shapes.AnswersInput)["answers"]
        saved = services.save_answers(row.response, answers, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(presenting.saved_state(saved), version=saved.version)


class Submit(ApiView):
    """All questions were answered."""

    def post(self, request: Any, consultation_id: UUID) -> Response:
        """Submit."""
        row = frame.consultation_of(self.actor, Can.WRITE_CONSULTATION, consultation_id)
        self.parsed(NoInput)
        saved = services.submit_answers(row.response, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(presenting.saved_state(saved), version=saved.version)


class Confirm(ApiView):
    """The practitioner confirms the answers; the screen runs."""

    def post(self, request: Any, consultation_id: UUID) -> Response:
        """Confirm, with the staff-only answers."""
        row = frame.consultation_of(self.actor, Can.WRITE_CONSULTATION, consultation_id)
        answers = self.parsed(shapes.ConfirmInput).get("answers")
        saved = services.confirm_answers(row.response, answers, by=self.actor, at=clock.now(), version=self.version())
        return self.respond(presenting.saved_state(saved), version=saved.version)


class Abandon(ApiView):
    """End a consultation without a decision."""

    def post(self, request: Any, consultation_id: UUID) -> Response:
        """End it with a reason."""
        row = frame.consultation_of(self.actor, Can.WRITE_CONSULTATION, consultation_id)
        values = self.parsed(shapes.ReasonInput)
        ended = services.abandon_consultation(row, by=self.actor, at=clock.now(), version=self.version(), **values)
        return self.respond({"state": ended.state, "version": ended.version}, version=ended.version)


class Decline(ApiView):
    """The client declines the questionnaire."""

    def post(self, request: Any, consultation_id: UUID) -> Response:
        """Record it with the time; the consultation ends (S63). If-Match names the version of the answers."""
        row = frame.consultation_of(self.actor, Can.WRITE_CONSULTATION, consultation_id)
        values = self.parsed(shapes.DeclineInput)
        done = services.decline_questionnaire(
            row.response, by=self.actor, at=clock.now(), version=self.version(), **values
        )
        ended = Consultation.objects.get(pk=row.pk)
        body = {"state": ended.state, "declined_at": done.declined_at and done.declined_at.isoformat()}
        return self.respond(body, version=done.version)


class Correction(ApiView):
    """A proposed correction of the client record."""

    def post(self, request: Any, consultation_id: UUID, correction_id: UUID) -> Response:
        """Take it over or leave it."""
        row = self.load(ProposedCorrection, Can.EDIT_CLIENT, correction_id, response__consultation_id=consultation_id)
        accept = self.parsed(shapes.CorrectionInput)["accept"]
        done = services.resolve_correction(row, accept=accept, by=self.actor, at=clock.now(), version=self.version())
        return self.respond({"field": done.field, "is_accepted": done.is_accepted}, version=done.version)
