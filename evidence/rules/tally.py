"""Counting a portfolio: for every session whether it counts, for what, and why not; the counters; the criteria grid.

`count` is pure. Sources: S12, S57, S58, S147-S150, S164 of the requirements and decisions 41-47, 55.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence.choices import Coverage, CriterionState, DecisionState, DisposalReading, EvidenceKind, Outcome, Reason
from evidence.pack import CounterRule, Criterion, Pack, Unit
from evidence.rules.facts import CentreReading, EvidenceFacts
from evidence.rules.reasons import Why, for_counter, general

PENDING = frozenset({Reason.NOT_DECIDED, Reason.NOT_COUNTERSIGNED, Reason.NOT_SIGNED})


@dataclass(frozen=True)
class SessionVerdict:
    """One piece of evidence: the counters it moves, why it counts for nothing, and why not for single counters."""

    evidence: EvidenceFacts
    counts_for: tuple[str, ...]
    why_not: tuple[Why, ...]
    why_not_by_counter: Mapping[str, tuple[Why, ...]]

    @property
    def counts(self) -> bool:
        """Whether it moves any counter."""
        return bool(self.counts_for)


@dataclass(frozen=True)
class Counter:
    """A practical minimum: how many are accepted, how many are asked for, how many wait."""

    key: str
    label: str
    have: int
    need: int
    waiting: int = 0

    @property
    def is_reached(self) -> bool:
        """Whether the minimum is there."""
        return self.have >= self.need

    @property
    def text(self) -> str:
        """Such as "Injection 1 of 3"."""
        return f"{self.label} {self.have} of {self.need}"


@dataclass(frozen=True)
class Cell:
    """One criterion in the grid."""

    criterion: Criterion
    state: str
    have: int
    need: int
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class UnitProgress:
    """How far one unit is; its credits are earned when every criterion is met."""

    unit: Unit
    met: int
    total: int
    credits: int


@dataclass(frozen=True)
class Tally:
    """The whole count of one portfolio."""

    verdicts: tuple[SessionVerdict, ...]
    counters: tuple[Counter, ...]
    cells: tuple[Cell, ...]
    units: tuple[UnitProgress, ...]
    is_complete: bool
    is_final: bool

    @property
    def cell_by_key(self) -> dict[str, Cell]:
        """Cells by criterion key."""
        return {cell.criterion.key: cell for cell in self.cells}

    @property
    def counter_by_key(self) -> dict[str, Counter]:
        """Counters by key."""
        return {counter.key: counter for counter in self.counters}

    @property
    def text(self) -> str:
        """The counters in one line: "Injection 1 of 3, electro 0 of 3, health and safety 1 of 4"."""
        first, *rest = [counter.text for counter in self.counters]
        return ", ".join([first, *(text[0].lower() + text[1:] for text in rest)])


def count(
    pack: Pack, evidence: Iterable[EvidenceFacts], reading: CentreReading, *, entry_verified: bool = True
) -> Tally:
    """Count a learner's evidence against the pack as the centre reads it; depths in millimetres.

    `entry_verified` is False while the registration is provisional: then nothing counts yet (S26).
    """
    items = tuple(evidence)
    verdicts = tuple(_judge(pack, item, reading, entry_verified) for item in items)
    counters = tuple(_counter(rule, verdicts, reading) for rule in pack.practical.counters)
    cells = tuple(_cell(pack, criterion, verdicts, counters, reading) for criterion in pack.criteria)
    units = tuple(_progress(unit, cells) for unit in pack.units)
    complete = all(cell.state == CriterionState.MET for cell in cells) and all(c.is_reached for c in counters)
    final = complete and all(
        v.evidence.decision is not None and v.evidence.decision.is_released for v in _used(verdicts)
    )
    return Tally(verdicts, counters, cells, units, complete, final)


def _used(verdicts: tuple[SessionVerdict, ...]) -> list[SessionVerdict]:
    return [v for v in verdicts if v.counts or (v.evidence.session is None and not v.why_not)]


def _judge(pack: Pack, item: EvidenceFacts, reading: CentreReading, entry_verified: bool) -> SessionVerdict:
    why_not = general(pack, item, reading, entry_verified=entry_verified)
    each = reading.coverage == Coverage.EACH
    by_counter = {rule.key: for_counter(pack, rule, item, reading, each=each) for rule in pack.practical.counters}
    is_observation = item.session is not None and item.kind == EvidenceKind.OBSERVATION
    counts_for = tuple(key for key, whys in by_counter.items() if not whys) if is_observation and not why_not else ()
    return SessionVerdict(item, counts_for, why_not, by_counter)


def _counter(rule: CounterRule, verdicts: tuple[SessionVerdict, ...], reading: CentreReading) -> Counter:
    counted = [v for v in verdicts if rule.key in v.counts_for]
    have = len({v.evidence.session.key for v in counted if v.evidence.session})
    if rule.meets_needs and reading.coverage == Coverage.EACH:
        have = min(sum(_marked(v, key) == Outcome.MET for v in counted) for key in rule.needs)
    waiting = sum(_waits(v, rule) for v in verdicts)
    return Counter(rule.key, rule.label, have, rule.minimum, waiting)


def _waits(verdict: SessionVerdict, rule: CounterRule) -> bool:
    is_observation = verdict.evidence.kind == EvidenceKind.OBSERVATION and verdict.evidence.session is not None
    codes = {why.code for why in verdict.why_not}
    return is_observation and bool(codes) and codes <= PENDING and not verdict.why_not_by_counter[rule.key]


def _marked(verdict: SessionVerdict, key: str) -> str:
    decision = verdict.evidence.decision
    return decision.marks.get(key, "") if decision else ""


def _cell(
    pack: Pack,
    criterion: Criterion,
    verdicts: tuple[SessionVerdict, ...],
    counters: tuple[Counter, ...],
    reading: CentreReading,
) -> Cell:
    touching = [v for v in verdicts if _touches(v, criterion)]
    states = [_contribution(pack, criterion, v, reading) for v in touching]
    have = states.count(CriterionState.MET)
    need = _needed(pack, criterion)
    if criterion.key in pack.practical.every_session:
        state = _every_session_state(pack, have, verdicts, counters, reading) or _without_met(states)
    elif have >= need:
        state = CriterionState.MET
    else:
        state = CriterionState.PART_MET if have else _without_met(states)
    return Cell(criterion, state, have, need, tuple(v.evidence.key for v in touching))


def _touches(verdict: SessionVerdict, criterion: Criterion) -> bool:
    offered = criterion.key in verdict.evidence.criteria
    return offered or _marked(verdict, criterion.key) != ""


def _needed(pack: Pack, criterion: Criterion) -> int:
    minimums = [r.minimum for r in pack.practical.counters if r.meets_needs and criterion.key in r.needs]
    if criterion.key in pack.practical.every_session:
        return max(rule.minimum for rule in pack.practical.counters)
    return max(minimums, default=1)


def _contribution(pack: Pack, criterion: Criterion, verdict: SessionVerdict, reading: CentreReading) -> str:
    codes = {why.code for why in verdict.why_not}
    mark = _marked(verdict, criterion.key)
    if codes & {Reason.PERMISSION_WITHDRAWN, Reason.NO_PERMISSION, Reason.KIND_NOT_ACCEPTED, Reason.OWN_WORK}:
        return CriterionState.OPEN
    if Reason.NOT_COUNTERSIGNED in codes and mark:
        return CriterionState.AWAITING_COUNTERSIGNATURE
    if verdict.evidence.decision is None or codes & {Reason.RETURNED, Reason.IQA_ACTION} or not mark:
        return CriterionState.OFFERED
    if mark == Outcome.NOT_YET_MET:
        return CriterionState.NOT_YET_MET
    return CriterionState.MET if _may_meet(pack, criterion, verdict, reading) else CriterionState.OFFERED


def _may_meet(pack: Pack, criterion: Criterion, verdict: SessionVerdict, reading: CentreReading) -> bool:
    kind = verdict.evidence.kind
    default = {row.key: row.meets for row in pack.kinds}
    accepted = reading.meets_by_kind.get(kind, default.get(kind, frozenset()))
    if criterion.setting not in accepted:
        return False
    if kind != EvidenceKind.OBSERVATION:
        return not {why.code for why in verdict.why_not} - {Reason.NOT_OBSERVED, Reason.DISPOSAL, Reason.NOT_DECLARED}
    rules = [r for r in pack.practical.counters if r.meets_needs and criterion.key in r.needs]
    return not verdict.why_not and all(r.key in verdict.counts_for for r in rules)


def _without_met(states: list[str]) -> str:
    order = (CriterionState.AWAITING_COUNTERSIGNATURE, CriterionState.NOT_YET_MET, CriterionState.OFFERED)
    return next((state for state in order if state in states), CriterionState.OPEN)


def _every_session_state(
    pack: Pack,
    have: int,
    verdicts: tuple[SessionVerdict, ...],
    counters: tuple[Counter, ...],
    reading: CentreReading,
) -> str:
    """Disposal: met when every counted session has it and all minimums are reached (S58; decision 44)."""
    observed = [v for v in verdicts if v.evidence.watch is not None and v.evidence.decision is not None]
    failed = any(why.code == Reason.DISPOSAL for v in observed if _is_effective(v) for why in v.why_not)
    if reading.disposal == DisposalReading.EVERY_OBSERVED and failed:
        return CriterionState.NOT_YET_MET
    if have and all(counter.is_reached for counter in counters):
        return CriterionState.MET
    return CriterionState.PART_MET if have else ""


def _is_effective(verdict: SessionVerdict) -> bool:
    decision = verdict.evidence.decision
    return decision is not None and decision.state == DecisionState.EFFECTIVE


def _progress(unit: Unit, cells: tuple[Cell, ...]) -> UnitProgress:
    own = [cell for cell in cells if cell.criterion.unit == unit.key]
    met = sum(cell.state == CriterionState.MET for cell in own)
    return UnitProgress(unit, met, len(own), unit.credits if met == len(own) else 0)
