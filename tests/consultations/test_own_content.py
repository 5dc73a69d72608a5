"""A clinic's own questionnaire and rules: rules are read with the questions a consultation was asked."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.test import Client as Browser

from clinic import clock, content
from clinic.errors import InvalidValue, RuleRefused
from clinic.services import house
from consultations import findings, queries, services
from consultations.models import Consultation
from tests.consultations import support
from tests.factories import NOW, World

QUESTION = {
    "id": "go_tattoo", "wording": "Do you have a tattoo where you want to be treated?", "type": "ynu", "required": True,
    "why": "clinic's own", "safe": "no", "evidence": "CC", "source": "clinic",
}  # fmt: skip
RULE = {
    "id": "R990", "section": "B1", "modality": "both", "severity": "caution", "condition": "yes(q.go_tattoo)",
    "message": "Tattoo in the area", "action": "Leave it out", "evidence": "CC", "source": "clinic",
}  # fmt: skip


def asking(question: dict[str, Any] | None) -> Any:
    """The shipped questionnaire with a question of the clinic's own, or without the last one of its group."""
    body = copy.deepcopy(content.shipped("questionnaire"))
    group = next(row for row in body["groups"] if row["id"] == "A3")
    if question is not None:
        group["items"].append(question)
    return body


def ruling() -> Any:
    body = copy.deepcopy(content.shipped("rules"))
    body["rules"].append(RULE)
    return body


def publish(world: World, kind: str, body: Any) -> None:
    by = world.actor("lead")
    version = house.draft_content(world.organisation, kind, body, by=by, at=NOW)
    house.review_content(version, house.unreviewed_rows(version), by=by, at=NOW)
    house.publish_content(version, by=by, at=NOW)


def screened(world: World, **changes: Any) -> set[str]:
    row = support.answered(world, **changes)
    run = findings.latest_run(Consultation.objects.get(pk=row.pk))
    assert run is not None
    return {item["rule"] for item in run.findings}


def test_a_rule_may_read_a_question_of_the_clinics_own(world: World) -> None:
    """Decision 33: the words of the published questionnaire are known; the shipped one does not have to hold them."""
    support.open_world(world)
    publish(world, "questionnaire", asking(QUESTION))
    publish(world, "rules", ruling())
    assert "R990" in screened(world, go_tattoo="yes")


def test_a_rule_on_a_question_nobody_asks_is_refused_when_drafted(world: World) -> None:
    """Decision 33."""
    support.open_world(world)
    with pytest.raises(ValueError, match="go_tattoo"):
        house.draft_content(world.organisation, "rules", ruling(), by=world.actor("lead"), at=NOW)


def test_a_consultation_begun_with_the_old_questions_goes_on(world: World) -> None:
    """Decision 33: yes() of a question that was not asked is no."""
    support.open_world(world)
    row = support.start(world, interest="injection")
    publish(world, "questionnaire", asking(QUESTION))
    publish(world, "rules", ruling())
    response = services.submit_answers(support.saved(world, row), by=support.actor(world), at=NOW)
    services.confirm_answers(response, support.STAFF_ONLY, by=support.actor(world), at=NOW)
    run = findings.latest_run(Consultation.objects.get(pk=row.pk))
    assert run is not None
    assert "R990" not in {item["rule"] for item in run.findings}


def test_rules_that_do_not_fit_the_questions_stop_the_screen_by_name(world: World) -> None:
    """A question taken out of every version in use: the screen does not run half."""
    support.open_world(world)
    publish(world, "questionnaire", asking(QUESTION))
    publish(world, "rules", ruling())
    publish(world, "questionnaire", asking(None))
    with pytest.raises(RuleRefused, match="go_tattoo") as refused:
        support.answered(world)
    assert refused.value.code == "rules_do_not_fit"


# instruments ----------------------------------------------------------------------------------------------------------
def _instruments(**changes: Any) -> Any:
    """Instruments with one more thing to see to first, words of the clinic's own, and other phototype bands."""
    body = copy.deepcopy(content.shipped("instruments"))
    body["pre_checks"].append({"id": "lenses", "wording": "Contact lenses out", "evidence": "CC", "source": "clinic"})
    pores = next(scale for scale in body["scales"] if scale["id"] == "PORE")
    pores["values"][4] = "crater-like"
    body["phototype"]["bands"][0]["to"] = 10
    body["phototype"]["bands"][1]["from"] = 11
    return {**body, **changes}


def test_the_skin_analysis_uses_the_instruments_in_force(world: World) -> None:
    """Content is the clinic's: what the lead published is asked, shown and named, not what ships (S69, F1)."""
    support.open_world(world)
    row = support.answered(world)
    publish(world, "instruments", _instruments())
    by = world.actor("practitioner")
    desk = Browser()
    desk.force_login(world.people["practitioner"])
    with clock.set_to(NOW):
        text = desk.get(f"/consultations/{row.id}/skin/").content.decode()
    assert "Contact lenses out" in text
    assert "crater-like" in text
    assert 'data-bands="10:1 13:2' in text
    with pytest.raises(InvalidValue) as refusal:
        services.record_skin_analysis(row, support.skin(clinician_type=1), by=by, at=NOW)
    assert refusal.value.field == "pre_checks_reason"
    seen = support.skin(clinician_type=1, pre_checks=(*support.PRE_CHECKS, "lenses"))
    done = services.record_skin_analysis(row, seen, by=by, at=NOW)
    assert (done.scores["type_by_score"], done.scores["instruments"]["number"]) == (1, 2)


def test_a_signed_analysis_is_shown_on_the_instruments_it_was_made_with(world: World) -> None:
    """What was recorded keeps its words; only what may still be written follows the version in force."""
    support.open_world(world)
    row = support.answered(world)
    analysis = services.record_skin_analysis(row, support.skin(), by=world.actor("practitioner"), at=NOW)
    publish(world, "instruments", _instruments())
    assert "lenses" in queries.instruments_of(row)[1].pre_checks
    analysis.frozen_at = NOW
    analysis.save(update_fields=["frozen_at"])
    version, used = queries.instruments_of(row)
    assert (version.number if version else None, "lenses" in used.pre_checks) == (1, False)


def test_without_published_instruments_nothing_is_analysed(world: World) -> None:
    for kind in ("questionnaire", "rules"):
        publish(world, kind, content.shipped(kind))
    row = support.answered(world)
    with pytest.raises(RuleRefused) as refusal:
        services.record_skin_analysis(row, support.skin(), by=world.actor("practitioner"), at=NOW)
    assert refusal.value.code == "content_not_published"


@pytest.mark.parametrize("spoil", ["pre_checks", "scales", "phototype"])
def test_instruments_the_page_could_not_show_are_not_published(world: World, spoil: str) -> None:
    body = _instruments()
    if spoil == "phototype":
        body["phototype"]["bands"].pop()
    elif spoil == "scales":
        body["scales"] = [scale for scale in body["scales"] if scale["id"] != "TONE"]
    else:
        del body["pre_checks"]
    with pytest.raises(ValueError, match=r"lack|bands|TONE"):
        content.parse("instruments", body)
