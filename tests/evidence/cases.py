"""Plain builders for the evidence tables: one good observation, changed one fact at a time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from evidence.choices import DecisionState, EvidenceKind, ItemState, Outcome
from evidence.pack import CommandWord, Pack, parse, parse_words
from evidence.rules import CentreReading, Decided, EvidenceFacts, SessionFacts, Watch

CONTENT = Path(__file__).parents[2] / "evidence" / "content"
READING = CentreReading(superficial_limit_mm=Decimal("2.0"))
STAGES = frozenset({"preparation", "treatment", "after"})


def body() -> dict[str, Any]:
    """The shipped pack as data."""
    data: dict[str, Any] = yaml.safe_load((CONTENT / "qualification_pack.yaml").read_text(encoding="utf-8"))
    return data


@cache
def pack() -> Pack:
    """The shipped pack, parsed."""
    return parse(body())


@cache
def words() -> dict[str, CommandWord]:
    """The shipped glossary, parsed."""
    return parse_words(yaml.safe_load((CONTENT / "command_words.yaml").read_text(encoding="utf-8")))


def practical() -> frozenset[str]:
    """Keys of the practical criteria."""
    return frozenset(criterion.key for criterion in pack().criteria if criterion.is_practical)


def all_met() -> Mapping[str, str]:
    """Every practical criterion marked met."""
    return dict.fromkeys(practical(), Outcome.MET.value)


def marks(**changes: str) -> Mapping[str, str]:
    """All met, but for the criteria given as U1_3_4="not_yet_met" (empty string: not marked)."""
    named = {key.replace("_", "-", 1).replace("_", "."): value for key, value in changes.items()}
    merged = {**all_met(), **named}
    return {key: value for key, value in merged.items() if value}


def session(**changes: Any) -> SessionFacts:
    """A signed, declared injection session in order, 1.5 mm deep."""
    base = SessionFacts(
        key="s1",
        code="S-1",
        on=date(2026, 11, 10),
        modalities=frozenset({"injection"}),
        deepest_mm=Decimal("1.5"),
        disposal_stages=STAGES,
        consultation="full",
        has_skin_analysis=True,
    )
    return replace(base, **changes)


def electro(**changes: Any) -> SessionFacts:
    """The same with electro-mesotherapy, which has no depth."""
    return session(modalities=frozenset({"electro"}), deepest_mm=None, **changes)


def decided(**changes: Any) -> Decided:
    """An effective decision of a qualified assessor, all met."""
    return replace(Decided(key="d1", assessor="assessor", marks=all_met()), **changes)


def item(key: str = "e1", **changes: Any) -> EvidenceFacts:
    """One observed and decided session; pass session=, decision= or any other fact to change it."""
    base = EvidenceFacts(
        key=key,
        kind=EvidenceKind.OBSERVATION,
        learner="learner",
        criteria=practical(),
        state=ItemState.DECIDED,
        session=session(),
        watch=Watch(assessor="assessor"),
        decision=decided(),
    )
    made = replace(base, **changes)
    return replace(made, session=replace(made.session, key=f"session of {key}")) if made.session else made


def worksheet(key: str, criteria: frozenset[str], outcome: str = Outcome.MET) -> EvidenceFacts:
    """A decided worksheet for knowledge criteria."""
    marked = decided(marks=dict.fromkeys(criteria, outcome), state=DecisionState.EFFECTIVE)
    return item(key, kind=EvidenceKind.WORKSHEET, session=None, watch=None, criteria=criteria, decision=marked)
