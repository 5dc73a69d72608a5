"""Tables of the evidence app."""

from evidence.models.appeals import Appeal
from evidence.models.decisions import Countersignature, Decision, FeedbackForm, Sampling
from evidence.models.items import Enrolment, EvidenceItem, Observation

__all__ = [
    "Appeal",
    "Countersignature",
    "Decision",
    "Enrolment",
    "EvidenceItem",
    "FeedbackForm",
    "Observation",
    "Sampling",
]
