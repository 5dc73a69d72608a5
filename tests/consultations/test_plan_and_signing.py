"""Factors and the shared decision of a plan (S72, S120, S268); what is checked when a consultation is signed (S73)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from clinic.choices import CredentialKind
from clinic.errors import InvalidValue, RuleRefused
from clinic.services import house
from consultations import basis, payloads, rules, services, signing
from consultations.choices import Factor
from consultations.models import Consultation
from tests.consultations import support
from tests.consultations.test_api import send
from tests.consultations.test_pages import browser, url
from tests.factories import NOW, TODAY, World


@pytest.fixture
def opened(world: World) -> World:
    return support.open_world(world)


def draft(world: World, row: Consultation, **changes: Any) -> Any:
    values = {**support.PLAN, "product": support.make_product(world), **changes}
    return services.draft_plan(row, by=support.actor(world), at=NOW, **values)


# plan -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sessions", "reason", "is_refused"),
    [(2, "", True), (2, "A trial.", False), (3, "", False), (15, "", False), (16, " ", True), (16, "Body too.", False)],
)
def test_fewer_than_3_or_more_than_15_sessions_ask_for_a_reason(sessions: int, reason: str, is_refused: bool) -> None:
    """REQ-S231, decision 62: the boundaries."""
    terms = rules.PlanTerms(sessions, 14, reason)
    if not is_refused:
        rules.check_plan(terms)
        return
    with pytest.raises(InvalidValue) as refused:
        rules.check_plan(terms)
    assert refused.value.field == "sessions_reason"


def test_a_plan_shows_every_factor_with_what_is_known_and_what_is_missing(opened: World) -> None:
    """REQ-S72 REQ-S120."""
    row = support.answered(opened, go_outcome="fresher skin")
    found = {item.id: item for item in basis.basis_of(row)}
    assert set(found) == set(Factor.values)
    assert "fresher skin" in found["result"].words
    assert found["skin"].is_missing
    services.record_skin_analysis(row, support.skin(), by=support.actor(opened), at=NOW)
    assert {item.id: item for item in basis.basis_of(row)}["skin"].words == "Phototype 2, Glogau 2"


def test_factors_considered_are_kept_in_order_and_unknown_ones_refused(opened: World) -> None:
    """REQ-S120."""
    row = support.decided(opened)
    plan = draft(opened, row, factors=("budget", "history"))
    again = {**support.PLAN, "product": plan.product, "factors": ("stars",), "version": plan.version}
    assert plan.factors == ["history", "budget"]
    with pytest.raises(InvalidValue) as refused:
        services.draft_plan(row, by=support.actor(opened), at=NOW, **again)
    assert refused.value.field == "factors"


def test_the_shared_decision_comes_from_the_answers_unless_it_is_written_anew(opened: World) -> None:
    """REQ-S268."""
    row = support.decided(opened)
    plan = draft(opened, row, shared={"goals": "Less dull by summer", "budget": ""})
    assert plan.shared["goals"] == "Less dull by summer"
    assert plan.shared["budget"] == "Comfortable with the cost of a full course and upkeep"
    assert plan.shared["wanted"] == "fresher skin"
    assert "Fear of needles 1 of 10" in plan.shared["comfort"]
    assert payloads.plan_payload(plan)["shared"] == plan.shared


def test_page_and_api_take_factors_and_the_shared_decision(opened: World) -> None:
    """REQ-S72 REQ-S120 REQ-S268."""
    row, me = support.decided(opened), browser(opened)
    product = str(support.make_product(opened).pk)
    page = me.get(url("consultation-plan", row)).content.decode()
    assert "Considered in this plan" in page
    assert "Still missing" in page
    form = {**support.PLAN, "version": 0, "product": product, "factors": ["goals", "skin"], "wanted": "Softer lines"}
    assert me.post(url("consultation-plan", row), form).status_code == 303
    plan = row.plans.get()
    assert (plan.factors, plan.shared["wanted"]) == (["skin", "goals"], "Softer lines")
    assert "Skin analysis, Goals and motives" in me.get(url("consultation-plan", row)).content.decode()
    body = {**support.PLAN, "product": product, "factors": ["comfort"], "goals": "Glow"}
    sent = send(me, "put", url("api-consultation-plan", row), body, plan.version)
    assert sent.json()["plan"]["factors"] == ["comfort"]
    assert sent.json()["plan"]["shared"]["goals"] == "Glow"
    wrong = send(me, "put", url("api-consultation-plan", row), {**body, "factors": ["stars"]}, plan.version + 1)
    assert wrong.status_code == 422


# signing --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("insurance", "is_covered"),
    [
        (None, False),
        ({}, True),
        ({"until_on": TODAY}, True),
        ({"until_on": TODAY - timedelta(days=1)}, False),
        ({"from_on": TODAY}, True),
        ({"from_on": TODAY + timedelta(days=1)}, False),
        ({"covers": ["injection"]}, True),
        ({"covers": ["T01"]}, True),
        ({"covers": ["electro"]}, False),
    ],
)
def test_cover_is_for_that_day_and_that_treatment(
    opened: World, insurance: dict[str, Any] | None, is_covered: bool
) -> None:
    """REQ-S73."""
    row = support.planned(opened)
    if insurance is not None:
        support.insure(opened, **insurance)
    assert signing.checks_of(row, NOW).is_covered is is_covered
    reasons = signing.missing_to_sign(row, NOW)
    assert bool([words for words in reasons if "indemnity" in words]) is not is_covered


def test_a_consultation_without_cover_is_not_signed_and_says_so_at_both_doors(opened: World) -> None:
    """REQ-S73."""
    row, me = support.planned(opened), browser(opened)
    with pytest.raises(RuleRefused, match="no indemnity insurance"):
        services.sign_consultation(row, by=support.actor(opened), at=NOW)
    page = me.get(url("consultation-sign", row)).content.decode()
    assert "Not covered" in page
    assert "no indemnity insurance" in page
    assert send(me, "post", url("api-consultation-sign", row), {}, row.version).status_code == 422
    assert me.post(url("consultation-sign", row), {"version": row.version}).status_code == 422


def test_both_results_are_kept_with_the_signed_record(opened: World) -> None:
    """REQ-S73."""
    row = support.signed(opened)
    kept = {
        "on": TODAY.isoformat(),
        "treatment": "injection T01",
        "is_covered": True,
        "cover": "Indemnity",
        "missing": [],
    }
    assert row.sign_checks == kept
    assert payloads.consultation_payload(row)["sign_checks"] == kept
    assert "Indemnity, covers injection T01" in browser(opened).get(url("consultation-sign", row)).content.decode()


def test_what_the_law_asks_and_is_not_filled_stops_the_signature(opened: World) -> None:
    """REQ-S73 REQ-S75: the privacy notice must have been seen."""
    support.insure(opened)
    row = support.planned(opened)
    row.response.answers["dc_privacy"] = False
    assert signing.checks_of(row, NOW).missing == ("The privacy notice is not acknowledged.",)
    assert "The privacy notice is not acknowledged." in signing.missing_to_sign(row, NOW)


def test_a_consultation_that_ends_without_treatment_is_signed_without_cover(opened: World) -> None:
    """REQ-S73: the result is kept all the same."""
    row = support.answered(opened)
    support.decide(opened, row, "decline", reason="Does not want needles.")
    done = services.sign_consultation(Consultation.objects.get(pk=row.pk), by=support.actor(opened), at=NOW)
    assert done.sign_checks["is_covered"] is False


def test_a_learner_in_training_is_covered_by_the_supervisors_insurance(opened: World) -> None:
    """REQ-S73, decision 43."""
    row = support.planned(opened)
    row.practitioner = opened.people["learner"]
    support.insure(opened)
    assert not signing.checks_of(row, NOW).is_covered
    house.add_credential(
        opened.organisation, staff=opened.people["learner"], kind=CredentialKind.IN_TRAINING, title="Level 5",
        covers=["injection"], from_on=date(2026, 1, 1), by=opened.actor("manager"), at=NOW,
    )  # fmt: skip
    assert signing.checks_of(row, NOW).is_covered
