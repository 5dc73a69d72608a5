"""What a seal covers: the plaintext of a signed consultation and of an agreed plan (decision 15)."""

from __future__ import annotations

from typing import Any

from consultations import findings, queries
from consultations.models import Consultation, ServicePlan, SuitabilityDecision


def consultation_payload(row: Consultation) -> dict[str, Any]:
    """Everything a reader of the signed consultation sees."""
    response = row.response
    analysis = queries.skin_analysis_of(row)
    decisions = row.decisions.order_by("number")
    run = findings.latest_run(row)
    return {
        "id": str(row.pk),
        "client": str(row.client_id),
        "kind": row.kind,
        "practitioner": str(row.practitioner_id),
        "started_at": row.started_at.isoformat(),
        "signed_at": row.signed_at.isoformat() if row.signed_at else None,
        "signed_by": str(row.signed_by_id),
        "summary": row.summary,
        "questionnaire": str(response.content_id),
        "answers": response.answers,
        "confirmed_at": response.confirmed_at.isoformat() if response.confirmed_at else None,
        "run": str(run.pk) if run else None,
        "findings": list(run.findings) if run else [],
        "skin": analysis.scores if analysis else None,
        "skin_notes": analysis.notes if analysis else "",
        "decisions": [_decision(item) for item in decisions],
        **({"sign_checks": row.sign_checks} if row.sign_checks is not None else {}),
    }


def _decision(item: SuitabilityDecision) -> dict[str, Any]:
    """A decision; what older ones do not hold is left out, so that their seals stay what they were."""
    said = {"kind": item.kind, "reason": item.reason, "advice": item.recommendation}
    names = ("summary", "methods", "gaps", "expectation", "expectation_words")
    return said | {name: value for name in names if (value := getattr(item, name)) is not None}


def plan_payload(plan: ServicePlan) -> dict[str, Any]:
    """Everything that was agreed."""
    return {
        "id": str(plan.pk),
        "client": str(plan.client_id),
        "consultation": str(plan.consultation_id),
        **plan.in_words(),
        "sessions_reason": plan.sessions_reason,
        "aim": plan.aim,
        "agreed_at": plan.agreed_at.isoformat() if plan.agreed_at else None,
        "agreed_by": str(plan.agreed_by_id),
        "agreed_with": plan.agreed_with,
        **{name: value for name in ("factors", "shared") if (value := getattr(plan, name)) is not None},
    }
