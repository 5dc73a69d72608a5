"""Addresses of consultations for the access matrix."""

from __future__ import annotations

from typing import Any

from clinic import content
from clinic.choices import ContentState, Role
from clinic.middleware import actor_of_staff
from clinic.models import Client, ContentVersion, Organisation, Staff
from clinic.services import house
from consultations import findings, queries, services
from consultations.models import Consultation
from tests.consultations import support
from tests.factories import NOW, World, make_staff

_CLIENT = ("client-consultations", "consultation-start", "api-client-consultations")
_RUN = ("finding-clear", "finding-override", "api-finding-clear", "api-finding-override")
_PLAN = ("plan-agree", "api-plan-agree")
_CORRECTION = ("correction-resolve", "api-correction-resolve")
_ONE = (
    "consultation-detail", "consultation-questionnaire", "consultation-confirm", "consultation-abandon",
    "consultation-decline", "api-consultation-decline",
    "consultation-findings", "consultation-code-allergy", "consultation-skin", "consultation-photograph",
    "consultation-photograph-refuse", "consultation-decision", "consultation-plan", "consultation-sign",
    "api-consultation-detail", "api-consultation-answers", "api-consultation-submit", "api-consultation-confirm",
    "api-consultation-abandon", "api-consultation-findings", "api-consultation-code-allergy", "api-consultation-skin",
    "api-consultation-photograph", "api-consultation-photograph-refuse", "api-consultation-decision",
    "api-consultation-plan", "api-consultation-sign",
)  # fmt: skip


def publish(world: World) -> None:
    """Questionnaire and rules in force at both clinics, each published by a lead of its own."""
    far = world.extra.get("far_lead") or make_staff(
        "Far Lead", "far-lead@b.example", world.other_organisation, Role.LEAD
    )
    world.extra["far_lead"] = far
    for organisation, lead in ((world.organisation, world.people["lead"]), (world.other_organisation, far)):
        for kind in ("questionnaire", "rules", "instruments"):
            if not _is_published(organisation, kind):
                by = actor_of_staff(lead)
                version = house.draft_content(organisation, kind, content.shipped(kind), by=by, at=NOW)
                house.review_content(version, house.unreviewed_rows(version), by=by, at=NOW)
                house.publish_content(version, by=by, at=NOW)


def _is_published(organisation: Organisation, kind: str) -> bool:
    rows = ContentVersion.objects.filter(organisation=organisation, kind=kind, state=ContentState.PUBLISHED)
    return bool(rows.exists())


def _consultation(world: World, client: Client, staff: Staff) -> dict[str, Any]:
    by = actor_of_staff(staff)
    row = services.start_consultation(client, kind="full", practitioner=staff, interest="injection", by=by, at=NOW)
    answers = support.healthy(id_contact="07700 900999")
    response = services.save_answers(row.response, answers, by=by, at=NOW)
    response = services.submit_answers(response, by=by, at=NOW)
    services.confirm_answers(response, support.STAFF_ONLY, by=by, at=NOW)
    row = Consultation.objects.get(pk=row.pk)
    services.record_skin_analysis(row, support.skin(), by=by, at=NOW)
    services.decide(row, kind="suitable", reason="Suitable.", conclusion=support.conclusion(), by=by, at=NOW)
    plan = services.draft_plan(row, product=None, by=by, at=NOW, **{**support.PLAN, "technique": "T13"})
    run = findings.latest_run(row)
    assert run is not None
    correction = queries.open_corrections(row)[0]
    one = {"consultation_id": row.pk}
    kwargs = (
        (_CLIENT, {"client_id": client.pk}),
        (_ONE, one),
        (_RUN, {**one, "run_id": run.pk}),
        (_PLAN, {**one, "plan_id": plan.pk}),
        (_CORRECTION, {**one, "correction_id": correction.pk}),
    )
    return {route: address for routes, address in kwargs for route in routes}


def objects(world: World) -> dict[str, dict[str, Any]]:
    """For each route the address of the own, the colleague's and the other clinic's record."""
    publish(world)
    found = {
        "own": _consultation(world, world.own, world.people["practitioner"]),
        "colleague": _consultation(world, world.colleague, world.people["colleague"]),
        "other": _consultation(world, world.other, world.people["outsider"]),
    }
    return {route: {relation: kwargs[route] for relation, kwargs in found.items()} for route in found["own"]}
