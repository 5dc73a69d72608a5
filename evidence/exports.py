"""What the evidence app knows about a client, for the export of their record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clinic.models import Client
from evidence.models import EvidenceItem


def of_client(client: Client) -> Iterable[tuple[str, Any]]:
    """Every use of a client's sessions as evidence: who watched, when, what was noted, what was decided."""
    rows = EvidenceItem.objects.filter(client=client).select_related("observation__assessor", "enrolment__learner")
    for item in rows.prefetch_related("decisions__assessor").order_by("offered_at", "id"):
        watched = getattr(item, "observation", None)
        yield (
            f"evidence/{item.id}.json",
            {
                "kind": item.kind,
                "state": item.state,
                "session": str(item.session_id),
                "learner": item.enrolment.learner.name,
                "offered_at": item.offered_at,
                "observation": {
                    "assessor": watched.assessor.name,
                    "how": watched.how,
                    "opened_at": watched.opened_at,
                    "closed_at": watched.closed_at,
                    "note": watched.note,
                }
                if watched
                else None,
                "decisions": [
                    {"assessor": row.assessor.name, "decided_at": row.decided_at, "state": row.state}
                    for row in item.decisions.all()
                ],
            },
        )
