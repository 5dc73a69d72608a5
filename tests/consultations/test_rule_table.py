"""Every rule of section B against hand-written cases: fires, does not, unsure, blank, on the day of the limit."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from consultations import example, library, screening

ON = date(2026, 11, 30)
FOLDER = Path(__file__).parent / "cases"
KEYS = {
    "a": "answers", "f": "facts", "d": "device", "s": "session", "c": "course", "u": "practitioner", "q": "consumables",
}  # fmt: skip


def _dates(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _dates(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_dates(part) for part in value]
    match = re.fullmatch(r"on([+-]\d+)", value) if isinstance(value, str) else None
    return (ON + timedelta(days=int(match[1]))).isoformat() if match else value


def as_input(modality: str, change: dict[str, Any]) -> dict[str, Any]:
    given = {"baseline": "healthy", "modality": {"i": "injection", "e": "electro"}[modality], "on": ON.isoformat()}
    for key, value in change.items():
        if key == "p":
            given["products"] = [_dates(value)]
        else:
            given[KEYS.get(key, key)] = _dates(value)
    return given


def rows() -> list[list[Any]]:
    return [row for path in sorted(FOLDER.glob("*.yaml")) for row in yaml.safe_load(path.read_text(encoding="utf-8"))]


def run(given: dict[str, Any]) -> tuple[screening.Finding, ...]:
    cases = example.read_cases({"id": "row", "input": given}, library.shipped_questionnaire(), library.fact_types())
    return screening.screen(library.shipped_rules(), cases[0][1])


@pytest.mark.parametrize("row", rows(), ids=lambda row: " ".join(str(part) for part in row)[:110])
def test_the_rule_fires_when_it_should(row: list[Any]) -> None:
    """REQ-S208 and every RULE-R001 to RULE-R227 by its row."""
    rule, modality, sign, change, *until = row
    found = {finding.rule: finding for finding in run(as_input(modality, change))}
    assert (rule in found) == (sign == "+"), sorted(found)
    if until:
        assert found[rule].until == until[0]


def test_every_rule_has_a_row_that_fires_and_one_that_does_not() -> None:
    ids = {rule.id for rule in library.shipped_rules().rules}
    for sign in "+-":
        assert ids - {row[0] for row in rows() if row[2] == sign} == set()


def test_there_are_enough_rows() -> None:
    assert len(rows()) >= 400
