"""Numbers nobody can have meant are refused in words, at every door."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser

from clinic.services import handover
from consultations import answers, library
from tests.consultations import support
from tests.consultations.test_pages import browser, url
from tests.factories import NOW, TODAY, World

ODD = ("inf", "-Infinity", "nan", "1e999", "9" * 400)
LARGE = {
    "400": 10**400, "5000": 10**5000, "below": -(10**400), "inf": float("inf"), "nan": float("nan"), "13": 10**13,
}  # fmt: skip


@pytest.fixture
def opened(world: World) -> World:
    return support.open_world(world)


@pytest.mark.parametrize("given", ODD, ids=lambda given: given[:9])
def test_the_handed_over_form_refuses_it_and_keeps_it(opened: World, given: str) -> None:
    """REQ-S63."""
    response = support.start(opened).response
    _, token = handover.start_handover(opened.own, "questionnaire", response.pk, by=support.actor(opened), at=NOW)
    tablet = Browser()
    tablet.cookies[settings.INTAKE_COOKIE_NAME] = token
    values = {"shown": "nd_fear", "q_nd_fear": given, "version": response.version, "move": "save"}
    answer = tablet.post("/handover/submit/", values)
    assert answer.status_code == 422
    assert "is not a number" in answer.content.decode()


@pytest.mark.parametrize("value", LARGE.values(), ids=LARGE.keys())
@pytest.mark.parametrize("question", ["nd_fear", "ls_weight"])
def test_the_check_names_the_question(value: Any, question: str) -> None:
    with pytest.raises(answers.AnswerError, match=question):
        answers.check(library.shipped_questionnaire(), {question: value}, TODAY)


def test_a_summary_that_is_too_long_is_422(opened: World) -> None:
    """REQ-S73."""
    row = support.planned(opened)
    answer = browser(opened).post(url("consultation-sign", row), {"summary": "x" * 4001, "version": row.version})
    assert answer.status_code == 422
    assert "4000" in answer.content.decode()
