"""Two tablets on one consultation: the later save is refused and shows both versions (decision 13)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse

from consultations import services
from consultations.models import Consultation
from tests.consultations import support
from tests.consultations.test_pages import browser, url
from tests.factories import NOW, World


@pytest.fixture
def opened(world: World) -> World:
    return support.open_world(world)


def both(answer: HttpResponse, now: str, yours: str) -> None:
    """The 409 names what is kept now and what was typed, side by side."""
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else saved this while you were typing" in page
    assert re.search(rf'<td class="theirs">{re.escape(now)}</td><td class="yours">{re.escape(yours)}</td>', page), page


def skin_form(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {f"fst_{number}": 1 for number in range(1, 11)}
    values |= {f"{scale}_{zone}": 1 for scale in ("pore", "texture", "tone") for zone in ("forehead", "cheeks", "chin")}
    return {**values, "pre_checks": support.PRE_CHECKS, "clinician_type": 2, "glogau": 2, **changes}


def test_a_stale_skin_analysis_shows_both(opened: World) -> None:
    """REQ-S67."""
    row = support.answered(opened)
    for notes in ("First words", "Second words"):
        services.record_skin_analysis(row, support.skin(notes=notes), by=support.actor(opened), at=NOW)
    answer = browser(opened).post(url("consultation-skin", row), skin_form(notes="My words", version=1))
    both(answer, "Second words", "My words")
    both(answer, "2", "1")


def test_a_stale_decision_shows_both(opened: World) -> None:
    """REQ-S64."""
    row = support.decided(opened)
    form = support.decision_form(reason="My reason.", version=row.version - 1)
    answer = browser(opened).post(url("consultation-decision", row), form)
    both(answer, "No stop, realistic aims.", "My reason.")
    both(answer, "Well, no medicines.", "Well.")


def drafted(world: World, aim: str = "Their aim") -> tuple[Consultation, dict[str, Any]]:
    """A consultation whose draft has moved on to version 2, and a form written on version 1."""
    row, product = support.decided(world), support.make_product(world)
    for words in ("Earlier aim", aim):
        services.draft_plan(row, product=product, aim=words, by=support.actor(world), at=NOW, **support.PLAN)
    return row, {**support.PLAN, "product": str(product.pk), "version": 1}


def test_a_stale_plan_shows_both(opened: World) -> None:
    """REQ-S74."""
    row, form = drafted(opened)
    answer = browser(opened).post(url("consultation-plan", row), {**form, "aim": "My aim", "sessions": 5})
    both(answer, "Their aim", "My aim")
    both(answer, "3", "5")
    assert row.plans.get().aim == "Their aim"


def test_a_stale_agreement_shows_both(opened: World) -> None:
    """REQ-S74."""
    row, _ = drafted(opened)
    address = url("plan-agree", row, plan_id=row.plans.get().pk)
    both(browser(opened).post(address, {"agreed_with": "Amara Okafor", "version": 1}), "2", "1")


def test_a_stale_signature_shows_both(opened: World) -> None:
    """REQ-S73."""
    row = support.planned(opened)
    support.insure(opened)
    answer = browser(opened).post(url("consultation-sign", row), {"summary": "My summary", "version": row.version - 1})
    both(answer, "empty", "My summary")
    assert Consultation.objects.get(pk=row.pk).signed_at is None


@pytest.mark.parametrize("verb", ["abandon", "decline"])
def test_a_stale_ending_shows_both(opened: World, verb: str) -> None:
    """REQ-S63."""
    row = support.start(opened)
    answer = browser(opened).post(url(f"consultation-{verb}", row), {"reason": "Home", "words": "No", "version": 99})
    kept = row.version if verb == "abandon" else row.response.version
    both(answer, str(kept), "99")


def test_a_second_first_analysis_is_stale(opened: World) -> None:
    """REQ-S67: two tablets showed the empty form; the page carries version 0 until there is an analysis."""
    row, me = support.answered(opened), browser(opened)
    assert 'name="version" value="0"' in me.get(url("consultation-skin", row)).content.decode()
    first = skin_form(notes="First", version=0)
    assert me.post(url("consultation-skin", row), first).status_code == 303
    both(me.post(url("consultation-skin", row), {**first, "notes": "Second"}), "First", "Second")
    assert row.skin_analysis.notes == "First"


def test_a_second_first_draft_is_stale(opened: World) -> None:
    """REQ-S74: also once the first was agreed."""
    row, me = support.decided(opened), browser(opened)
    product = str(support.make_product(opened).pk)
    assert 'name="version" value="0"' in me.get(url("consultation-plan", row)).content.decode()
    form = {**support.PLAN, "product": product, "aim": "First", "version": 0}
    assert me.post(url("consultation-plan", row), form).status_code == 303
    both(me.post(url("consultation-plan", row), {**form, "aim": "Second"}), "First", "Second")
    plan = row.plans.get()
    services.agree_plan(plan, agreed_with="Amara Okafor", by=support.actor(opened), at=NOW)
    assert me.post(url("consultation-plan", row), {**form, "version": plan.version}).status_code == 409
    assert row.plans.count() == 1


@pytest.mark.parametrize("version", [{}, {"version": ""}, {"version": "9" * 400}, {"version": "-1"}])
def test_a_page_without_a_version_is_428(opened: World, version: dict[str, str]) -> None:
    """Decision 13."""
    row, me = support.planned(opened), browser(opened)
    plan = row.plans.get()
    posts: dict[str, dict[str, Any]] = {
        "skin": skin_form(), "decision": support.decision_form(), "sign": {"summary": ""},
        "plan": {**support.PLAN, "product": str(plan.product_id)}, "confirm": {}, "abandon": {"reason": "Home"},
        "decline": {"words": "No"}, "questionnaire": {"shown": "nd_fear", "q_nd_fear": "3"},
    }  # fmt: skip
    for name, values in posts.items():
        assert me.post(url(f"consultation-{name}", row), {**values, **version}).status_code == 428, name
    agree = url("plan-agree", row, plan_id=plan.pk)
    assert me.post(agree, {"agreed_with": "Amara Okafor", **version}).status_code == 428


def test_stale_answers_show_both(opened: World) -> None:
    """REQ-S63: asked aloud, and confirmed."""
    row, me = support.start(opened), browser(opened)
    response = support.saved(opened, row, go_outcome="Their words")
    typed = {"shown": "go_outcome", "q_go_outcome": "My words", "version": 1, "move": "save"}
    both(me.post(url("consultation-questionnaire", row), typed), "Their words", "My words")
    response = services.submit_answers(response, by=support.actor(opened), at=NOW)
    confirmed = {"shown": "id_doc", "q_id_doc": "passport", "version": 1}
    both(me.post(url("consultation-confirm", row), confirmed), "empty", "passport")
    both(me.post(url("consultation-confirm", row), confirmed), str(response.version), "1")


def test_a_decision_made_anew_moves_the_version(opened: World) -> None:
    """REQ-S64: of two tablets that open a decided consultation, the second to decide is stale."""
    row, me = support.decided(opened), browser(opened)
    form = support.decision_form(reason="First change.", version=row.version)
    assert me.post(url("consultation-decision", row), form).status_code == 303
    both(me.post(url("consultation-decision", row), {**form, "reason": "Second."}), "First change.", "Second.")
    assert row.decisions.count() == 2
