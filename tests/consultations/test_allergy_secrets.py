"""An allergy's clear columns and the log do not say which question revealed it."""

from __future__ import annotations

import pytest

from clinic.models import AllergyEntry, AuditEntry
from consultations import services
from tests.consultations import support
from tests.factories import NOW, World


@pytest.fixture
def opened(world: World) -> World:
    return support.open_world(world)


def test_no_clear_word_says_which_question_revealed_an_allergy(opened: World) -> None:
    """SEC-5, decision 16: the log and the entry's clear columns name no question; its sealed detail does."""
    row = support.answered(opened, al_any="yes", al_list=[{"what": "salmon", "severity": "mild"}], al_latex="unsure")
    services.code_allergy(row, question="al_list", position=0, tags=["fish"], by=support.actor(opened), at=NOW)
    entries = AllergyEntry.objects.filter(client=opened.own)
    assert {entry.source for entry in entries} == {"questionnaire"}
    assert {entry.detail["question"] for entry in entries} == {"al_list", "al_latex"}
    facts = str([entry.facts for entry in AuditEntry.objects.filter(client_id=opened.own.pk)])
    assert "al_list" not in facts
    assert "al_latex" not in facts
