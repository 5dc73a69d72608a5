"""The count: what moves which counter, and every reason why a session does not."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from evidence.choices import Coverage, DecisionState, DisposalReading, EvidenceKind, ItemState, Outcome, Reason
from evidence.rules import CentreReading, EvidenceFacts, Tally, Watch, count
from tests.evidence import cases
from tests.evidence.cases import READING, decided, electro, item, marks, session

ALL = ("injection", "health_and_safety")


def tally(*items: EvidenceFacts, reading: CentreReading = READING, entry_verified: bool = True) -> Tally:
    """Count with the shipped pack."""
    return count(cases.pack(), items, reading, entry_verified=entry_verified)


def figures(result: Tally) -> tuple[int, ...]:
    """Injection, electro, health and safety."""
    return tuple(counter.have for counter in result.counters)


def test_one_good_injection_observation_moves_two_counters() -> None:
    """REQ-S57 REQ-S147: one session observation counts for injection and for health and safety."""
    result = tally(item())
    assert result.verdicts[0].counts_for == ALL
    assert result.text == "Injection 1 of 3, electro 0 of 3, health and safety 1 of 4"


def test_one_good_electro_observation_moves_its_own_counter() -> None:
    """REQ-S148: electro has its own counter and no depth."""
    result = tally(item(session=electro()))
    assert figures(result) == (0, 1, 1)


GENERAL: dict[str, tuple[dict[str, Any], Reason]] = {
    "nobody observed it (decision 41)": ({"kind": EvidenceKind.PRODUCT, "watch": None}, Reason.NOT_OBSERVED),
    "opened when it did not run": ({"watch": Watch("assessor", while_running=False)}, Reason.NOT_WATCHED),
    "observer not permitted": ({"watch": Watch("assessor", is_permitted=False)}, Reason.NO_OBSERVER_PERMISSION),
    "no decision": ({"decision": None}, Reason.NOT_DECIDED),
    "not signed": ({"session": session(is_signed=False)}, Reason.NOT_SIGNED),
    "not declared (decision 42)": ({"session": session(is_declared=False)}, Reason.NOT_DECLARED),
    "two modalities": ({"session": session(modalities=frozenset({"injection", "electro"}))}, Reason.COMBINED),
    "another treatment the same visit": ({"session": session(has_other_treatment=True)}, Reason.COMBINED),
    "disposal not after": (
        {"session": session(disposal_stages=frozenset({"preparation", "treatment"}))},
        Reason.DISPOSAL,
    ),
    "disposal nowhere": ({"session": session(disposal_stages=frozenset())}, Reason.DISPOSAL),
    "disposal marked not yet met": (
        {"decision": decided(marks=marks(U1_3_4=Outcome.NOT_YET_MET.value))},
        Reason.DISPOSAL,
    ),
    "disposal not marked": ({"decision": decided(marks=marks(U1_3_4=""))}, Reason.DISPOSAL),
    "no consultation": ({"session": session(consultation="")}, Reason.NO_CONSULTATION),
    "re-assessment only (decision 56)": ({"session": session(consultation="reassessment")}, Reason.NO_CONSULTATION),
    "no skin analysis": ({"session": session(has_skin_analysis=False)}, Reason.NO_SKIN_ANALYSIS),
    "permission withdrawn": ({"was_withdrawn": True}, Reason.PERMISSION_WITHDRAWN),
    "evidence withdrawn": ({"state": ItemState.WITHDRAWN}, Reason.PERMISSION_WITHDRAWN),
    "never permitted": ({"is_permitted": False}, Reason.NO_PERMISSION),
    "trainee not countersigned": (
        {"decision": decided(state=DecisionState.AWAITING_COUNTERSIGNATURE)},
        Reason.NOT_COUNTERSIGNED,
    ),
    "returned": ({"decision": decided(state=DecisionState.RETURNED)}, Reason.RETURNED),
    "action asked": ({"decision": decided(asks_action=True)}, Reason.IQA_ACTION),
    "insurance expired": ({"decision": decided(lapsed=("Indemnity insurance",))}, Reason.STANDING),
    "own work, watching": ({"watch": Watch("learner")}, Reason.OWN_WORK),
    "own work, deciding": ({"decision": decided(assessor="learner")}, Reason.OWN_WORK),
}


@pytest.mark.parametrize("name", GENERAL)
def test_a_session_counts_for_nothing_and_says_why(name: str) -> None:
    """REQ-S57 REQ-S58 REQ-S78 REQ-S149 REQ-S164 REQ-S169: each fact alone stops every counter, with its reason."""
    changes, reason = GENERAL[name]
    result = tally(item(**changes))
    verdict = result.verdicts[0]
    assert [why.code for why in verdict.why_not] == [reason]
    assert verdict.counts_for == ()
    assert figures(result) == (0, 0, 0)
    assert reason.label in verdict.why_not[0].text


def test_a_provisional_learner_counts_nothing_yet() -> None:
    """REQ-S26: nothing counts until the entry requirements are verified."""
    result = tally(item(), entry_verified=False)
    assert [why.code for why in result.verdicts[0].why_not] == [Reason.ENTRY_NOT_VERIFIED]
    assert figures(result) == (0, 0, 0)


def test_all_reasons_are_given_not_only_the_first() -> None:
    """REQ-S58: the learner sees everything that is wrong at once."""
    bad = item(
        session=session(consultation="", has_skin_analysis=False, disposal_stages=frozenset()), was_withdrawn=True
    )
    codes = {why.code for why in tally(bad).verdicts[0].why_not}
    assert codes == {
        Reason.PERMISSION_WITHDRAWN, Reason.NO_CONSULTATION, Reason.NO_SKIN_ANALYSIS, Reason.DISPOSAL,
    }  # fmt: skip


DEPTHS = [
    # depth mm, the centre's limit mm, counts as superficial, reason
    ("1.5", "2.0", True, None),
    ("2.0", "2.0", True, None),
    ("2.01", "2.0", False, Reason.DEPTH),
    ("6", "2.0", False, Reason.DEPTH),
    ("6", "6.0", True, None),
    (None, "2.0", False, Reason.DEPTH_UNKNOWN),
    ("0.5", None, False, Reason.LIMIT_NOT_SET),
]


@pytest.mark.parametrize(("depth", "limit", "counts", "reason"), DEPTHS)
def test_superficial_is_what_the_centre_says(
    depth: str | None, limit: str | None, counts: bool, reason: Reason | None
) -> None:
    """REQ-S150: the deepest point is compared with the centre's limit; without a limit nothing is superficial."""
    reading = CentreReading(superficial_limit_mm=Decimal(limit) if limit else None)
    deep = item(session=session(deepest_mm=Decimal(depth) if depth else None))
    verdict = tally(deep, reading=reading).verdicts[0]
    assert ("injection" in verdict.counts_for) is counts
    assert [why.code for why in verdict.why_not_by_counter["injection"]] == ([reason] if reason else [])
    assert "health_and_safety" in verdict.counts_for


def test_the_depth_reason_names_both_figures() -> None:
    """REQ-S150: the learner reads how deep it was and what the limit is."""
    why = tally(item(session=session(deepest_mm=Decimal("4.0")))).verdicts[0].why_not_by_counter["injection"][0]
    assert why.text.endswith("4.0 mm, the limit is 2.0 mm")


def test_one_session_never_counts_in_both_modalities() -> None:
    """REQ-S148 REQ-S149: a session of one modality moves one of the two counters."""
    for facts in (session(), electro()):
        counts_for = tally(item(session=facts)).verdicts[0].counts_for
        assert len({"injection", "electro"} & set(counts_for)) == 1


def test_three_and_three_and_four_reach_the_minimums() -> None:
    """REQ-S57 REQ-S147 REQ-S148: three of each modality also give the four for health and safety."""
    result = tally(*(item(f"i{n}") for n in range(3)), *(item(f"e{n}", session=electro()) for n in range(3)))
    assert figures(result) == (3, 3, 6)
    assert all(counter.is_reached for counter in result.counters)


def test_a_consultation_of_an_earlier_session_is_not_its_own() -> None:
    """REQ-S78: one consultation per treatment; the reason says whose it is."""
    shared = item(session=session(consultation="", is_consultation_shared=True))
    assert "earlier session" in tally(shared).verdicts[0].why_not[0].text


def test_a_re_assessment_counts_where_the_centre_says_so() -> None:
    """REQ-S78: decision 56; the centre may accept a complete re-assessment."""
    reading = CentreReading(superficial_limit_mm=Decimal("2.0"), reassessment_counts=True)
    assert tally(item(session=session(consultation="reassessment")), reading=reading).verdicts[0].counts


@pytest.mark.parametrize("missing", ["U1_3_1", "U1_3_2", "U1_3_3", "U1_3_5"])
def test_health_and_safety_needs_all_four_criteria_in_one_observation(missing: str) -> None:
    """REQ-S57: each accepted observation covers 3.1, 3.2, 3.3 and 3.5."""
    verdict = tally(item(decision=decided(marks=marks(**{missing: ""})))).verdicts[0]
    assert verdict.counts_for == ("injection",)
    assert [why.code for why in verdict.why_not_by_counter["health_and_safety"]] == [Reason.CRITERIA_NOT_MET]


def test_a_centre_may_read_each_criterion_four_times() -> None:
    """REQ-S57: the other reading counts the criterion that was seen least often."""
    reading = CentreReading(superficial_limit_mm=Decimal("2.0"), coverage=Coverage.EACH)
    first = item("a", decision=decided(marks=marks(U1_3_5="")))
    second = item("b", decision=decided(marks=marks(U1_3_1="")))
    assert figures(tally(first, second, reading=reading)) == (2, 0, 1)
    cells = tally(first, second, reading=reading).cell_by_key
    assert (cells["U1-3.1"].have, cells["U1-3.2"].have, cells["U1-3.5"].have) == (1, 2, 1)


def test_an_observation_whose_technique_failed_moves_no_modality_counter() -> None:
    """REQ-S147 REQ-S148: an observation is accepted for a modality when the technique itself is met."""
    verdict = tally(item(decision=decided(marks=marks(U4_4_9=Outcome.NOT_YET_MET.value)))).verdicts[0]
    assert verdict.counts_for == ("health_and_safety",)


def test_a_learner_product_moves_no_counter() -> None:
    """REQ-S32: decision 41; a signed session nobody observed is learner product, "not observed"."""
    product = item(kind=EvidenceKind.PRODUCT, watch=None)
    result = tally(product)
    assert figures(result) == (0, 0, 0)
    assert [why.text for why in result.verdicts[0].why_not] == ["Not observed"]


def test_a_witness_never_counts_as_observation() -> None:
    """REQ-S31: witness testimony is no assessor observation, even when it names a watcher."""
    assert figures(tally(item(kind=EvidenceKind.WITNESS))) == (0, 0, 0)


def test_waiting_sessions_are_shown_beside_the_counter() -> None:
    """REQ-S164: a trainee's decision counts for nothing until countersigned; the counter says that one waits."""
    result = tally(item(decision=decided(state=DecisionState.AWAITING_COUNTERSIGNATURE)))
    counter = result.counter_by_key["injection"]
    assert (counter.have, counter.waiting) == (0, 1)
    assert result.counter_by_key["electro"].waiting == 0


def test_strict_disposal_reading_lets_one_failure_hold_the_criterion() -> None:
    """REQ-S58: a centre may ask for disposal in every observed session; the other reading drops that session."""
    failed = item("bad", session=session(disposal_stages=frozenset()))
    good = [item(f"i{n}") for n in range(3)] + [item(f"e{n}", session=electro()) for n in range(3)]
    strict = CentreReading(superficial_limit_mm=Decimal("2.0"), disposal=DisposalReading.EVERY_OBSERVED)
    assert tally(failed, *good).cell_by_key["U1-3.4"].state == "met"
    assert tally(failed, *good, reading=strict).cell_by_key["U1-3.4"].state == "not_yet_met"


def test_a_session_offered_twice_counts_once() -> None:
    """REQ-S147: two pieces of evidence about one session are one observation."""
    first = item("a")
    assert figures(tally(first, replace(first, key="b"))) == (1, 0, 1)
