"""What the reflection time rests on: treatment that took place, not signatures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from consent import services
from consent.models import Consent
from tests.consultations import support as consultations
from tests.factories import NOW, World
from tests.treatments import support

LATER = NOW + timedelta(days=1)


def offer_again(world: World, at: Any = LATER, performer: str = "practitioner") -> int:
    """Hours asked when the same plan is explained once more."""
    by = world.actor("practitioner")
    consent = Consent.objects.order_by("info_given_at").first()
    assert consent is not None
    offered = services.offer_consent(consent.plan, performer=world.people[performer], by=by, at=at)
    return int(offered.cooling_off_hours)


def test_a_consent_that_was_only_signed_shortens_nothing(world: World) -> None:
    """RULE-R006, REQ-S193."""
    consultations.open_world(world)
    support.give_consent(world, consultations.planned(world).plans.get())
    assert offer_again(world) == 168


def test_treatment_under_a_consent_shortens_and_its_withdrawal_does_not(world: World) -> None:
    """RULE-R006, REQ-S193: once treated nothing is asked; once withdrawn the whole time is asked again."""
    session = support.make_started(world)
    support.place(session, world)
    assert offer_again(world) == 0
    given = Consent.objects.get(state="given")
    services.withdraw_consent(given, by=world.actor("practitioner"), at=LATER)
    assert offer_again(world, LATER + timedelta(minutes=1), "colleague") == 168
