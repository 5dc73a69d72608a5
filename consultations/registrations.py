"""What consultations offer to the rest of the program: seals, hand-over pages, timeline, facts, export, readiness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse

from clinic import providers, seals
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import HandOverKind, VisitKind
from clinic.handover import kinds
from clinic.models import Client
from clinic.providers import Event
from consultations import findings, handed, payloads, steps
from consultations.choices import ConsultationState, Severity
from consultations.models import Consultation, QuestionnaireResponse, ScreeningRun, ServicePlan

_CLOSED = {ConsultationState.SIGNED, ConsultationState.ABANDONED}


def register() -> None:
    """Called once when the program starts."""
    seals.register(Consultation, payloads.consultation_payload)
    seals.register(ServicePlan, payloads.plan_payload)
    kinds.register(
        HandOverKind.QUESTIONNAIRE,
        show=handed.show,
        submit=handed.submit,
        decline=handed.decline,
        answer=handed.answer,
        state=handed.state,
    )
    providers.register_timeline(timeline)
    providers.register_facts(facts)
    providers.register_export(export)
    providers.register_visit_readiness(visit_readiness)


def timeline(client: Client, actor: Actor) -> Iterator[Event]:
    """Consultations of a client, as their states; three queries whatever the number of rows."""
    rows = Consultation.objects.visible_to(actor, Can.READ_CHART).for_client(client)
    for row in rows.select_related("practitioner"):
        url = reverse("consultation-detail", kwargs={"consultation_id": row.pk})
        at = row.signed_at or row.abandoned_at or row.started_at
        yield Event(
            at=at, kind="consultation", title=f"{row.get_kind_display()}: {row.get_state_display().lower()}",
            detail=row.practitioner.name, url=url, icon="clipboard2-pulse", tone="ok" if row.signed_at else "",
        )  # fmt: skip
    plans = ServicePlan.objects.visible_to(actor, Can.READ_CHART).for_client(client).filter(agreed_at__isnull=False)
    for plan in plans.select_related("product"):
        yield Event(
            at=plan.agreed_at, kind="plan",
            title=f"Plan agreed: {plan.sessions} sessions, {plan.interval_days} days apart",
            detail=f"{plan.get_modality_display()}{f', {plan.product}' if plan.product else ''}", icon="signpost-split",
            url=reverse("consultation-plan", kwargs={"consultation_id": plan.consultation_id}),
        )  # fmt: skip


def facts(client: Client, at: datetime) -> dict[str, Any]:
    """Open stops of the newest screen, for the banner. One query, and two more when the run found one."""
    runs = ScreeningRun.objects.for_client(client).filter(subject_id__isnull=True)
    run = runs.select_related("consultation").order_by("-ran_at", "-number").first()
    if run is None or run.consultation.state == ConsultationState.ABANDONED:
        return {}
    if not any(row["severity"] == Severity.ABSOLUTE for row in run.findings):
        return {"open_stops": []}
    url = reverse("consultation-findings", kwargs={"consultation_id": run.consultation_id})
    stops = [
        {"title": finding.message, "url": url}
        for finding in findings.open_findings(client, run, steps.day(at))
        if finding.severity == "absolute" and not finding.awaits_facts
    ]
    return {"open_stops": stops[:3]}


def export(client: Client) -> Iterable[tuple[str, Any]]:
    """Everything of consultations in plain data."""
    for row in Consultation.objects.for_client(client).order_by("started_at"):
        yield f"consultations/{row.pk}.json", {**payloads.consultation_payload(row), "state": row.state}
    for plan in ServicePlan.objects.for_client(client).order_by("recorded_at"):
        yield f"plans/{plan.pk}.json", {**payloads.plan_payload(plan), "state": plan.state}


def visit_readiness(visits: list[Any], at: datetime) -> dict[Any, dict[str, Any]]:
    """The questions dot, and what comes next for a consultation visit; one query for all visits."""
    clients = {visit.client_id for visit in visits}
    rows = QuestionnaireResponse.objects.filter(client_id__in=clients).select_related("consultation")
    narrow = rows.only("client_id", "confirmed_at", "recorded_at", "consultation", "consultation__state")
    newest = {response.client_id: response for response in narrow.order_by("recorded_at")}
    return {visit.id: _readiness(visit, newest.get(visit.client_id)) for visit in visits}


def _readiness(visit: Any, response: QuestionnaireResponse | None) -> dict[str, Any]:
    if response is None:
        dots: dict[str, Any] = {"questions": "block"}
        if visit.kind == VisitKind.CONSULTATION:
            dots["next"] = ("Start consultation", reverse("consultation-start", kwargs={"client_id": visit.client_id}))
        return dots
    row = response.consultation
    dots = {"questions": "ok" if response.confirmed_at else "warn"}
    if row.state not in _CLOSED:
        dots["next"] = ("Go on with consultation", reverse("consultation-detail", kwargs={"consultation_id": row.pk}))
    return dots
