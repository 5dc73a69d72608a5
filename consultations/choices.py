"""Vocabularies of consultations."""

from __future__ import annotations

from django.db.models import TextChoices


class Severity(TextChoices):
    """What a finding does to a session (clinical-content.md 0.2), worst first."""

    ABSOLUTE = "absolute", "Stop"
    RELATIVE = "relative", "Needs clearance"
    DEFER = "defer", "Wait"
    CAUTION = "caution", "Take care"


class Modality(TextChoices):
    """How the active substance is delivered."""

    INJECTION = "injection", "Injection"
    ELECTRO = "electro", "Electro-mesotherapy"


class ModalityInterest(TextChoices):
    """What the client comes for; undecided asks and screens for both."""

    UNDECIDED = "undecided", "Not decided yet"
    INJECTION = "injection", "Injection"
    ELECTRO = "electro", "Electro-mesotherapy"


class ConsultationKind(TextChoices):
    """Full the first time and after six months, else a re-assessment (design.md 2)."""

    FULL = "full", "Full consultation"
    REASSESSMENT = "reassessment", "Re-assessment"


class ConsultationState(TextChoices):
    """Where a consultation is (design.md 3)."""

    DRAFT = "draft", "Questions open"
    ANSWERED = "answered", "Answered"
    SCREENED = "screened", "Screened"
    DECIDED = "decided", "Decided"
    SIGNED = "signed", "Signed"
    ABANDONED = "abandoned", "Ended without treatment"


class ResponseState(TextChoices):
    """Where a questionnaire is."""

    OPEN = "open", "Open"
    SUBMITTED = "submitted", "Given by the client"
    CONFIRMED = "confirmed", "Confirmed by the practitioner"


class AskedBy(TextChoices):
    """How the answers were taken."""

    TABLET = "tablet", "The client on the tablet"
    ALOUD = "aloud", "Asked aloud by staff"


class Trigger(TextChoices):
    """What made the rules run."""

    ANSWERS = "answers", "Answers confirmed"
    ANALYSIS = "analysis", "Skin analysis recorded"
    PRODUCTS = "products", "Products chosen"
    SESSION = "session", "Before the session"
    ALLERGY = "allergy", "Allergy entry changed"


class ClearedBy(TextChoices):
    """What was seen that clears a finding."""

    LETTER = "letter", "A letter from the GP or specialist"
    RESULT = "result", "A test result"
    SEEN = "seen", "Seen by me today (device removed, pen present, skin healed)"
    PATCH_TEST = "patch_test", "A patch test"
    PRESCRIBER = "prescriber", "A prescriber's advice"
    ANSWERED = "answered", "The client's explanation, asked again"


class DecisionKind(TextChoices):
    """How information gathering ends (S64)."""

    SUITABLE = "suitable", "Suitable"
    DEFER = "defer", "Wait and come back"
    REFER = "refer", "Refer to somebody else"
    DECLINE = "decline", "Do not treat"


class Method(TextChoices):
    """Methods of an advanced consultation (S62)."""

    QUESTIONING = "questioning", "Questioning"
    OBSERVATION = "observation", "Observation"
    EXAMINATION = "examination", "Examination"
    RECORDS = "records", "Earlier records"


class Expectation(TextChoices):
    """The practitioner's judgement of whether treatment can do what the client wants (S189)."""

    REALISTIC = "realistic", "Realistic"
    PARTLY = "partly", "Partly realistic"
    NOT = "not", "Not realistic"


class Factor(TextChoices):
    """What is considered in devising a plan (S72, S120)."""

    HISTORY = "history", "Medical history and medicines"
    FINDINGS = "findings", "Findings and allergies"
    SKIN = "skin", "Skin analysis"
    GOALS = "goals", "Goals and motives"
    RESULT = "result", "Wanted result"
    EARLIER = "earlier", "Earlier treatments and reactions"
    LIFESTYLE = "lifestyle", "Sun and lifestyle"
    TIME = "time", "Time, events and travel"
    BUDGET = "budget", "Budget"
    COMFORT = "comfort", "Comfort"
    ALTERNATIVES = "alternatives", "Alternatives, doing nothing included"


class PlanState(TextChoices):
    """Life of a service plan."""

    DRAFT = "draft", "Draft"
    AGREED = "agreed", "Agreed"
    SUPERSEDED = "superseded", "Replaced"
