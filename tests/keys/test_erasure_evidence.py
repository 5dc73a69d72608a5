"""A learner's portfolio after the client of one of its sessions was erased (decision 46)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clinic.erasure import running
from clinic.keystore import keys
from evidence.choices import ItemState
from evidence.models import EvidenceItem
from tests.evidence import sessions
from tests.evidence.support import decide, make_centre, watch
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(world):
    """A session of the client, observed and decided; then the client is erased."""
    centre = make_centre(world)
    session = sessions.running(centre)
    observation = watch(centre, session)
    sessions.sign(session)
    decision = decide(centre, observation)
    by = replace(world.actor("protection"), proved_at=NOW)
    running.erase(
        session.client, ground="request", source="Letter", reason="Wish", despite_retention="Wish", by=by, at=NOW,
        code=session.client.code,
    )  # fmt: skip
    keys.forget()
    return centre, decision, observation


def see(centre, role, name, **ids):
    browser = Browser()
    browser.force_login(centre.world.people[role])
    return browser.get(reverse(name, kwargs=ids or None))


def test_evidence_goes_and_decision_with_feedback_stays(decided):
    _, decision, observation = decided
    item = EvidenceItem.objects.get(pk=observation.item_id)
    assert item.state == ItemState.WITHDRAWN
    decision.refresh_from_db()
    assert decision.marks
    assert decision.standing


@pytest.mark.parametrize("role", ["learner", "assessor", "iqa"])
def test_the_portfolio_is_still_shown(decided, role):
    centre, _, _ = decided
    page = see(centre, role, "portfolio-detail", enrolment_id=centre.enrolment.id)
    assert page.status_code == 200
    assert "Amara" not in page.content.decode()
    assert see(centre, role, "evidence-home").status_code in {200, 303}, "a learner is taken to the portfolio"


def test_the_feedback_is_still_read(decided):
    centre, decision, _ = decided
    page = see(centre, "learner", "feedback-detail", decision_id=decision.id)
    assert page.status_code == 200
    assert "Calm, even, well explained." in page.content.decode()
