"""Every write of consultations: one verb, one function."""

from consultations.drafts import save_answers
from consultations.services.analysis import record_skin_analysis, refuse_photograph, take_photograph
from consultations.services.answers import confirm_answers, submit_answers
from consultations.services.conclude import agree_plan, decide, draft_plan, sign_consultation
from consultations.services.findings import clear_finding, code_allergy, override_finding
from consultations.services.screen import run_screen
from consultations.services.start import (
    abandon_consultation,
    decline_questionnaire,
    resolve_correction,
    start_consultation,
)

__all__ = [
    "abandon_consultation",
    "agree_plan",
    "clear_finding",
    "code_allergy",
    "confirm_answers",
    "decide",
    "decline_questionnaire",
    "draft_plan",
    "override_finding",
    "record_skin_analysis",
    "refuse_photograph",
    "resolve_correction",
    "run_screen",
    "save_answers",
    "sign_consultation",
    "start_consultation",
    "submit_answers",
    "take_photograph",
]
