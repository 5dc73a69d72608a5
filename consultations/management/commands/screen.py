"""`manage.py screen FILE.json`: try the rules on examples from the command line (docs/screen-format.md)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consultations import example, library, screening


class Command(BaseCommand):
    """Reads cases, prints findings."""

    help = "Evaluates screening cases from a JSON file with the shipped questionnaire and rules."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One file."""
        parser.add_argument("file", help='One case or a list: {"id": "…", "input": {…}}; "-" reads standard input.')

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one JSON list of results. Raises CommandError when a case cannot be read."""
        self.stdout.write(json.dumps(results(_body(options["file"])), ensure_ascii=False, indent=2))


def results(body: Any) -> list[dict[str, Any]]:
    """Findings of all cases of a body. Raises CommandError naming the case and the word that is wrong."""
    try:
        cases = example.read_cases(body, library.shipped_questionnaire(), library.fact_types())
    except example.ExampleError as error:
        raise CommandError(str(error)) from error
    rules = library.shipped_rules()
    found = [(case_id, screening.screen(rules, case)) for case_id, case in cases]
    return [
        {"id": case_id, "findings": screening.as_output(findings), "worst": screening.worst(findings)}
        for case_id, findings in found
    ]


def _body(name: str) -> Any:
    try:
        text = Path("/dev/stdin" if name == "-" else name).read_text(encoding="utf-8")
        return json.loads(text)
    except (OSError, ValueError, RecursionError) as error:  # no JSON, a number of thousands of digits, too deep
        raise CommandError(f"{name} cannot be read: {error}") from error
