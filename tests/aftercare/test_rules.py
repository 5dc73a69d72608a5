"""Rules of aftercare, as tables."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from aftercare import rules
from aftercare.rules import Done
from aftercare.texts import AftercareTexts, parse
from clinic import content
from consent.texts import TextsError

END = datetime(2026, 11, 26, 14, 52, tzinfo=UTC)


@pytest.fixture(scope="module")
def texts() -> AftercareTexts:
    return parse(content.shipped("aftercare_texts"))


def done(modality: str = "injection", regions: Any = ("face",), classes: Any = ()) -> Done:
    return Done(frozenset({modality}), frozenset(regions), frozenset(classes), END)


def ids(texts: AftercareTexts, what: Done) -> set[str]:
    return {row.line.id for row in rules.choose_lines(texts, what)}


@pytest.mark.parametrize(
    ("what", "there", "absent"),
    [
        (done(), {"A01", "A03", "A19", "A20", "A21", "A06"}, {"A16", "A17", "A02e", "A06e"}),
        (done(classes=["hyaluronic"]), {"A16"}, {"A17"}),
        (done(regions=["scalp"]), {"A17"}, {"A20", "A16"}),
        (done(regions=["neck"]), {"A09"}, {"A20", "A17"}),
        (done("electro"), {"A02e", "A06e", "A08e", "A03", "A19", "A12"}, {"A01", "A06", "A20", "A21"}),
    ],
)
def test_lines_follow_what_was_done(texts: AftercareTexts, what: Done, there: set[str], absent: set[str]) -> None:
    """REQ-S146."""
    found = ids(texts, what)
    assert there <= found
    assert not absent & found


@pytest.mark.parametrize("what", [done(), done("electro"), done(regions=["scalp"])])
def test_what_no_sheet_may_lack(texts: AftercareTexts, what: Done) -> None:
    """REQ-S117 skincare and sun, REQ-S118 the pH line, REQ-S207 pain or inflammation and a contact."""
    sections = {row.line.section for row in rules.choose_lines(texts, what)}
    assert {"skincare", "sun"} <= sections
    assert "A19" in ids(texts, what)
    assert "F11" in {flag.id for flag in rules.choose_flags(texts, what)}
    assert "pain or inflammation" in texts.wording.contact_heading


@pytest.mark.parametrize(("modality", "hours"), [("injection", [24, 37, 336, 1008]), ("electro", [24, 37])])
def test_check_ins(texts: AftercareTexts, modality: str, hours: list[int]) -> None:
    """Decision 52: one at 37 hours."""
    due = rules.due_follow_ups(texts, done(modality))
    assert [(row.at - END).total_seconds() / 3600 for row in due] == hours


def test_clock_times(texts: AftercareTexts) -> None:
    words = {row.line.id: rules.when_words(row) for row in rules.choose_lines(texts, done())}
    assert words["A01"] == "until Fri 27 Nov, 02:52"
    assert words["A03"] == "from Thu 26 Nov, 20:52 until Sun 29 Nov, 14:52"
    assert words["A15"] == "until Thu 10 Dec 2026"


def test_hours_run_through_the_change_of_the_clocks(texts: AftercareTexts) -> None:
    before = Done(frozenset({"injection"}), frozenset(), frozenset(), datetime(2026, 10, 24, 14, 0, tzinfo=UTC))
    words = {row.line.id: rules.when_words(row) for row in rules.choose_lines(texts, before)}
    assert words["A02"] == "until Sun 25 Oct, 14:00"  # 15:00 summer time + 24 h


@pytest.mark.parametrize(
    ("report", "hours", "growing", "opens"),
    [
        ("pain", 1, False, True),
        ("inflammation", 500, False, True),
        ("allergic", 1, False, True),
        ("swelling", 20, False, False),
        ("swelling", 36, False, False),
        ("swelling", 37, False, True),
        ("swelling", 5, True, True),
        ("bruise", 48, False, False),
        ("other", 48, False, False),
    ],
)
def test_what_opens_an_event(report: str, hours: float, growing: bool, opens: bool) -> None:
    """REQ-S203, REQ-S204, REQ-S205, REQ-S207, decision 52."""
    assert rules.opens_event(report, hours_after=hours, is_growing=growing) is opens


def test_an_allergic_reaction_is_never_usual(texts: AftercareTexts) -> None:
    """REQ-S205."""
    assert not any("allerg" in (row.what + row.text).lower() for row in texts.usual)


def test_classes_of_ingredients() -> None:
    assert rules.classes_of(["hyaluronic_acid", "glutathione"]) == {"hyaluronic"}
    assert rules.classes_of(["glutathione"]) == frozenset()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body["sections"][1].update(compulsory=False),
        lambda body: body["lines"].pop(2),
        lambda body: body.update(flags=[row for row in body["flags"] if row["id"] != "F11"]),
        lambda body: body["wording"].update(contact_heading=" "),
        lambda body: body["lines"][0].update(to_h=0),
        lambda body: body["lines"][0].update(only="hands"),
        lambda body: body["flags"][0].update(level="maybe"),
        lambda body: body["lines"][0].update(evidence=""),
    ],
)
def test_texts_that_do_not_fit_are_refused(spoil: Any) -> None:
    """REQ-S117, REQ-S118, REQ-S207: the clinic can edit texts, but not below what every sheet needs."""
    body = copy.deepcopy(content.shipped("aftercare_texts"))
    spoil(body)
    with pytest.raises(TextsError):
        parse(body)
