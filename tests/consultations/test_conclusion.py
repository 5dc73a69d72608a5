"""Before a decision: methods, summary, gaps, expectations; before the analysis its pre-checks."""

from __future__ import annotations

from typing import Any

import pytest

from clinic.errors import DomainError, InvalidValue, RuleRefused
from consultations import payloads, queries, rules, services
from consultations.models import Consultation
from tests.consultations import support
from tests.consultations.test_api import send
from tests.consultations.test_pages import browser, url
from tests.factories import NOW, World


@pytest.fixture
def opened(world: World) -> World:
    return support.open_world(world)


@pytest.mark.parametrize(
    ("changes", "kind", "field"),
    [
        ({"methods": {}}, "suitable", "methods"),
        ({"methods": {"guessing": "Well."}}, "suitable", "methods"),
        ({"methods": {"questioning": "Well.", "records": " "}}, "suitable", "showed_records"),
        ({"summary": "  "}, "decline", "summary"),
        ({"gaps": (("Letter of the GP", ""),)}, "defer", "gaps"),
        ({"gaps": (("", "Dr Lee"),)}, "defer", "gaps"),
        ({"expectation": ""}, "suitable", "expectation"),
        ({"expectation": "partly"}, "suitable", "expectation_words"),
        ({"expectation": "not"}, "decline", "expectation_words"),
        ({"expectation": "not", "expectation_words": "Wants a facelift."}, "suitable", "kind"),
    ],
)
def test_what_a_conclusion_must_hold(changes: dict[str, Any], kind: str, field: str) -> None:
    """REQ-S62 REQ-S64 REQ-S189: each refusal names its field."""
    with pytest.raises(DomainError) as refused:
        rules.check_conclusion(support.conclusion(**changes), kind)
    assert refused.value.field == field


@pytest.mark.parametrize("kind", ["defer", "refer", "decline"])
def test_an_expectation_that_cannot_be_met_allows_every_decision_but_suitable(kind: str) -> None:
    """REQ-S189."""
    judged = support.conclusion(expectation="not", expectation_words="Wants the face of ten years ago.")
    rules.check_conclusion(judged, kind)
    with pytest.raises(RuleRefused) as refused:
        rules.check_conclusion(judged, "suitable")
    assert refused.value.code == "not_realistic"


def test_the_conclusion_is_kept_with_the_decision_and_sealed(opened: World) -> None:
    """REQ-S62 REQ-S64 REQ-S189."""
    row = support.answered(opened)
    said = support.conclusion(
        expectation="partly", expectation_words="Fine lines soften, folds stay.", gaps=(("GP letter", "The client"),)
    )
    support.decide(opened, row, conclusion=said)
    kept = queries.latest_decision(row)
    assert kept is not None
    assert (kept.summary, kept.expectation, kept.gaps) == (said.summary, "partly", [["GP letter", "The client"]])
    assert kept.methods_in_words == [("Questioning", "Well, no medicines."), ("Examination", "Dry over the cheeks.")]
    sealed = payloads.consultation_payload(Consultation.objects.get(pk=row.pk))["decisions"][0]
    assert sealed["expectation_words"] == "Fine lines soften, folds stay."


def test_the_page_opens_with_the_conclusion_and_refuses_a_method_without_words(opened: World) -> None:
    """REQ-S62 REQ-S64: the methods and the conclusion stand above the decision."""
    row, me = support.answered(opened), browser(opened)
    page = me.get(url("consultation-decision", row)).content.decode()
    assert page.index("Methods used") < page.index("Summary in your own words") < page.index('name="kind"')
    version = Consultation.objects.get(pk=row.pk).version
    wordless = me.post(url("consultation-decision", row), support.decision_form(showed_questioning="", version=version))
    assert wordless.status_code == 422
    assert "Say what questioning showed." in wordless.content.decode()
    form = support.decision_form(version=version, gap_1="GP letter", closer_1="The client")
    assert me.post(url("consultation-decision", row), form).status_code == 303
    assert "GP letter (The client)" in me.get(url("consultation-decision", row)).content.decode()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 201),
        ({"gaps": [{"what": "GP letter", "who": "The client"}]}, 201),
        ({"gaps": [{"what": "GP letter", "who": "The client", "x": 1}]}, 400),
        ({"methods": {}}, 422),
        ({"expectation": "not", "expectation_words": "Too much."}, 422),
        ({"expectation": "perhaps"}, 422),
    ],
)
def test_the_api_takes_the_same_conclusion(opened: World, changes: dict[str, Any], status: int) -> None:
    """REQ-S62 REQ-S64 REQ-S189."""
    row = support.answered(opened)
    address = url("api-consultation-decision", row)
    answer = send(browser(opened), "post", address, support.decision_body(**changes), row.version)
    assert answer.status_code == status, answer.json()
    if status == 201:
        shown = browser(opened).get(url("api-consultation-detail", row)).json()["decision"]
        assert (shown["summary"], shown["methods"]) == ("Dry skin.", {"questioning": "Well."})
        assert shown["gaps"] == changes.get("gaps", [])


# pre-checks of the skin analysis --------------------------------------------------------------------------------------
@pytest.mark.parametrize("left_out", support.PRE_CHECKS)
def test_a_pre_check_left_out_needs_a_reason(opened: World, left_out: str) -> None:
    """REQ-S69."""
    row = support.answered(opened)
    ticked = tuple(name for name in support.PRE_CHECKS if name != left_out)
    with pytest.raises(InvalidValue) as refused:
        services.record_skin_analysis(row, support.skin(pre_checks=ticked), by=support.actor(opened), at=NOW)
    assert refused.value.field == "pre_checks_reason"
    seen = support.skin(pre_checks=ticked, pre_checks_reason="Lamp is being repaired.")
    done = services.record_skin_analysis(row, seen, by=support.actor(opened), at=NOW)
    assert done.scores["pre_checks_reason"] == "Lamp is being repaired."


def test_the_pre_checks_are_the_five_of_the_requirement(opened: World) -> None:
    """REQ-S69: cleansed, light, tools, consent to touch, permission to photograph or refusal; others are refused."""
    assert set(support.PRE_CHECKS) == {"cleansed", "light", "tools", "touch", "photograph"}
    row = support.answered(opened)
    seen = support.skin(pre_checks=(*support.PRE_CHECKS, "moon"))
    with pytest.raises(InvalidValue) as refused:
        services.record_skin_analysis(row, seen, by=support.actor(opened), at=NOW)
    assert refused.value.field == "pre_checks"


def test_pages_and_programs_give_the_reason(opened: World) -> None:
    """REQ-S69."""
    row, me = support.answered(opened), browser(opened)
    values: dict[str, Any] = {f"fst_{number}": 1 for number in range(1, 11)}
    values |= {f"{scale}_{zone}": 2 for scale in ("pore", "texture", "tone") for zone in ("forehead", "cheeks", "chin")}
    values |= {"clinician_type": 2, "glogau": 2, "pre_checks": ["light", "tools", "touch", "photograph"]}
    refused = me.post(url("consultation-skin", row), {**values, "version": 0})
    assert refused.status_code == 422
    assert "say why something is left out" in refused.content.decode()
    assert send(me, "post", url("api-consultation-skin", row), values).status_code == 422
    done = send(me, "post", url("api-consultation-skin", row), {**values, "pre_checks_reason": "Sunscreen stays on."})
    assert done.json()["scores"]["pre_checks_reason"] == "Sunscreen stays on."
    assert "Sunscreen stays on." in me.get(url("consultation-skin", row)).content.decode()
