"""Closing a session in the order of decision 49: sheet, acknowledgement, waste and safety review, signature."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftercare import services as aftercare
from clinic.actors import Actor
from clinic.middleware import actor_of_handover
from clinic.services import handover
from treatments import services
from treatments.models import Session

WASTE = ("KD01", "KD05", "KD07")


def close(session: Session, *, by: Actor, at: datetime) -> None:
    """Compose and issue the sheet, let the client acknowledge it on the tablet, review, sign."""
    session = Session.objects.get(pk=session.pk)
    sheet = aftercare.compose_sheet(session, by=by, at=at)
    sheet = aftercare.issue_sheet(sheet, by=by, at=at + timedelta(minutes=1))
    _, token = handover.start_handover(session.client, "aftercare", sheet.id, by=by, at=at + timedelta(minutes=2))
    holder = actor_of_handover(token)
    if holder is None:
        raise RuntimeError("The hand-over did not open.")
    aftercare.acknowledge_sheet(sheet, by=holder, at=at + timedelta(minutes=3))
    services.review_safety(session, waste=WASTE, words="Nothing to change.", by=by, at=at + timedelta(minutes=4))
    aftercare.close_session(Session.objects.get(pk=session.pk), by=by, at=at + timedelta(minutes=6))
