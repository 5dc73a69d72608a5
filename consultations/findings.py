"""Findings of a run with what was done about them: open, cleared, overridden, over. Derived (decision 18)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from clinic.encryption import canonical
from clinic.models import Client
from consultations import rules, steps
from consultations.choices import Severity
from consultations.models import Clearance, Consultation, Override, ScreeningRun
from consultations.screening import ORDER, Finding

LETTER_LASTS = timedelta(
    days=rules.FULL_LASTS_DAYS
)  # a letter counts for other consultations as long as the answers do


@dataclass(frozen=True)
class Standing:
    """A finding, the digest of what fired it, and the row that answers it."""

    finding: Finding
    basis: str
    answer: Clearance | Override | None
    is_over: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it still counts."""
        return self.answer is None and not self.is_over

    @property
    def is_override(self) -> bool:
        """Whether somebody overrode it."""
        return isinstance(self.answer, Override)


def stored(finding: Finding, answers: Mapping[str, Any], subject: Mapping[str, Any]) -> dict[str, Any]:
    """A finding as a run keeps it, with its basis: the answers (for rules about the plan, the plan) that fired it."""
    about: dict[str, Any] = {name: answers.get(name) for name in finding.fired_by}
    if any("." in name or "(" in name for name in finding.fired_by):
        about["plan"] = dict(subject)
    basis = hashlib.sha256(canonical([finding.rule, about])).hexdigest()[:32]
    return {**asdict(finding), "severity": str(finding.severity), "basis": basis}


def read(row: Mapping[str, Any]) -> Finding:
    """A stored finding as it was."""
    values = {key: value for key, value in row.items() if key != "basis"}
    values |= {
        "severity": Severity(row["severity"]),
        "fired_by": tuple(row["fired_by"]),
        "unknown": tuple(row["unknown"]),
    }
    return Finding(**values)


def standing(run: ScreeningRun, on: date | None = None) -> tuple[Standing, ...]:
    """All findings of a run, worst first, with what was done about each. Two queries, none when nothing was found."""
    if not run.findings:
        return ()
    answers = [*_answers(Clearance, run), *_answers(Override, run)]
    today = on or steps.day(run.ran_at)
    found = [_standing(row, answers, run, today) for row in run.findings]
    return tuple(sorted(found, key=lambda item: (ORDER[item.finding.severity], item.finding.rule)))


def _answers(model: type[Clearance] | type[Override], run: ScreeningRun) -> list[Any]:
    rows = model.objects.filter(client_id=run.client_id, done_at__gte=run.ran_at - LETTER_LASTS)
    return list(rows.select_related("done_by").order_by("done_at"))


def _standing(row: Mapping[str, Any], answers: Iterable[Any], run: ScreeningRun, today: date) -> Standing:
    finding = read(row)
    matching = [item for item in answers if _answers_it(item, row, finding, run.consultation_id)]
    until = finding.until or ""
    is_over = finding.severity is Severity.DEFER and until[:4].isdigit() and date.fromisoformat(until) <= today
    return Standing(finding, str(row["basis"]), matching[-1] if matching else None, is_over)


def _answers_it(item: Any, row: Mapping[str, Any], finding: Finding, consultation_id: UUID) -> bool:
    """A clearance of a lasting condition holds while the answers behind it stay; all else for one consultation."""
    if item.finding.get("rule") != row["rule"] or item.finding.get("basis") != row["basis"]:
        return False
    is_same = item.consultation_id == consultation_id
    return is_same or (isinstance(item, Clearance) and finding.severity is Severity.RELATIVE)


def latest_run(consultation: Consultation, *, subject_id: UUID | None = None) -> ScreeningRun | None:
    """The newest run of a consultation, or of a session that rests on it."""
    rows = consultation.runs.filter(subject_id=subject_id)
    found: ScreeningRun | None = rows.order_by("-number").first()
    return found


def open_findings(client: Client, run: ScreeningRun | None, on: date | None = None) -> tuple[Finding, ...]:
    """Findings of a run that are neither cleared nor overridden nor over, worst first."""
    if run is None or run.client_id != client.pk:
        return ()
    return tuple(item.finding for item in standing(run, on) if item.is_open)
