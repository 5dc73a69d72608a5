"""Why a piece of evidence counts for nothing, or not for one counter: every reason, never only the first."""

from collections.abc import Callable
from dataclasses import dataclass

from evidence.choices import DecisionState, EvidenceKind, ItemState, Outcome, Reason
from evidence.pack import CounterRule, Pack
from evidence.rules.facts import CentreReading, EvidenceFacts

FULL_CONSULTATION = "full"


@dataclass(frozen=True)
class Why:
    """One reason, with the figures that explain it."""

    code: str
    detail: str = ""

    @property
    def text(self) -> str:
        """The reason as a person reads it."""
        label = Reason(self.code).label
        return f"{label}: {self.detail}" if self.detail else str(label)


Check = Callable[[Pack, EvidenceFacts, CentreReading], Why | None]


def general(
    pack: Pack, evidence: EvidenceFacts, reading: CentreReading, *, entry_verified: bool = True
) -> tuple[Why, ...]:
    """Every reason for which this evidence counts for nothing at all, in a fixed order."""
    found = [check(pack, evidence, reading) for check in CHECKS]
    if not entry_verified:
        found.append(Why(Reason.ENTRY_NOT_VERIFIED))
    return tuple(why for why in found if why is not None)


def _withdrawn(_: Pack, evidence: EvidenceFacts, __: CentreReading) -> Why | None:
    if evidence.was_withdrawn or evidence.state == ItemState.WITHDRAWN:
        return Why(Reason.PERMISSION_WITHDRAWN)
    return None if evidence.is_permitted else Why(Reason.NO_PERMISSION)


def _kind(_: Pack, evidence: EvidenceFacts, reading: CentreReading) -> Why | None:
    is_off = evidence.kind in reading.kinds_off and evidence.kind != EvidenceKind.OBSERVATION
    return Why(Reason.KIND_NOT_ACCEPTED) if is_off else None


def _observed(_: Pack, evidence: EvidenceFacts, __: CentreReading) -> Why | None:
    if evidence.session is None:
        return None
    if evidence.watch is None or evidence.kind != EvidenceKind.OBSERVATION:
        return Why(Reason.NOT_OBSERVED)
    return None if evidence.watch.while_running else Why(Reason.NOT_WATCHED)


def _observer_permitted(_: Pack, evidence: EvidenceFacts, __: CentreReading) -> Why | None:
    refused = evidence.watch is not None and not evidence.watch.is_permitted
    return Why(Reason.NO_OBSERVER_PERMISSION) if refused else None


def _signed(_: Pack, evidence: EvidenceFacts, __: CentreReading) -> Why | None:
    session = evidence.session
    return Why(Reason.NOT_SIGNED) if session is not None and not session.is_signed else None


def _declared(_: Pack, evidence: EvidenceFacts, __: CentreReading) -> Why | None:
    session = evidence.session
    return Why(Reason.NOT_DECLARED) if session is not None and not session.is_declared else None


def _combined(pack: Pack, evidence: EvidenceFacts, _: CentreReading) -> Why | None:
    session = evidence.session
    combined = session is not None and pack.practical.one_modality and session.is_combined
    return Why(Reason.COMBINED) if combined else None


def _consultation(pack: Pack, evidence: EvidenceFacts, reading: CentreReading) -> Why | None:
    session = evidence.session
    if session is None or not pack.practical.own_consultation or session.consultation == FULL_CONSULTATION:
        return None
    if session.consultation and reading.reassessment_counts:
        return None
    shared = "the one it names belongs to an earlier session" if session.is_consultation_shared else ""
    detail = "the centre asks for a full one, not a re-assessment" if session.consultation else shared
    return Why(Reason.NO_CONSULTATION, detail)


def _skin(pack: Pack, evidence: EvidenceFacts, _: CentreReading) -> Why | None:
    session = evidence.session
    missing = session is not None and pack.practical.own_skin_analysis and not session.has_skin_analysis
    return Why(Reason.NO_SKIN_ANALYSIS) if missing else None


def _disposal(pack: Pack, evidence: EvidenceFacts, _: CentreReading) -> Why | None:
    if evidence.session is None:
        return None
    missing = pack.practical.stages - evidence.session.disposal_stages
    if missing:
        return Why(Reason.DISPOSAL, "not ticked at " + ", ".join(sorted(missing)))
    if evidence.decision is None:
        return None
    marks = evidence.decision.marks
    unmet = [key for key in pack.practical.every_session if marks.get(key) != Outcome.MET]
    return Why(Reason.DISPOSAL, ", ".join(unmet) + " not marked met") if unmet else None


def _own_work(_: Pack, evidence: EvidenceFacts, __: CentreReading) -> Why | None:
    people = {
        evidence.watch.assessor if evidence.watch else "",
        evidence.decision.assessor if evidence.decision else "",
    }
    return Why(Reason.OWN_WORK) if evidence.learner in people else None


def _decision(_: Pack, evidence: EvidenceFacts, __: CentreReading) -> Why | None:
    decision = evidence.decision
    if decision is None:
        return Why(Reason.NOT_DECIDED)
    if decision.state == DecisionState.AWAITING_COUNTERSIGNATURE:
        return Why(Reason.NOT_COUNTERSIGNED)
    if decision.state == DecisionState.RETURNED:
        return Why(Reason.RETURNED)
    return Why(Reason.IQA_ACTION) if decision.asks_action else None


def _standing(_: Pack, evidence: EvidenceFacts, __: CentreReading) -> Why | None:
    lapsed = evidence.decision.lapsed if evidence.decision else ()
    return Why(Reason.STANDING, ", ".join(lapsed)) if lapsed else None


CHECKS: tuple[Check, ...] = (
    _withdrawn,
    _kind,
    _observed,
    _observer_permitted,
    _signed,
    _declared,
    _combined,
    _consultation,
    _skin,
    _disposal,
    _own_work,
    _decision,
    _standing,
)


def for_counter(
    pack: Pack, counter: CounterRule, evidence: EvidenceFacts, reading: CentreReading, *, each: bool
) -> tuple[Why, ...]:
    """Why a session that counts in general does not count for this counter; `each` reads its criteria one by one."""
    found: list[Why] = []
    session = evidence.session
    if session is not None and counter.modality and counter.modality not in session.modalities:
        found.append(Why(Reason.OTHER_MODALITY))
    elif counter.superficial and session is not None:
        found.extend(_depth(session.deepest_mm is None, evidence, reading))
    marks = evidence.decision.marks if evidence.decision else {}
    unmet = [key for key in counter.needs if marks.get(key) != Outcome.MET]
    fails = len(unmet) == len(counter.needs) if each and counter.meets_needs else bool(unmet)
    if counter.needs and fails and evidence.decision is not None:
        found.append(Why(Reason.CRITERIA_NOT_MET, ", ".join(unmet)))
    return tuple(found)


def _depth(is_unknown: bool, evidence: EvidenceFacts, reading: CentreReading) -> list[Why]:
    limit = reading.superficial_limit_mm
    if limit is None:
        return [Why(Reason.LIMIT_NOT_SET)]
    if is_unknown or evidence.session is None or evidence.session.deepest_mm is None:
        return [Why(Reason.DEPTH_UNKNOWN)]
    deepest = evidence.session.deepest_mm
    return [Why(Reason.DEPTH, f"{deepest} mm, the limit is {limit} mm")] if deepest > limit else []
