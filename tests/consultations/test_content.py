"""The shipped questionnaire and rules: complete, typed, and every row with evidence and source."""

from __future__ import annotations

from collections import Counter

import pytest

from clinic.catalogue import content as catalogue
from consultations import library, questionnaire
from consultations.questionnaire import Setting
from consultations.rule_language import RuleError, tree

ITEMS_BY_GROUP = {
    "A1": 11, "A2": 6, "A3": 11, "A4": 15, "A5": 7, "A6": 32, "A7": 8, "A8": 13, "A9": 10, "A10": 14, "A11": 23,
    "A12": 17, "A13": 11, "A14": 4, "A15": 7, "A16": 3,
}  # fmt: skip


def test_all_groups_and_items_of_section_a_are_there() -> None:
    """REQ-S63: the whole questionnaire."""
    shipped = library.shipped_questionnaire()
    assert {group.id: len(group.items) for group in shipped.groups} == ITEMS_BY_GROUP
    assert sum(ITEMS_BY_GROUP.values()) == len(shipped.items) == 192


def test_types_are_those_of_section_a() -> None:
    kinds = Counter(item.type for item in library.shipped_questionnaire().items.values())
    assert kinds["group"] == 2
    assert kinds["sign"] == 1
    assert kinds["s10"] == 2
    assert kinds["dn"] == 17
    assert set(kinds) == set(questionnaire.TYPES)


def test_only_staff_answer_identity_and_capacity() -> None:
    """Decision 50."""
    staff_only = {item.id for item in library.shipped_questionnaire().items.values() if item.is_staff_only}
    assert staff_only == {"id_doc", "id_capacity"}


def test_demographics_map_to_the_client_record() -> None:
    """Decision 24."""
    maps = {item.id: item.maps_to for item in library.shipped_questionnaire().items.values() if item.maps_to}
    assert maps["id_name"] == "legal_name"
    assert maps["id_dob"] == "birth_date"
    assert maps["id_known_as"] == "known_as"


def test_all_rules_of_section_b_are_there() -> None:
    """REQ-S208: 187 rules, 69 absolute, 46 relative, 39 defer, 33 caution."""
    rules = library.shipped_rules().rules
    severities = Counter(str(rule.severity) for rule in rules)
    assert len(rules) == 187
    assert severities == {"absolute": 69, "relative": 46, "defer": 39, "caution": 33}
    assert all(rule.source and rule.evidence and rule.message and rule.action for rule in rules)


def test_every_deferral_says_until_when() -> None:
    assert all(rule.defer for rule in library.shipped_rules().rules if rule.severity == "defer")


def test_every_contraindication_tag_is_answered_by_a_rule() -> None:
    """Table B11: no tag of the catalogue is left without a rule or a note."""
    tags = {tag for row in catalogue.ingredients().values() for tag in row.contraindication_tags}
    assert tags <= set(library.shipped_rules().rules_by_tag)


def test_every_fact_is_read_by_a_rule_or_a_deferral() -> None:
    read = set()
    for rule in library.shipped_rules().rules:
        read |= {part.name for part in tree.walk(rule.node) if isinstance(part, tree.Fact)}
        if rule.defer:
            read |= {*rule.defer.after, rule.defer.days_fact, rule.defer.hours_fact}
    assert set(library.fact_types()) <= read


def test_electro_questions_are_asked_for_electro_only() -> None:
    shipped = library.shipped_questionnaire()
    asked = {item.group for item in shipped.asked({}, Setting(frozenset({"injection"})), while_filling=True)}
    assert "A7" not in asked
    assert "A15" not in asked
    electro = {item.group for item in shipped.asked({}, Setting(frozenset({"electro"})), while_filling=True)}
    assert "A7" in electro


@pytest.mark.parametrize(
    ("answers", "question", "is_asked"),
    [
        ({}, "pr_now", False),
        ({"id_can_conceive": "no"}, "pr_now", False),
        ({"id_can_conceive": "yes"}, "pr_now", True),
        ({"id_can_conceive": "unsure"}, "pr_now", True),
        ({"mh_autoimmune": ["none"]}, "mh_ai_active", False),
        ({"mh_autoimmune": ["lupus"]}, "mh_ai_active", True),
        ({}, "mh_ai_active", False),
        ({"px_filler": "none"}, "px_filler_type", False),
        ({"px_filler": "2026-01-01"}, "px_filler_type", True),
        ({"px_filler": "unsure"}, "px_filler_type", True),
        ({"bd_1": True}, "bd_2", True),
        ({"bd_1": False}, "bd_2", False),
    ],
)
def test_a_follow_up_appears_when_it_should(answers: dict[str, object], question: str, is_asked: bool) -> None:
    shown = library.shipped_questionnaire().asked(answers, Setting(), while_filling=True)
    assert (question in {item.id for item in shown}) == is_asked


def test_a_condition_about_an_unknown_question_is_refused() -> None:
    body = library.read("questionnaire")
    body["groups"][1]["items"][4]["when"] = "yes(q.gp_specialst)"
    with pytest.raises(RuleError, match="gp_specialst"):
        questionnaire.parse(body)


def test_a_rule_with_an_unknown_severity_is_refused() -> None:
    body = library.read("rules")
    body["rules"][0]["severity"] = "serious"
    with pytest.raises(RuleError, match="R001"):
        library.parse_rules(body)
