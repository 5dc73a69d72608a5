"""The path of a consultation through its services: questions, screen, analysis, decision, plan, signature."""

from __future__ import annotations

from tests.consultations import support
from tests.factories import World


def test_a_consultation_goes_from_questions_to_signature(world: World) -> None:
    """REQ-S64 REQ-S74: answered, screened, decided, planned, signed."""
    support.open_world(world)
    row = support.signed(world)
    assert row.state == "signed"
    assert row.signed_by == world.people["practitioner"]
    assert row.response.state == "confirmed"
