"""`python3 do.py rows`: every requirement row (S1–S278) with its owner and the tests that carry its tag (decision 61).

A test proves a row by naming it in its docstring (`REQ-S66`); several may be named, and a range as `REQ-S70–S72`. A row
that is due and has no test fails. Standard library only, so that it runs on a bare checkout.
"""

from __future__ import annotations

import ast
import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "rows.csv"
COUNT = 278
TAG = re.compile(r"REQ-S(\d+)(?:\s*[–-]\s*S?(\d+))?")


@dataclass(frozen=True)
class Row:
    """One requirement row: who owns it, whether it is due, whether software can meet it."""

    number: int
    owner: str
    is_due: bool
    needs_software: bool
    reason: str


def read_rows(lines: Iterable[str]) -> list[Row]:
    """Rows of the table."""
    return [
        Row(int(e["row"][1:]), e["owner"], e["due"] == "yes", e["needs_software"] == "yes", e["reason"])
        for e in csv.DictReader(lines)
    ]


def tags(text: str) -> Iterator[int]:
    """The row numbers a docstring names."""
    for match in TAG.finditer(text):
        yield from range(int(match[1]), int(match[2] or match[1]) + 1)


def tagged_tests(source: str, name: str) -> Iterator[tuple[int, str]]:
    """(row, test) of every test function of a module whose docstring names a row."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            for number in tags(ast.get_docstring(node) or ""):
                yield number, f"{name}::{node.name}"


def tests_by_row() -> dict[int, list[str]]:
    """All tagged tests of the checkout."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for number, test in tagged_tests(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))):
            found[number].append(test)
    return found


def problems(rows: list[Row], tests: dict[int, list[str]]) -> list[str]:
    """What is wrong with the table, in words."""
    wrong = [f"S{n}: the table has no such row" for n in set(tests) - {row.number for row in rows}]
    if [row.number for row in rows] != list(range(1, COUNT + 1)):
        wrong.append(f"docs/rows.csv must hold S1 to S{COUNT}, each once, in order")
    for row in rows:
        if not row.needs_software and not row.reason:
            wrong.append(f"S{row.number}: says that no software is needed, without a reason")
        if row.is_due and row.needs_software and not tests.get(row.number):
            wrong.append(f"S{row.number}: due, and no test carries REQ-S{row.number}")
    return wrong


def main(arguments: list[str]) -> int:
    """Print the table (or only its problems with --quiet); 1 when something is wrong."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = read_rows(file)
    tests = tests_by_row()
    if "--quiet" not in arguments:
        for row in rows:
            state = "due" if row.is_due else "not due" if row.needs_software else f"no software: {row.reason}"
            print(f"S{row.number:<4} issue {row.owner:<6} {state:<8} {', '.join(tests.get(row.number, [])) or '-'}")
    wrong = problems(rows, tests)
    for line in wrong:
        print(line, file=sys.stderr)
    named = sum(1 for row in rows if tests.get(row.number))
    due = sum(row.is_due for row in rows)
    print(f"rows: {len(rows)}, due {due}, with tests {named}, problems {len(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
