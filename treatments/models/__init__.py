"""Records of treatments: stock, courses, sessions and what happened in them, adverse events."""

from treatments.models.care import PatchTest, Prescription
from treatments.models.courses import Course, OutcomeReview, PlannedSession
from treatments.models.events import AdverseEvent, EventEntry
from treatments.models.sessions import DayCheck, Session
from treatments.models.stock import Lot, StockMove
from treatments.models.work import ChecklistEntry, ComfortScore, ElectroPhase, LotUse, Pass

__all__ = [
    "AdverseEvent",
    "ChecklistEntry",
    "ComfortScore",
    "Course",
    "DayCheck",
    "ElectroPhase",
    "EventEntry",
    "Lot",
    "LotUse",
    "OutcomeReview",
    "Pass",
    "PatchTest",
    "PlannedSession",
    "Prescription",
    "Session",
    "StockMove",
]
