"""The client's answer to photographs for their record, recorded through the real services."""

from __future__ import annotations

from datetime import datetime

from clinic import content
from clinic.reading import unreviewed_rows
from clinic.services import house
from consent import services
from tests.factories import NOW, World

KIND = "consent_texts"


def publish_texts(world: World) -> None:
    """The shipped consent texts, signed row by row and published."""
    by = world.actor("lead")
    version = house.draft_content(world.organisation, KIND, content.shipped(KIND), by=by, at=NOW)
    house.review_content(version, unreviewed_rows(version), by=by, at=NOW)
    house.publish_content(version, by=by, at=NOW)


def permit(world: World, *, answer: bool, at: datetime = NOW) -> None:
    """The client answers P1."""
    services.answer_permission(world.own, code="P1", answer=answer, by=world.actor("practitioner"), at=at)
