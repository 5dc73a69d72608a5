"""The plain values that the counting rules read: no models, no clock, nothing a client could be known by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from evidence.choices import Coverage, DecisionState, DisposalReading, ItemState


@dataclass(frozen=True)
class CentreReading:
    """How a centre reads what the pack leaves open; depth in millimetres (S150; decision 60)."""

    superficial_limit_mm: Decimal | None = None
    reassessment_counts: bool = False
    coverage: str = Coverage.TOGETHER
    disposal: str = DisposalReading.COUNTED
    kinds_off: frozenset[str] = frozenset()
    meets_by_kind: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class SessionFacts:
    """What was really done in one session, as the record of treatment says; depth in millimetres."""

    key: str
    code: str
    on: date
    modalities: frozenset[str]
    deepest_mm: Decimal | None = None
    is_signed: bool = True
    is_declared: bool = True
    has_other_treatment: bool = False
    disposal_stages: frozenset[str] = frozenset()
    consultation: str = ""
    has_skin_analysis: bool = False
    is_consultation_shared: bool = False

    @property
    def is_combined(self) -> bool:
        """More than one modality, or another treatment on the same visit and area (S149)."""
        return len(self.modalities) > 1 or self.has_other_treatment


@dataclass(frozen=True)
class Watch:
    """An assessor's own observation of the session."""

    assessor: str
    while_running: bool = True
    is_permitted: bool = True


@dataclass(frozen=True)
class Decided:
    """The newest decision on one piece of evidence; `marks` are the ones that hold after any countersignature."""

    key: str
    assessor: str
    marks: Mapping[str, str]
    state: str = DecisionState.EFFECTIVE
    asks_action: bool = False
    is_released: bool = False
    lapsed: tuple[str, ...] = ()


@dataclass(frozen=True)
class EvidenceFacts:
    """One piece of evidence with everything the count needs; a session nobody observed has no `watch`."""

    key: str
    kind: str
    learner: str
    criteria: frozenset[str] = frozenset()
    state: str = ItemState.OFFERED
    session: SessionFacts | None = None
    watch: Watch | None = None
    decision: Decided | None = None
    is_permitted: bool = True
    was_withdrawn: bool = False
