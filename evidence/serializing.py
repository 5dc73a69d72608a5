"""What the API says about evidence: learners and staff by name, clients only as a code (SEC-A4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from evidence import coded, presenting, queries
from evidence.models import Appeal, Decision, Enrolment, EvidenceItem, Observation, Sampling
from evidence.queries import Portfolio


def enrolment(row: Enrolment) -> dict[str, Any]:
    """A learner's registration."""
    return {
        "id": str(row.id),
        "version": row.version,
        "learner": row.learner.name,
        "student_number": row.student_number,
        "enrolled_on": row.enrolled_on.isoformat(),
        "entry_seen": row.entry_seen,
        "is_verified": row.is_verified,
    }


def portfolio(shown: Portfolio) -> dict[str, Any]:
    """Counters, criteria and evidence with reasons."""
    tally = shown.tally
    return {
        "enrolment": enrolment(shown.enrolment),
        "qualification": {"title": shown.pack.title, "number": shown.pack.number},
        "summary": tally.text,
        "counters": [
            {"key": c.key, "label": c.label, "have": c.have, "need": c.need, "waiting": c.waiting}
            for c in tally.counters
        ],
        "criteria": [
            {"key": c.criterion.key, "label": c.criterion.label, "state": c.state, "have": c.have, "need": c.need,
             "evidence": list(c.evidence)}
            for c in tally.cells
        ],
        "units": [
            {"key": u.unit.key, "number": u.unit.number, "met": u.met, "total": u.total, "credits": u.credits}
            for u in tally.units
        ],
        "evidence": [
            {"id": str(line.item.id), "title": line.title, "state": line.state, "counts_for": list(line.counts_for),
             "why_not": list(line.why_not)}
            for line in presenting.lines(shown)
        ],
        "is_complete": tally.is_complete,
        "is_final": tally.is_final,
    }  # fmt: skip


def observation(row: Observation) -> dict[str, Any]:
    """An observation; the assessor's own note stays on their page."""
    return {
        "id": str(row.id),
        "version": row.version,
        "item": str(row.item_id),
        "how": row.how,
        "state": row.state,
        "opened_at": row.opened_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "seen": row.seen,
    }


def item(row: EvidenceItem, *, at: datetime) -> dict[str, Any]:
    """A piece of evidence with its coded session and its decisions; without the session once the client withdrew."""
    watched: Observation | None = getattr(row, "observation", None)
    withheld = queries.is_withheld(row, at)
    return {
        "id": str(row.id),
        "version": row.version,
        "kind": row.kind,
        "state": row.state,
        "learner": row.enrolment.learner.name,
        "criteria": row.criteria,
        "is_withheld": withheld,
        "session": coded.coded(row.session).plain() if row.session and not withheld else None,
        "observation": observation(watched) if watched else None,
        "decisions": [decision(entry) for entry in row.decisions.newest_first()],
    }


def decision(row: Decision) -> dict[str, Any]:
    """A decision with the marks that hold."""
    return {
        "id": str(row.id),
        "version": row.version,
        "item": str(row.item_id),
        "assessor": row.assessor.name,
        "position": row.position,
        "state": row.state,
        "decided_at": row.decided_at.isoformat(),
        "effective_at": row.effective_at.isoformat() if row.effective_at else None,
        "marks": dict(row.holding_marks),
        "is_final": queries.is_final(row),
        "appeal": appeal(given) if (given := getattr(row, "appeal", None)) else None,
    }


def appeal(row: Appeal) -> dict[str, Any]:
    """An appeal with its answer."""
    return {
        "id": str(row.id),
        "version": row.version,
        "decision": str(row.decision_id),
        "state": row.state,
        "reason": row.reason,
        "appealed_at": row.appealed_at.isoformat(),
        "outcome": row.outcome,
        "answer": row.answer,
        "answered_at": row.answered_at.isoformat() if row.answered_at else None,
        "answered_by": row.answered_by.name if row.answered_by else "",
    }


def sampling(row: Sampling) -> dict[str, Any]:
    """A sampled decision."""
    return {
        "id": str(row.id),
        "version": row.version,
        "decision": str(row.decision_id),
        "moment": row.moment,
        "state": row.state,
        "result": row.result,
    }
