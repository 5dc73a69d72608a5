"""The screen: every rule against one case, all findings, worst first. Pure.

Severity, precedence and fail-safe reading are those of clinical-content.md 0.2; who may clear, until when: decision 33.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from consultations import rule_language
from consultations.case import Case, Situation
from consultations.choices import Severity
from consultations.rule_language.evaluate import Missing, Outcome, Truth, date_of, either
from consultations.rule_set import Defer, Rule, RuleSet

ORDER = {severity: place for place, severity in enumerate(Severity)}
WHO_MAY_CLEAR = {
    Severity.ABSOLUTE: "nobody",
    Severity.RELATIVE: "lead or prescriber",
    Severity.DEFER: "lead",
    Severity.CAUTION: "treating person",
}
BLOCKING = frozenset({Severity.ABSOLUTE, Severity.RELATIVE, Severity.DEFER})


@dataclass(frozen=True)
class Finding:
    """A rule that fired.

    `fired_by`: question ids, fact names or forms that made it fire. `unknown`: those of them nobody has recorded yet.
    `until`: an ISO date, `when: …`, or None. `modality`: what the rule is about (injection, electro, both).
    """

    rule: str
    severity: Severity
    message: str
    action: str
    source: str
    fired_by: tuple[str, ...]
    who_may_clear: str
    until: str | None
    unknown: tuple[str, ...] = ()
    modality: str = ""

    @property
    def is_blocking(self) -> bool:
        """Whether a session cannot start while it is open."""
        return self.severity in BLOCKING

    @property
    def awaits_facts(self) -> bool:
        """Whether it fires only because facts of the session (not answers) are not recorded yet."""
        return bool(self.unknown) and all("." in name or "(" in name for name in self.unknown)


def screen(rule_set: RuleSet, case: Case) -> tuple[Finding, ...]:
    """All findings of a case: absolute, relative, defer, caution, then by rule id. Never raises for a checked case."""
    situation = Situation(case, rule_set.facts)
    found = []
    for rule in rule_set.rules:
        if rule.applies_to(case.modality):
            outcome = _outcome(rule, situation)
            if outcome.fires:
                found.append(_finding(rule, outcome, situation))
    return in_order(found)


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Worst first, then by rule id."""
    return tuple(sorted(findings, key=lambda finding: (ORDER[finding.severity], finding.rule)))


def worst(findings: tuple[Finding, ...]) -> str:
    """The worst severity, `none` without findings."""
    return str(min(findings, key=lambda finding: ORDER[finding.severity]).severity) if findings else "none"


def _outcome(rule: Rule, situation: Situation) -> Outcome:
    """A rule about a product or an area is true when it is true for one of those planned."""
    case = situation.case
    products = case.products if rule.reads_product and case.products else (None,)
    areas = case.areas if rule.reads_area and case.areas else ("",)
    outcomes = [
        rule_language.evaluate(rule.node, situation.narrowed(product, area)) for product in products for area in areas
    ]
    return either(outcomes)


def _finding(rule: Rule, outcome: Outcome, situation: Situation) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=rule.message,
        action=rule.action,
        source=rule.source,
        fired_by=outcome.names,
        who_may_clear=WHO_MAY_CLEAR[rule.severity],
        until=_until(rule.defer, situation) if rule.defer else None,
        unknown=outcome.unknown if outcome.truth is Truth.UNKNOWN else (),
        modality=rule.modality,
    )


# until ----------------------------------------------------------------------------------------------------------------
def _until(defer: Defer, situation: Situation) -> str | None:
    if defer.hours_fact:
        return _until_hours(defer, situation)
    days = _number(situation, defer.days_fact) if defer.days_fact else defer.days
    if days is None:
        return f"when: {defer.text}" if defer.text else "when: the interval is known"
    first = _first_day(defer, situation, int(days))
    if first is not None and first > situation.on:
        return first.isoformat()
    return f"when: {defer.text}" if defer.text else (situation.on + timedelta(days=int(days))).isoformat()


def _first_day(defer: Defer, situation: Situation, days: int) -> date | None:
    """`days` after the latest of the dates that are known."""
    dates = [day for day in (_day_of(name, situation) for name in defer.after) if day is not None]
    return max(dates) + timedelta(days=days) if dates else None


def _day_of(name: str, situation: Situation) -> date | None:
    if name.startswith("q."):
        return date_of(situation.answer(name[2:]))
    days_ago = _number(situation, name)
    return situation.on - timedelta(days=int(days_ago)) if days_ago is not None else None


def _until_hours(defer: Defer, situation: Situation) -> str:
    wanted, passed = _number(situation, defer.hours_fact), _number(situation, "f.hours_since_info")
    if wanted is None or passed is None:
        return "when: the reflection time is over"
    return (situation.on + timedelta(days=math.ceil((wanted - passed) / 24))).isoformat()


def _number(situation: Situation, name: str) -> float | None:
    value = situation.fact(name)
    return value if isinstance(value, (int, float)) and not isinstance(value, Missing) else None


def as_output(findings: tuple[Finding, ...]) -> list[Mapping[str, Any]]:
    """Findings as the `screen` command and the API print them."""
    return [
        {
            "rule": finding.rule,
            "severity": str(finding.severity),
            "message": finding.message,
            "action": finding.action,
            "source": finding.source,
            "fired_by": list(finding.fired_by),
            "who_may_clear": finding.who_may_clear,
            "until": finding.until,
        }
        for finding in findings
    ]
