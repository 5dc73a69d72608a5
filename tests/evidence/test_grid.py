"""The criteria grid: one state per cell, from open to met."""

from dataclasses import replace
from decimal import Decimal

import pytest

from evidence.choices import DecisionState, EvidenceKind, ItemState, Outcome
from evidence.rules import CentreReading, Decided, EvidenceFacts, Tally, count
from tests.evidence import cases
from tests.evidence.cases import READING, decided, electro, item, marks, session, worksheet

COMBINED = session(has_other_treatment=True)


def tally(*items: EvidenceFacts, reading: CentreReading = READING) -> Tally:
    """Count with the shipped pack."""
    return count(cases.pack(), items, reading)


STATES: dict[str, tuple[EvidenceFacts | None, str]] = {
    "nothing": (None, "open"),
    "offered": (item(decision=None, state=ItemState.OFFERED), "offered"),
    "under review": (item(decision=None, state=ItemState.UNDER_REVIEW), "offered"),
    "met": (item(), "met"),
    "not yet": (item(decision=decided(marks=marks(U4_4_2=Outcome.NOT_YET_MET.value))), "not_yet_met"),
    "not marked": (item(decision=decided(marks=marks(U4_4_2=""))), "offered"),
    "trainee": (item(decision=decided(state=DecisionState.AWAITING_COUNTERSIGNATURE)), "awaiting_countersignature"),
    "returned": (item(decision=decided(state=DecisionState.RETURNED)), "offered"),
    "action": (item(decision=decided(asks_action=True)), "offered"),
    "withdrawn": (item(was_withdrawn=True), "open"),
    "combined session": (item(session=COMBINED), "offered"),
    "product meets no practical criterion": (item(kind=EvidenceKind.PRODUCT, watch=None), "offered"),
    "witness meets nothing": (item(kind=EvidenceKind.WITNESS), "offered"),
}


@pytest.mark.parametrize("name", STATES)
def test_a_practical_cell_shows_its_state(name: str) -> None:
    """REQ-S12 REQ-S164: the state of U4 4.2 follows from what was decided, and by whom."""
    evidence, state = STATES[name]
    result = tally(*([evidence] if evidence else []))
    assert result.cell_by_key["U4-4.2"].state == state


def test_a_criterion_with_a_minimum_is_met_in_part_before_it() -> None:
    """REQ-S57: 3.1 shows 1 of 4 after the first observation and is met after the fourth."""
    cell = tally(item()).cell_by_key["U1-3.1"]
    assert (cell.state, cell.have, cell.need) == ("part_met", 1, 4)
    assert tally(*(item(f"i{n}") for n in range(4))).cell_by_key["U1-3.1"].state == "met"


def test_disposal_is_met_only_when_all_minimums_are_reached() -> None:
    """REQ-S58: decision 44; every counted session has it and all minimums are there."""
    four = [item(f"i{n}") for n in range(4)]
    assert tally(*four).cell_by_key["U1-3.4"].state == "part_met"
    three = [item(f"e{n}", session=electro()) for n in range(3)]
    assert tally(*four, *three).cell_by_key["U1-3.4"].state == "met"


def test_knowledge_is_met_by_written_evidence_and_not_by_observation() -> None:
    """REQ-S39: a knowledge criterion takes written or oral evidence."""
    key = "U1-1.1"
    assert tally(worksheet("w", frozenset({key}))).cell_by_key[key].state == "met"
    watched = item(decision=decided(marks={**cases.all_met(), key: Outcome.MET.value}))
    assert tally(watched).cell_by_key[key].state == "offered"


def test_a_centre_may_accept_other_kinds() -> None:
    """REQ-S29: what a kind may meet is the centre's; a kind switched off counts for nothing."""
    product = item(kind=EvidenceKind.PRODUCT, watch=None)
    wide = CentreReading(
        superficial_limit_mm=Decimal("2.0"), meets_by_kind={EvidenceKind.PRODUCT: frozenset({"practical"})}
    )
    assert tally(product, reading=wide).cell_by_key["U4-4.8"].state == "met"
    off = replace(wide, kinds_off=frozenset({EvidenceKind.PRODUCT}))
    assert tally(product, reading=off).cell_by_key["U4-4.8"].state == "open"


def test_a_later_decision_lifts_an_earlier_not_yet() -> None:
    """REQ-S11: met once is met; the earlier row stays in the list of evidence."""
    first = item("a", decision=decided(marks=marks(U4_4_2=Outcome.NOT_YET_MET.value)))
    cell = tally(first, item("b")).cell_by_key["U4-4.2"]
    assert cell.state == "met"
    assert cell.evidence == ("a", "b")


def complete(decision: Decided | None = None) -> list[EvidenceFacts]:
    """Evidence for all 102 criteria."""
    made = decision or decided()
    knowledge = frozenset(c.key for c in cases.pack().criteria if not c.is_practical)
    observed = [item(f"i{n}", decision=made) for n in range(4)]
    observed += [item(f"e{n}", session=electro(), decision=made) for n in range(3)]
    paper = worksheet("w", knowledge)
    return [*observed, replace(paper, decision=replace(made, marks=dict.fromkeys(knowledge, Outcome.MET.value)))]


def test_a_portfolio_is_complete_when_all_criteria_and_minimums_are_there() -> None:
    """REQ-S12 REQ-S13: 102 of 102 and every counter, and not one fewer."""
    result = tally(*complete())
    assert result.is_complete
    assert [(unit.met, unit.total, unit.credits) for unit in result.units] == [
        (18, 18, 3), (18, 18, 6), (28, 28, 3), (38, 38, 8),
    ]  # fmt: skip
    assert not tally(*complete()[1:3], *complete()[4:]).is_complete


def test_a_portfolio_is_final_only_when_quality_assurance_released_it() -> None:
    """REQ-S10: decision 47; no mark is final before the centre's quality steps are done."""
    assert not tally(*complete()).is_final
    assert tally(*complete(decided(is_released=True))).is_final
