"""The questionnaire cannot be skipped; the client may decline it, and then the consultation ends (S63)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client as Browser

from clinic.errors import RuleRefused, StaleRecord, TransitionRefused
from clinic.models import AuditEntry
from clinic.services import handover
from consultations import queries, services
from consultations.models import Consultation, QuestionnaireResponse
from tests.consultations import support
from tests.consultations.test_api import send
from tests.consultations.test_pages import browser, url
from tests.factories import NOW, World

LATER = NOW + timedelta(minutes=4)


@pytest.fixture
def opened(world: World) -> World:
    return support.open_world(world)


def test_a_declined_questionnaire_ends_the_consultation_with_the_time(opened: World) -> None:
    """REQ-S63."""
    row = support.start(opened)
    done = services.decline_questionnaire(
        row.response, words="That is private.", by=support.actor(opened), at=LATER, version=row.response.version
    )
    ended = Consultation.objects.get(pk=row.pk)
    assert (done.declined_at, ended.abandoned_at, ended.state) == (LATER, LATER, "abandoned")
    assert ended.abandon_reason == "The client declined the questionnaire. That is private."
    assert AuditEntry.objects.filter(action="questionnaire.declined", object_id=done.pk).count() == 1
    assert queries.open_consultation(opened.own) is None


def test_nothing_goes_on_after_it_was_declined(opened: World) -> None:
    """REQ-S63: no answers, no second decline."""
    row = support.start(opened)
    response = services.decline_questionnaire(row.response, by=support.actor(opened), at=LATER)
    for verb in (services.decline_questionnaire, services.submit_answers):
        with pytest.raises(TransitionRefused):
            verb(response, by=support.actor(opened), at=LATER)


def test_confirmed_answers_cannot_be_declined_and_a_stale_page_is_refused(opened: World) -> None:
    row = support.answered(opened)
    with pytest.raises(TransitionRefused):
        services.decline_questionnaire(row.response, by=support.actor(opened), at=LATER)
    with pytest.raises(StaleRecord):
        services.decline_questionnaire(row.response, by=support.actor(opened), at=LATER, version=99)


def test_declining_has_a_page_and_an_api(opened: World) -> None:
    """REQ-S63."""
    row, me = support.start(opened), browser(opened)
    page = me.get(url("consultation-detail", row)).content.decode()
    assert "The client declines the questionnaire" in page
    assert me.post(url("consultation-decline", row), {"version": 99}).status_code == 409
    assert me.post(url("consultation-decline", row), {"version": row.response.version}).status_code == 303
    assert "The client declined the questionnaire" in me.get(url("consultation-detail", row)).content.decode()
    again = support.start(opened)
    address = url("api-consultation-decline", again)
    assert send(me, "post", address, {}).status_code == 428
    assert send(me, "post", address, {"colour": "red"}, again.response.version).status_code == 400
    done = send(me, "post", address, {"words": "No."}, again.response.version)
    assert (done.status_code, done.json()["state"]) == (200, "abandoned")
    assert done.json()["declined_at"]


def test_the_client_declines_on_the_tablet(opened: World) -> None:
    """REQ-S63."""
    response = support.start(opened).response
    _, token = handover.start_handover(opened.own, "questionnaire", response.pk, by=support.actor(opened), at=NOW)
    tablet = Browser()
    tablet.cookies[settings.INTAKE_COOKIE_NAME] = token
    assert tablet.post("/handover/decline/").status_code == 303
    assert QuestionnaireResponse.objects.get(pk=response.pk).declined_at is not None


def test_why_now_is_asked_of_everybody(opened: World) -> None:
    """REQ-S188: the reason for wanting treatment is compulsory; spaces are no answer."""
    item = queries.questionnaire_of(support.start(opened).response).items["go_why_now"]
    assert item.is_required
    row = queries.open_consultation(opened.own)
    assert row is not None
    answers = {key: value for key, value in support.healthy().items() if key not in support.STAFF_ONLY}
    saved = services.save_answers(row.response, {**answers, "go_why_now": "  "}, by=support.actor(opened), at=NOW)
    with pytest.raises(RuleRefused, match="still need an answer") as refused:
        services.submit_answers(saved, by=support.actor(opened), at=NOW)
    assert [item["question"] for item in refused.value.details] == ["go_why_now"]
