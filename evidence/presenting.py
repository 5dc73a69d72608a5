"""What the pages print: the criteria grid, the counters, the verdict lines; no query and no rule here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence.choices import CriterionState, DecisionState, ItemState, Reason, SamplingResult
from evidence.models import Decision, EvidenceItem
from evidence.pack import CommandWord, Criterion, Pack
from evidence.queries import Portfolio, is_final, newest_decision, settled_results
from evidence.rules import Cell, Counter, SessionVerdict, UnitProgress, Why

# Colour and symbol by state; the word is always there for ears and in the legend (ui.md 6).
SYMBOLS = {
    CriterionState.OPEN: ("none", "", "Open"),
    CriterionState.OFFERED: ("seen", "circle", "Offered"),
    CriterionState.AWAITING_COUNTERSIGNATURE: ("waiting", "hourglass-split", "Awaiting countersignature"),
    CriterionState.NOT_YET_MET: ("not-yet", "x-lg", "Not yet met"),
    CriterionState.PART_MET: ("part", "circle-half", "Met in part"),
    CriterionState.MET: ("met", "check-lg", "Met"),
}


@dataclass(frozen=True)
class GridCell:
    """One criterion of the grid."""

    cell: Cell
    look: str
    icon: str
    word: str

    @property
    def criterion(self) -> Criterion:
        """The criterion."""
        return self.cell.criterion

    @property
    def amount(self) -> str:
        """Such as "1 of 4", where more than one is asked for and it has begun."""
        return f"{self.cell.have} of {self.cell.need}" if self.cell.need > 1 and self.cell.have else ""


@dataclass(frozen=True)
class GridUnit:
    """One unit of the grid."""

    progress: UnitProgress
    outcomes: tuple[tuple[str, tuple[GridCell, ...]], ...]


def grid(portfolio: Portfolio) -> tuple[GridUnit, ...]:
    """The criteria by unit and outcome."""
    by_key = portfolio.tally.cell_by_key
    return tuple(
        GridUnit(
            progress,
            tuple(
                (outcome.label, tuple(grid_cell(by_key[criterion.key]) for criterion in outcome.criteria))
                for outcome in progress.unit.outcomes
            ),
        )
        for progress in portfolio.tally.units
    )


def grid_cell(cell: Cell) -> GridCell:
    """A cell with its look."""
    look, icon, word = SYMBOLS[CriterionState(cell.state)]
    return GridCell(cell, look, icon, word)


def legend() -> list[tuple[str, str, str]]:
    """Look, icon and word of every state."""
    return list(SYMBOLS.values())


@dataclass(frozen=True)
class Line:
    """One piece of evidence in a list: what it is, what it counts for, and why not."""

    item: EvidenceItem
    title: str
    state: str
    tone: str
    counts_for: tuple[str, ...]
    why_not: tuple[str, ...]


def lines(portfolio: Portfolio, only: Iterable[str] | None = None) -> tuple[Line, ...]:
    """The evidence of a portfolio, newest first; `only` names the pieces wanted."""
    wanted = set(only) if only is not None else None
    labels = {counter.key: counter.label for counter in portfolio.tally.counters}
    items = portfolio.item_by_key
    verdicts = [v for v in portfolio.tally.verdicts if wanted is None or v.evidence.key in wanted]
    return tuple(_line(items[v.evidence.key], v, labels) for v in reversed(verdicts))


def _line(item: EvidenceItem, verdict: SessionVerdict, labels: Mapping[str, str]) -> Line:
    session = verdict.evidence.session
    modality = ", ".join(sorted(session.modalities)) if session else ""
    on = f"{session.on.day} {session.on:%b %Y}" if session else ""
    title = ", ".join(part for part in (str(item.get_kind_display()), modality, on) if part)
    state, tone = item_state(item)
    why = [_within(reason.text) for reason in verdict.why_not]
    if not why:
        why = [f"{labels[key]}: {_within(w.text)}" for key, ws in verdict.why_not_by_counter.items() for w in _told(ws)]
    return Line(item, title, state, tone, tuple(labels[key] for key in verdict.counts_for), tuple(why))


def _within(text: str) -> str:
    """A reason inside a sentence."""
    return text[:1].lower() + text[1:]


def _told(reasons: Iterable[Why]) -> list[Why]:
    return [reason for reason in reasons if reason.code != Reason.OTHER_MODALITY]


def item_state(item: EvidenceItem) -> tuple[str, str]:
    """The state of a piece of evidence in words, with its tone."""
    decision = newest_decision(item)
    if item.state == ItemState.WITHDRAWN:
        return "Withdrawn", ""
    if decision is None or item.state == ItemState.UNDER_REVIEW:
        return ("Offered", "plum") if item.state == ItemState.OFFERED else ("Under review", "plum")
    return decision_state(decision)


def decision_state(decision: Decision) -> tuple[str, str]:
    """The state of a decision in words, with its tone."""
    tones = {
        DecisionState.AWAITING_COUNTERSIGNATURE: "caution",
        DecisionState.RETURNED: "refer",
    }
    state = DecisionState(decision.state)
    if state == DecisionState.EFFECTIVE:
        return _release(decision)
    return str(state.label), tones[state]


def _release(decision: Decision) -> tuple[str, str]:
    """An effective decision is final only when quality assurance released it (decision 47)."""
    if SamplingResult.ACTION in settled_results(decision):
        return "Action asked", "refer"
    return ("Final", "ok") if is_final(decision) else ("Decided, not released", "plum")


def reasons(texts: Iterable[str]) -> list[dict[str, str]]:
    """Reasons as components/why_not.html prints them."""
    return [{"message": text, "reason": text} for text in texts]


@dataclass(frozen=True)
class MarkRow:
    """One criterion on the observation or decision page, with the mark it carries now."""

    criterion: Criterion
    outcome: str
    word: CommandWord | None


@dataclass(frozen=True)
class MarkGroup:
    """The rows of one unit."""

    unit: str
    label: str
    rows: tuple[MarkRow, ...]


def mark_groups(
    pack: Pack, keys: Iterable[str], marks: Mapping[str, str], words: Mapping[str, CommandWord]
) -> tuple[MarkGroup, ...]:
    """Criteria to be marked, by unit."""
    wanted = set(keys)
    groups = []
    for unit in pack.units:
        rows = tuple(
            MarkRow(criterion, marks.get(criterion.key, ""), words.get(criterion.command))
            for criterion in unit.criteria
            if criterion.key in wanted
        )
        if rows:
            groups.append(MarkGroup(unit.key, unit.short, rows))
    return tuple(groups)


@dataclass(frozen=True)
class CounterCard:
    """A counter as a card."""

    counter: Counter
    percent: int


def counters(portfolio: Portfolio) -> tuple[CounterCard, ...]:
    """The counters, with how much of the minimum is there."""
    return tuple(
        CounterCard(counter, min(100, round(100 * counter.have / counter.need))) for counter in portfolio.tally.counters
    )
