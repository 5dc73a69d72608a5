"""What a client reports is sealed: no clear column and no log entry says what it was."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection

from aftercare import services
from aftercare.models import ReactionReport
from clinic import clock
from clinic.errors import InvalidValue
from clinic.models import AuditEntry
from tests.factories import NOW, World
from tests.treatments import support

AFTER = NOW + timedelta(minutes=20)


def reported(world: World, kind: str = "swelling") -> ReactionReport:
    """A report of a swelling that grows, after an issued sheet."""
    by = world.actor("practitioner")
    with clock.set_to(NOW):
        session = support.make_finished(world)
    sheet = services.issue_sheet(services.compose_sheet(session, by=by, at=AFTER), by=by, at=AFTER)
    return services.report_reaction(
        sheet, kind=kind, words="It grows.", is_growing=True, by=by, at=AFTER + timedelta(hours=3)
    )


def test_the_row_says_nothing_in_the_clear(world: World) -> None:
    """SEC-5, decision 16: reactions are encrypted, their kind and whether they grow included."""
    row = reported(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM aftercare_reactionreport")
        names = [column[0] for column in cursor.description or ()]
        stored = dict(zip(names, cursor.fetchone() or (), strict=True))
    assert isinstance(stored["kind"], (bytes, memoryview))
    assert isinstance(stored["is_growing"], (bytes, memoryview))
    again = ReactionReport.objects.get(pk=row.pk)
    assert (again.kind, again.is_growing, again.kind_label) == ("swelling", True, "Swelling")


def test_the_log_does_not_say_what_was_reported(world: World) -> None:
    """SEC-5: facts hold ids only."""
    reported(world)
    facts = [json.dumps(entry.facts) for entry in AuditEntry.objects.filter(action="reaction.reported")]
    assert len(facts) == 1
    assert "swelling" not in facts[0]


def test_the_service_knows_the_kinds(world: World) -> None:
    """A sealed column has no constraint; the verb holds it."""
    with pytest.raises(InvalidValue):
        reported(world, kind="itch")
