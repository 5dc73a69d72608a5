"""What is sealed of a decision, a countersignature and a feedback form: the canonical plaintext of the row."""

from __future__ import annotations

from typing import Any

from evidence.models import Appeal, Countersignature, Decision, FeedbackForm, Observation


def observation(row: Observation) -> dict[str, Any]:
    """A closed observation."""
    return {
        "id": str(row.id),
        "item": str(row.item_id),
        "assessor": str(row.assessor_id),
        "how": row.how,
        "opened_at": row.opened_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "seen": row.seen,
        "note": row.note,
        "permitted": [row.observer_permitted, row.evidence_permitted],
        "standing": row.standing,
    }


def decision(row: Decision) -> dict[str, Any]:
    """A decision as it holds."""
    return {
        "id": str(row.id),
        "item": str(row.item_id),
        "assessor": str(row.assessor_id),
        "position": row.position,
        "decided_at": row.decided_at.isoformat(),
        "effective_at": row.effective_at.isoformat() if row.effective_at else None,
        "state": row.state,
        "judgement": [row.is_valid, row.is_authentic, row.is_current, row.is_sufficient],
        "marks": row.marks,
        "basis": row.basis,
        "standing": row.standing,
    }


def countersignature(row: Countersignature) -> dict[str, Any]:
    """A countersignature."""
    return {
        "id": str(row.id),
        "decision": str(row.decision_id),
        "signed_by": str(row.signed_by_id),
        "signed_at": row.signed_at.isoformat(),
        "action": row.action,
        "marks": row.marks,
        "reason": row.reason,
        "standing": row.standing,
    }


def feedback(row: FeedbackForm) -> dict[str, Any]:
    """The eleven fields."""
    return {"id": str(row.id), "decision": str(row.decision_id), "fields": row.fields}


def appeal(row: Appeal) -> dict[str, Any]:
    """An answered appeal."""
    return {
        "id": str(row.id),
        "decision": str(row.decision_id),
        "learner": str(row.learner_id),
        "reason": row.reason,
        "appealed_at": row.appealed_at.isoformat(),
        "outcome": row.outcome,
        "answer": row.answer,
        "answered_at": row.answered_at.isoformat() if row.answered_at else None,
        "answered_by": str(row.answered_by_id or ""),
        "standing": row.standing,
    }
