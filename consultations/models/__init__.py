"""Tables of consultations."""

from consultations.models.assessment import ConsultationPhoto, PhotographRefusal, SkinAnalysis, SuitabilityDecision
from consultations.models.consultation import Consultation, ProposedCorrection, QuestionnaireResponse
from consultations.models.plan import PlanSupersession, ServicePlan
from consultations.models.screen import AllergyCoding, Clearance, Override, ScreeningRun

__all__ = [
    "AllergyCoding",
    "Clearance",
    "Consultation",
    "ConsultationPhoto",
    "Override",
    "PhotographRefusal",
    "PlanSupersession",
    "ProposedCorrection",
    "QuestionnaireResponse",
    "ScreeningRun",
    "ServicePlan",
    "SkinAnalysis",
    "SuitabilityDecision",
]
