"""Screening rules as checked data: each condition parsed once into a tree. Pure.

Parsed from `content/rules.yaml` (clinical-content.md B). A rule with an unknown word is refused when it is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consultations import rule_language
from consultations.choices import Severity
from consultations.rule_language import tree
from consultations.rule_language.vocabulary import FactType, RuleError, Vocabulary

_RULE_KEYS = frozenset(
    {"id", "section", "modality", "severity", "condition", "defer", "message", "action", "note", "evidence", "source"}
)
_DEFER_KEYS = frozenset({"days", "hours", "after", "text"})
_FACT_KINDS = ("flag", "number", "word", "words", "range", "time")
MODALITIES = ("injection", "electro")


@dataclass(frozen=True)
class Defer:
    """How long a finding lasts: days after the latest of some dates, hours of reflection, or words."""

    days: float | None = None
    days_fact: str = ""
    hours_fact: str = ""
    after: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Rule:
    """One screening rule."""

    id: str
    section: str
    modality: str
    severity: Severity
    condition: str
    node: rule_language.Node
    defer: Defer | None
    message: str
    action: str
    note: str
    evidence: str
    source: str
    reads_product: bool
    reads_area: bool

    def applies_to(self, modality: str) -> bool:
        """Whether the rule is about this modality."""
        return self.modality in ("both", modality)


@dataclass(frozen=True)
class RuleSet:
    """All rules in order, and which rules answer each contraindication tag."""

    id: str
    rules: tuple[Rule, ...]
    rules_by_tag: Mapping[str, tuple[str, ...]]
    facts: Mapping[str, FactType]

    def rule(self, rule_id: str) -> Rule:
        """A rule by id. Raises KeyError."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


def parse_facts(body: Any) -> dict[str, FactType]:
    """Fact names and types. Raises RuleError at an unknown type."""
    facts: dict[str, FactType] = {}
    for row in body["facts"]:
        if row["type"] not in _FACT_KINDS or row["unknown"] not in ("fires", "quiet"):
            raise RuleError(row["name"], f"{row['type']}, {row['unknown']}", "unknown type")
        facts[row["name"]] = FactType(row["type"], tuple(row.get("options", ())), row["unknown"] == "quiet")
    return facts


def parse(body: Any, vocabulary: Vocabulary) -> RuleSet:
    """The checked rules of a content body. Raises RuleError naming the rule and the word that is wrong."""
    rules: list[Rule] = []
    for row in body["rules"]:
        if any(rule.id == row["id"] for rule in rules):
            raise RuleError(row["id"], row["id"], "rule appears twice")
        rules.append(_rule(row, vocabulary))
    known = {rule.id for rule in rules}
    answers: dict[str, tuple[str, ...]] = {}
    for row in body.get("contraindication_tags", ()):
        for name in row["rules"]:
            if name not in known:
                raise RuleError(row["tag"], name, "unknown rule")
        answers[row["tag"]] = tuple(row["rules"])
    return RuleSet(body["id"], tuple(rules), answers, vocabulary.facts)


def _rule(row: Mapping[str, Any], vocabulary: Vocabulary) -> Rule:
    name = str(row["id"])
    for key in row:
        if key not in _RULE_KEYS:
            raise RuleError(name, str(key), "unknown key")
    if row["modality"] not in (*MODALITIES, "both"):
        raise RuleError(name, str(row["modality"]), "unknown modality")
    if row["severity"] not in Severity.values:
        raise RuleError(name, str(row["severity"]), "unknown severity")
    node = rule_language.parse(name, row["condition"], vocabulary)
    names = {part.name for part in tree.walk(node) if isinstance(part, tree.Fact)}
    return Rule(
        id=name,
        section=row["section"],
        modality=row["modality"],
        severity=Severity(row["severity"]),
        condition=row["condition"],
        node=node,
        defer=_defer(name, row["defer"], vocabulary) if "defer" in row else None,
        message=row["message"],
        action=row["action"],
        note=row.get("note", ""),
        evidence=row["evidence"],
        source=row["source"],
        reads_product=any(fact.startswith("p.") for fact in names),
        reads_area=any(fact.startswith("a.") for fact in names),
    )


def _defer(owner: str, row: Mapping[str, Any], vocabulary: Vocabulary) -> Defer:
    for key in row:
        if key not in _DEFER_KEYS:
            raise RuleError(owner, str(key), "unknown key of defer")
    days = row.get("days")
    facts = [name for name in (row.get("hours"), days) if isinstance(name, str)]
    for name in facts:
        if name not in vocabulary.facts:
            raise RuleError(owner, name, "unknown fact")
    for name in row.get("after", ()):
        namespace, _, rest = name.partition(".")
        if not (name in vocabulary.facts or (namespace == "q" and rest in vocabulary.questions)):
            raise RuleError(owner, name, "unknown question or fact")
    is_number = isinstance(days, (int, float))
    return Defer(
        days=float(days) if days is not None and is_number else None,
        days_fact="" if is_number or days is None else str(days),
        hours_fact=row.get("hours", ""),
        after=tuple(row.get("after", ())),
        text=row.get("text", ""),
    )
