"""Separation of duty, positions, standing and the state tables."""

from collections.abc import Mapping

import pytest

from clinic.errors import TransitionRefused
from clinic.rules import check_move
from evidence.choices import AwardStatus, DecisionState, ItemState, Position, SamplingState
from evidence.rules import (
    NEXT_DECISION,
    NEXT_ITEM,
    NEXT_SAMPLING,
    lapses,
    position,
    why_not_assess,
    why_not_countersign,
    why_not_observe,
    why_not_sample,
)
from tests.evidence import cases

HOLDS, TOWARDS = AwardStatus.HOLDS.value, AwardStatus.WORKING_TOWARDS.value
POSITIONS = [
    ({"assess_competence": HOLDS}, Position.QUALIFIED),
    ({"assess_vocational_award": HOLDS}, Position.QUALIFIED),
    ({"assess_vocational_certificate": HOLDS}, Position.QUALIFIED),
    ({"assess_accepted": HOLDS}, Position.QUALIFIED),
    ({"assess_principles": HOLDS}, Position.TRAINEE),
    ({"assess_competence": TOWARDS}, Position.TRAINEE),
    ({"assess_principles": HOLDS, "assess_competence": TOWARDS}, Position.TRAINEE),
    ({"assess_principles": HOLDS, "assess_competence": HOLDS}, Position.QUALIFIED),
    ({"something_else": HOLDS}, Position.TRAINEE),
    ({}, Position.TRAINEE),
]


@pytest.mark.parametrize(("held", "expected"), POSITIONS)
def test_position_follows_the_awards_held(held: Mapping[str, str], expected: Position) -> None:
    """REQ-S162 REQ-S163 REQ-S164 REQ-S171: only a qualifying award that is held makes a qualified assessor."""
    assert position(cases.pack().assessor_awards, held) == expected


def test_quality_assurers_have_their_own_awards() -> None:
    """REQ-S166 REQ-S167: an assessing award does not make a qualified IQA."""
    assert position(cases.pack().iqa_awards, {"iqa_v1": HOLDS}) == Position.QUALIFIED
    assert position(cases.pack().iqa_awards, {"assess_competence": HOLDS}) == Position.TRAINEE


def test_nobody_assesses_their_own_work() -> None:
    """REQ-S169: neither the learner nor whoever treated."""
    assert why_not_assess(person="a", learner="b", performer="b") == ()
    assert why_not_assess(person="b", learner="b", performer="b")
    assert why_not_assess(person="b", learner="a", performer="b")


COUNTERSIGN = [
    ({"person": "q"}, 0),
    ({"person": "t"}, 1),
    ({"person": "l"}, 1),
    ({"person": "q", "position": Position.TRAINEE}, 1),
    ({"person": "t", "position": Position.TRAINEE}, 2),
    ({"person": "q", "blocking": ["Indemnity insurance"]}, 1),
]


@pytest.mark.parametrize(("changes", "reasons"), COUNTERSIGN)
def test_countersigning_takes_another_qualified_person(changes: dict[str, object], reasons: int) -> None:
    """REQ-S164 REQ-S169 SEC-A5: a different, qualified, insured assessor."""
    base = {"decided_by": "t", "learner": "l", "position": Position.QUALIFIED}
    assert len(why_not_countersign(**{**base, **changes})) == reasons  # type: ignore[arg-type]


SAMPLE = [
    ({"person": "i"}, 0),
    ({"person": "t"}, 1),
    ({"person": "l"}, 1),
    ({"person": "q"}, 1),
    ({"person": "w"}, 1),
    ({"person": "u"}, 1),
]


@pytest.mark.parametrize(("changes", "reasons"), SAMPLE)
def test_nobody_samples_what_they_had_a_hand_in(changes: dict[str, str], reasons: int) -> None:
    """REQ-S168 REQ-S169: not what one decided, countersigned, witnessed, did or taught (decision 47)."""
    found = why_not_sample(
        decided_by="t", learner="l", countersigned_by=["q"], witnessed_by=["w"], tutors=["u"], **changes
    )
    assert len(found) == reasons


OBSERVE = [
    ({}, 0),
    ({"person": "l"}, 1),
    ({"is_running": False}, 1),
    ({"is_declared": False}, 1),
    ({"observer_permitted": False}, 1),
    ({"observer_permitted": None}, 1),
    ({"evidence_permitted": False}, 1),
    ({"evidence_permitted": None}, 1),
    ({"blocking": ["Indemnity insurance"]}, 1),
    ({"is_running": False, "is_declared": False, "observer_permitted": None, "evidence_permitted": None}, 4),
]


@pytest.mark.parametrize(("changes", "reasons"), OBSERVE)
def test_an_observation_is_watched_permitted_and_declared(changes: dict[str, object], reasons: int) -> None:
    """REQ-S30: decisions 41, 42 and 45; an unknown permission is no permission."""
    base: dict[str, object] = {
        "person": "a", "learner": "l", "is_running": True, "is_declared": True,
        "observer_permitted": True, "evidence_permitted": True,
    }  # fmt: skip
    assert len(why_not_observe(**{**base, **changes})) == reasons  # type: ignore[arg-type]


def test_expired_insurance_blocks_and_the_rest_warns() -> None:
    """REQ-S157 REQ-S158 REQ-S165: standing of the day observed and of the day decided (decision 55)."""
    full = {item.key: True for item in cases.pack().standing}
    assert lapses(cases.pack(), full, full) == lapses(cases.pack())
    lapsed = lapses(cases.pack(), full, {**full, "insurance": False, "cpd_hours": False})
    assert (len(lapsed.blocking), len(lapsed.warnings)) == (1, 1)
    assert len(lapses(cases.pack(), {}).blocking) == 2


MOVES = [
    (NEXT_ITEM, ItemState.OFFERED, ItemState.UNDER_REVIEW, True),
    (NEXT_ITEM, ItemState.OFFERED, ItemState.DECIDED, False),
    (NEXT_ITEM, ItemState.DECIDED, ItemState.UNDER_REVIEW, True),
    (NEXT_ITEM, ItemState.WITHDRAWN, ItemState.OFFERED, False),
    (NEXT_DECISION, DecisionState.AWAITING_COUNTERSIGNATURE, DecisionState.EFFECTIVE, True),
    (NEXT_DECISION, DecisionState.EFFECTIVE, DecisionState.RETURNED, False),
    (NEXT_DECISION, DecisionState.RETURNED, DecisionState.EFFECTIVE, False),
    (NEXT_SAMPLING, SamplingState.PLANNED, SamplingState.SAMPLED, True),
    (NEXT_SAMPLING, SamplingState.REPORTED, SamplingState.SAMPLED, False),
]


@pytest.mark.parametrize(("table", "now", "to", "allowed"), MOVES)
def test_states_move_only_as_the_table_says(
    table: Mapping[str, frozenset[str]], now: str, to: str, allowed: bool
) -> None:
    """REQ-S164 REQ-S30: an effective or withdrawn row never moves again, but evidence may be decided anew."""
    if allowed:
        check_move(table, now, to)
        return
    with pytest.raises(TransitionRefused):
        check_move(table, now, to)
