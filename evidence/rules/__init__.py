"""Pure rules of the evidence app: what counts, who may decide, and which state follows which."""

from evidence.rules.duties import (
    Lapses,
    lapses,
    position,
    why_not_assess,
    why_not_countersign,
    why_not_observe,
    why_not_sample,
)
from evidence.rules.facts import CentreReading, Decided, EvidenceFacts, SessionFacts, Watch
from evidence.rules.reasons import Why
from evidence.rules.states import NEXT_APPEAL, NEXT_DECISION, NEXT_ITEM, NEXT_OBSERVATION, NEXT_SAMPLING
from evidence.rules.tally import Cell, Counter, SessionVerdict, Tally, UnitProgress, count

__all__ = [
    "NEXT_APPEAL",
    "NEXT_DECISION",
    "NEXT_ITEM",
    "NEXT_OBSERVATION",
    "NEXT_SAMPLING",
    "Cell",
    "CentreReading",
    "Counter",
    "Decided",
    "EvidenceFacts",
    "Lapses",
    "SessionFacts",
    "SessionVerdict",
    "Tally",
    "UnitProgress",
    "Watch",
    "Why",
    "count",
    "lapses",
    "position",
    "why_not_assess",
    "why_not_countersign",
    "why_not_observe",
    "why_not_sample",
]
