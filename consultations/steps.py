"""What several verbs of a consultation share: locking, moving on, checking versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from clinic.clock import LONDON
from clinic.errors import TransitionRefused
from clinic.rules import check_move, check_version
from consultations import rules
from consultations.choices import ConsultationState
from consultations.models import Consultation

STAMPS = {
    ConsultationState.ANSWERED: "answered_at",
    ConsultationState.SCREENED: "screened_at",
    ConsultationState.DECIDED: "decided_at",
    ConsultationState.SIGNED: "signed_at",
    ConsultationState.ABANDONED: "abandoned_at",
}


def day(at: datetime, zone: ZoneInfo = LONDON) -> Any:
    """The clinic's calendar day of an instant."""
    return at.astimezone(zone).date()


def locked(consultation: Consultation, version: int | None = None) -> Consultation:
    """The row, locked, at the version the caller read. Raises StaleRecord with both versions."""
    row: Consultation = Consultation.objects.locked(consultation.pk)
    check_version(row.version, version, now={"version": row.version, "state": row.state}, yours={"version": version})
    return row


def require_open(consultation: Consultation) -> None:
    """Refuse work on a consultation that is signed or ended. Raises TransitionRefused `wrong_state`."""
    if not consultation.is_open:
        raise TransitionRefused(
            "This consultation is closed. Start a new one, or a re-assessment.", code="wrong_state", field="state"
        )


def move(consultation: Consultation, to: ConsultationState, at: datetime, **changes: Any) -> None:
    """Move along the state table, stamp the moment, save. Raises TransitionRefused."""
    check_move(rules.NEXT, ConsultationState(consultation.state), to)
    consultation.state = to
    setattr(consultation, STAMPS[to], at)
    for name, value in changes.items():
        setattr(consultation, name, value)
    consultation.save()
