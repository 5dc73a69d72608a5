"""A consultation is a visit of its own kind, booked ahead of the treatment."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from clinic.choices import VisitKind, VisitState
from clinic.models import Visit
from clinic.services import visits
from tests.factories import make_world

pytestmark = pytest.mark.django_db


def test_a_consultation_is_booked_ahead_of_the_session(at: datetime) -> None:
    """REQ-S66: the consultation is an appointment of its own kind, on a day before the session."""
    world = make_world()
    booked = {}
    for kind, days in ((VisitKind.CONSULTATION, 7), (VisitKind.SESSION, 21)):
        booked[kind] = visits.book_visit(
            world.own,
            site=world.site,
            practitioner=world.people["practitioner"],
            kind=kind,
            planned_at=at + timedelta(days=days),
            by=world.actor("reception"),
            at=at,
        )
    stored = {visit.kind: visit for visit in Visit.objects.for_client(world.own)}
    assert set(stored) == {VisitKind.CONSULTATION, VisitKind.SESSION}
    assert stored[VisitKind.CONSULTATION].planned_at < stored[VisitKind.SESSION].planned_at
    assert {visit.state for visit in stored.values()} == {VisitState.BOOKED}
    assert booked[VisitKind.CONSULTATION].id != booked[VisitKind.SESSION].id
