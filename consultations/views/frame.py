"""What every page of a consultation loads and prints."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from clinic import audit, clock
from clinic.access import Can, may
from clinic.actors import Actor
from clinic.http import load
from clinic.versions import rows_of
from consultations import presenting, queries
from consultations.choices import PlanState
from consultations.models import Consultation

_WITH = ("client", "client__organisation", "practitioner", "response", "response__content")


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def consultation_of(actor: Actor, can: Can, consultation_id: UUID) -> Consultation:
    """A visible consultation with what its pages print, or 404."""
    return load(Consultation, actor, can, consultation_id, queryset=Consultation.objects.select_related(*_WITH))


def read(request: HttpRequest, consultation_id: UUID) -> Consultation:
    """A consultation for reading; the reading is recorded."""
    row = consultation_of(actor_of(request), Can.READ_CHART, consultation_id)
    audit.viewed(actor_of(request), row.client, at=clock.now(), what="consultation")
    return row


def context(request: HttpRequest, row: Consultation, **extra: Any) -> dict[str, Any]:
    """What every page of a consultation prints around its own part."""
    actor = actor_of(request)
    plan = queries.plan_of(row)
    has_analysis = queries.skin_analysis_of(row) is not None
    return {
        "client": row.client,
        "active_tab": "consultations",
        "consultation": row,
        "response": row.response,
        "steps": presenting.steps_of(
            row, has_analysis=has_analysis, has_plan=plan is not None and plan.state == PlanState.AGREED
        ),
        "may_write": row.is_open and may(actor, Can.WRITE_CONSULTATION, row),
        "may_sign": row.is_open and may(actor, Can.SIGN_CONSULTATION, row),
        "may_hand_over": row.is_open and may(actor, Can.HAND_OVER, row.client),
        "versions": rows_of(extra.get("error")),
        **extra,
    }
