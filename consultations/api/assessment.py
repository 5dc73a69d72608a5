"""API: findings, skin analysis, photograph, decision, plan, signature."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from clinic import clock
from clinic.access import Can
from clinic.api_base import ApiView, NoInput
from clinic.errors import InvalidValue
from consultations import findings, queries, screening, services, steps
from consultations.api import shapes
from consultations.models import Consultation, ScreeningRun, ServicePlan
from consultations.views import frame
from consultations.views.conclude import plan_values
from consultations.views.skin import seen_of


class Findings(ApiView):
    """Findings of the newest screen."""

    def get(self, request: Any, consultation_id: UUID) -> Response:
        """All of them, worst first, with what was done about each."""
        row = frame.read(request._request, consultation_id)
        run = findings.latest_run(row)
        standing = findings.standing(run, steps.day(clock.now())) if run else ()
        rows = [
            {
                **screening.as_output((item.finding,))[0],
                "is_open": item.is_open,
                "awaits_facts": item.finding.awaits_facts,
                "unknown": list(item.finding.unknown),
            }
            for item in standing
        ]
        waiting = [{"question": item.question, "position": item.position, "words": item.words}
                   for item in (queries.uncoded_allergies(row) if run else [])]  # fmt: skip
        return self.respond({"run": str(run.pk) if run else None, "findings": rows, "allergies_to_code": waiting})


def _run(row: Consultation, run_id: UUID) -> ScreeningRun:
    found: ScreeningRun | None = row.runs.filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


class Clear(ApiView):
    """Clear a finding."""

    def post(self, request: Any, consultation_id: UUID, run_id: UUID) -> Response:
        """By what was seen."""
        row = frame.consultation_of(self.actor, Can.CLEAR_FINDING, consultation_id)
        values = self.parsed(shapes.ClearInput)
        done = services.clear_finding(_run(row, run_id), by=self.actor, at=clock.now(), **values)
        return self.respond({"id": str(done.pk), "rule": values["rule"]}, status=201)


class Override(ApiView):
    """Override a finding."""

    def post(self, request: Any, consultation_id: UUID, run_id: UUID) -> Response:
        """With a reason."""
        row = frame.consultation_of(self.actor, Can.OVERRIDE_FINDING, consultation_id)
        values = self.parsed(shapes.OverrideInput)
        done = services.override_finding(_run(row, run_id), by=self.actor, at=clock.now(), **values)
        return self.respond({"id": str(done.pk), "rule": values["rule"]}, status=201)


class CodeAllergy(ApiView):
    """Code a client's words about an allergy."""

    def post(self, request: Any, consultation_id: UUID) -> Response:
        """To tags, or to none."""
        row = frame.consultation_of(self.actor, Can.CODE_ALLERGY, consultation_id)
        done = services.code_allergy(row, by=self.actor, at=clock.now(), **self.parsed(shapes.CodeInput))
        return self.respond({"id": str(done.pk), "tags": done.tags}, status=201)


class SkinAnalysis(ApiView):
    """Skin analysis of a consultation."""

    def get(self, request: Any, consultation_id: UUID) -> Response:
        """The recorded analysis, or null."""
        row = frame.read(request._request, consultation_id)
        analysis = queries.skin_analysis_of(row)
        body = {"scores": analysis.scores if analysis else None, "notes": analysis.notes if analysis else ""}
        return self.respond(body, version=analysis.version if analysis else None)

    def post(self, request: Any, consultation_id: UUID) -> Response:
        """Record it; a correction names the version read (If-Match)."""
        row = frame.consultation_of(self.actor, Can.WRITE_CONSULTATION, consultation_id)
        version = self.version() if queries.skin_analysis_of(row) is not None else 0  # 0: nothing yet
        seen = seen_of(self.parsed(shapes.SkinInput))
        done = services.record_skin_analysis(row, seen, by=self.actor, at=clock.now(), version=version)
        return self.respond({"scores": done.scores}, status=201, version=done.version)


class Photograph(ApiView):
    """One before photograph."""

    parser_classes = [MultiPartParser]

    def post(self, request: Any, consultation_id: UUID) -> Response:
        """Multipart: photograph, view, is_agreed=true."""
        row = frame.consultation_of(self.actor, Can.TAKE_PHOTO, consultation_id)
        upload = request.FILES.get("photograph")
        if upload is None:
            raise InvalidValue("Send the photograph.", code="required", field="photograph")
        kept = services.take_photograph(
            row, upload, is_agreed=request.data.get("is_agreed") == "true", view=request.data.get("view", "P01"),
            by=self.actor, at=clock.now(),
        )  # fmt: skip
        return self.respond({"id": str(kept.photo_id)}, status=201)


class RefusePhotograph(ApiView):
    """The client does not want a photograph."""

    def post(self, request: Any, consultation_id: UUID) -> Response:
        """Record the refusal."""
        row = frame.consultation_of(self.actor, Can.WRITE_CONSULTATION, consultation_id)
        self.parsed(NoInput)
        done = services.refuse_photograph(row, by=self.actor, at=clock.now())
        return self.respond({"refused_at": done.refused_at.isoformat()}, status=201)


class Decision(ApiView):
    """Suitable, defer, refer or decline."""

    def post(self, request: Any, consultation_id: UUID) -> Response:
        """Decide."""
        row = frame.consultation_of(self.actor, Can.WRITE_CONSULTATION, consultation_id)
        values = shapes.decision_of(self.parsed(shapes.DecisionInput))
        made = services.decide(row, by=self.actor, at=clock.now(), version=self.version(), **values)
        fresh = Consultation.objects.get(pk=row.pk)
        return self.respond({"kind": made.kind, "state": fresh.state}, status=201, version=fresh.version)


class Plan(ApiView):
    """The service plan of a consultation."""

    def get(self, request: Any, consultation_id: UUID) -> Response:
        """The newest plan, or null."""
        row = frame.read(request._request, consultation_id)
        plan = queries.plan_of(row)
        return self.respond({"plan": shapes.plan_data(plan) if plan else None}, version=plan.version if plan else None)

    def put(self, request: Any, consultation_id: UUID) -> Response:
        """Write the draft; a change names the version read (If-Match)."""
        row = frame.consultation_of(self.actor, Can.WRITE_CONSULTATION, consultation_id)
        current = queries.plan_of(row)
        version = self.version() if current is not None else 0  # 0: nothing yet
        values = self.parsed(shapes.PlanInput)
        price = values.pop("price_pence", None)
        plan = services.draft_plan(
            row, by=self.actor, at=clock.now(), version=version, **plan_values(values, row, self.actor, price)
        )
        return self.respond({"plan": shapes.plan_data(plan)}, version=plan.version)


class AgreePlan(ApiView):
    """The plan is agreed."""

    def post(self, request: Any, consultation_id: UUID, plan_id: UUID) -> Response:
        """With the client by name."""
        plan = self.load(ServicePlan, Can.WRITE_CONSULTATION, plan_id, consultation_id=consultation_id)
        values = self.parsed(shapes.AgreeInput)
        done = services.agree_plan(plan, by=self.actor, at=clock.now(), version=self.version(), **values)
        return self.respond({"plan": shapes.plan_data(done)}, version=done.version)


class Sign(ApiView):
    """Sign a consultation."""

    def post(self, request: Any, consultation_id: UUID) -> Response:
        """Freeze and seal it."""
        row = frame.consultation_of(self.actor, Can.SIGN_CONSULTATION, consultation_id)
        values = self.parsed(shapes.SignInput)
        done = services.sign_consultation(row, by=self.actor, at=clock.now(), version=self.version(), **values)
        return self.respond({"state": done.state, "version": done.version}, version=done.version)
