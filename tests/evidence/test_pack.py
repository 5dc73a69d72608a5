"""The shipped pack: its figures add up, and a pack that does not add up is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from clinic.errors import InvalidValue
from evidence.pack import FEEDBACK_FIELDS, parse, parse_words
from tests.evidence import cases


def test_the_four_units_carry_their_numbers_hours_and_credits() -> None:
    """REQ-S1 REQ-S2 REQ-S3 REQ-S5 REQ-S38 REQ-S59 REQ-S79 REQ-S108: qualification and units are as specified."""
    pack = cases.pack()
    assert (pack.number, pack.level, pack.total_hours, pack.minimum_age) == ("610/3533/6", 5, 206, 19)
    figures = [(unit.number, unit.guided_hours, unit.credits, len(unit.criteria)) for unit in pack.units]
    assert figures == [
        ("D/650/8956", 20, 3, 18),
        ("H/650/8958", 40, 6, 18),
        ("M/650/8960", 20, 3, 28),
        ("Y/650/8963", 55, 8, 38),
    ]


def test_hours_and_credits_add_up_to_the_qualification() -> None:
    """REQ-S6 REQ-S7 REQ-S12 REQ-S13: 135 hours, 20 credits, 102 criteria in four units."""
    pack = cases.pack()
    assert sum(unit.guided_hours for unit in pack.units) == pack.guided_hours == 135
    assert sum(unit.credits for unit in pack.units) == pack.credits == 20
    assert len(pack.criteria) == len(pack.criterion_by_key) == 102


def test_twenty_criteria_are_practical_by_default() -> None:
    """REQ-S176: unit 1 outcome 3, unit 2 outcome 3 and unit 4 outcome 4 are practical, whatever their verb."""
    practical = [criterion.key for criterion in cases.pack().criteria if criterion.is_practical]
    assert practical == (
        [f"U1-3.{n}" for n in range(1, 6)] + [f"U2-3.{n}" for n in range(1, 6)] + [f"U4-4.{n}" for n in range(1, 11)]
    )


def test_a_centre_changes_the_setting_of_one_criterion() -> None:
    """REQ-S176: practical or knowledge is a setting on each criterion."""
    changed = cases.pack().with_settings({"U1-3.5": "knowledge"})
    assert not changed.criterion_by_key["U1-3.5"].is_practical
    assert changed.criterion_by_key["U1-3.1"].is_practical


def test_labels_are_short_and_every_command_word_is_explained() -> None:
    """REQ-S175 REQ-S177: the glossary is general; it covers every verb used and the 34 of the table."""
    words = cases.words()
    assert all(len(criterion.label) <= 44 for criterion in cases.pack().criteria)
    assert {criterion.command for criterion in cases.pack().criteria} <= set(words)
    assert sum(word.is_listed for word in words.values()) == 34


def test_every_row_of_the_pack_names_its_source() -> None:
    """REQ-S17: a pack is data; every criterion names the requirement row it stands for, each once."""
    rows = [c for unit in cases.body()["units"] for o in unit["outcomes"] for c in o["criteria"]]
    assert all(row["evidence"] == "SEED" for row in rows)
    assert len({row["source"] for row in rows}) == 102


def test_the_feedback_form_has_exactly_eleven_fields() -> None:
    """REQ-S170 REQ-S173: the forms carry exactly the fields of the specification."""
    pack = cases.pack()
    assert [key for key, _ in pack.feedback_fields] == list(FEEDBACK_FIELDS)
    assert len(pack.feedback_fields) == 11
    assert len(pack.iqa_report_fields) + len(pack.iqa_report_rows) == 9


def test_a_criterion_with_a_slip_keeps_a_note() -> None:
    """REQ-S83 REQ-S130: slips of the specification are noted, never silently corrected."""
    by_key = cases.pack().criterion_by_key
    assert by_key["U3-1.4"].note
    assert by_key["U4-3.1"].note


def _set(path: list[Any], value: Any) -> Callable[[dict[str, Any]], None]:
    def change(body: Any) -> None:
        for step in path[:-1]:
            body = body[step]
        body[path[-1]] = value

    return change


BROKEN = {
    "hours": (_set(["units", 0, "guided_hours"], 21), "guided hours add up to 136"),
    "credits": (_set(["qualification", "credits"], 21), "credits add up to 20"),
    "total hours": (_set(["qualification", "total_hours"], 100), "total hours"),
    "double criterion": (_set(["units", 0, "outcomes", 0, "criteria", 1, "code"], "1.1"), "appears twice"),
    "wrong outcome": (_set(["units", 0, "outcomes", 0, "criteria", 1, "code"], "4.9"), "does not belong"),
    "empty label": (_set(["units", 0, "outcomes", 0, "criteria", 1, "label"], " "), "does not belong"),
    "unknown rule criterion": (_set(["practical_rules", "counters", 0, "needs"], ["U9-1.1"]), "U9-1.1"),
    "no minimum": (_set(["practical_rules", "counters", 0, "minimum"], 0), "asks for none"),
    "unknown kind": (_set(["evidence_kinds", 1, "key"], "exam"), "exam"),
    "no observation": (_set(["evidence_kinds", 0, "key"], "witness"), "observation is missing"),
    "field missing": (_set(["forms", "feedback", "fields"], []), "eleven fields"),
    "report field missing": (_set(["forms", "iqa_report", "fields"], []), "report"),
    "report row missing": (_set(["forms", "iqa_report", "rows"], []), "rows of the quality"),
    "unknown setting": (_set(["units", 0, "outcomes", 0, "criteria", 1, "setting"], "exam"), "exam"),
    "no units": (_set(["units"], None), "cannot be read"),
    "no assessor award": (_set(["awards", "assessor"], []), "no award"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_pack_that_does_not_add_up_is_refused(name: str) -> None:
    """REQ-S6 REQ-S7: import checks shape and sums and says what is wrong."""
    change, words = BROKEN[name]
    body = cases.body()
    change(body)
    with pytest.raises(InvalidValue, match=words) as refusal:
        parse(body)
    assert refusal.value.code == "pack.invalid"


def test_a_glossary_with_a_word_twice_is_refused() -> None:
    """REQ-S175: one meaning per word."""
    row = {"word": "apply", "asks": "Use it.", "listed": True}
    with pytest.raises(InvalidValue):
        parse_words({"words": [row, row]})
