"""A refusal on the pages of a consultation hands back what was typed."""

from __future__ import annotations

import pytest

from consultations import services
from tests.consultations import support
from tests.consultations.test_pages import browser, url
from tests.factories import NOW, World


@pytest.fixture
def opened(world: World) -> World:
    return support.open_world(world)


def test_a_refused_confirmation_keeps_the_staff_answers(opened: World) -> None:
    """REQ-S63."""
    row = support.start(opened)
    response = services.submit_answers(support.saved(opened, row), by=support.actor(opened), at=NOW)
    values = {"shown": ["id_doc", "id_capacity"], "q_id_doc": "driving licence", "version": response.version}
    answer = browser(opened).post(url("consultation-confirm", row), values)
    assert answer.status_code == 422
    assert 'name="q_id_doc" value="driving licence" checked' in answer.content.decode()


def test_a_refused_ending_keeps_the_reason(opened: World) -> None:
    """REQ-S63."""
    row = support.start(opened)
    answer = browser(opened).post(url("consultation-abandon", row), {"reason": "They went home", "version": 99})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'value="They went home"' in page
    assert '<details class="more" open><summary>End this consultation' in page


def test_a_refused_decline_keeps_the_words(opened: World) -> None:
    """REQ-S63."""
    row = support.start(opened)
    answer = browser(opened).post(url("consultation-decline", row), {"words": "That is private", "version": 99})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'value="That is private"' in page
    assert '<details class="more" open><summary>The client declines' in page


def test_a_refused_agreement_keeps_the_name(opened: World) -> None:
    """REQ-S74."""
    row = support.decided(opened)
    plan = services.draft_plan(
        row, product=support.make_product(opened), by=support.actor(opened), at=NOW, **support.PLAN
    )
    values = {"agreed_with": "Her mother, Ada", "version": plan.version + 1}
    answer = browser(opened).post(url("plan-agree", row, plan_id=plan.pk), values)
    assert answer.status_code == 409
    assert 'value="Her mother, Ada"' in answer.content.decode()
