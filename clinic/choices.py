"""Vocabularies of the base layer."""

from __future__ import annotations

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person does in an organisation (design.md 1, decision 5)."""

    PRACTITIONER = "practitioner", "Practitioner"
    LEARNER = "learner", "Learner"
    RECEPTION = "reception", "Reception"
    LEAD = "lead", "Clinical lead"
    MANAGER = "manager", "Manager"
    ASSESSOR = "assessor", "Assessor"
    IQA = "iqa", "Internal quality assurer"
    EQA = "eqa", "External quality assurer"
    PROTECTION = "protection", "Data protection lead"
    PRESCRIBER = "prescriber", "Prescriber"
    TUTOR = "tutor", "Tutor"


class OrganisationKind(TextChoices):
    """A clinic treats, a centre assesses, some do both (decision 4)."""

    CLINIC = "clinic", "Clinic"
    CENTRE = "centre", "Centre"
    BOTH = "both", "Clinic and centre"


class VisitKind(TextChoices):
    """What a visit is booked for; a consultation is a visit of its own (S66)."""

    CONSULTATION = "consultation", "Consultation"
    SKIN_ANALYSIS = "skin_analysis", "Skin analysis"
    SESSION = "session", "Session"
    REVIEW = "review", "Review"


class VisitState(TextChoices):
    """Where a visit is (decision 7)."""

    BOOKED = "booked", "Booked"
    ARRIVED = "arrived", "Arrived"
    IN_ROOM = "in_room", "In the room"
    DONE = "done", "Done"
    MISSED = "missed", "Missed"
    CANCELLED = "cancelled", "Cancelled"


class AllergyStatus(TextChoices):
    """How sure an allergy entry is; unsure counts as yes."""

    ACTIVE = "active", "Active"
    UNSURE = "unsure", "Unsure"
    CORRECTED = "corrected", "Corrected"


class CredentialKind(TextChoices):
    """Kinds of standing a person may hold (S20–S24, S152–S166, S210)."""

    REGISTRATION = "registration", "Professional registration"
    QUALIFICATION = "qualification", "Regulated qualification"
    IN_TRAINING = "in_training", "In training for"
    INSURANCE = "insurance", "Indemnity insurance"
    FIRST_AID = "first_aid", "First Aid at Work"
    BLS = "bls", "Basic Life Support"
    ANAPHYLAXIS = "anaphylaxis", "Anaphylaxis"
    EXPERIENCE = "experience", "Experience"
    CPD = "cpd", "Continuing professional development"
    ASSESSING_AWARD = "assessing_award", "Assessing award"
    IQA_AWARD = "iqa_award", "Internal quality assurance award"
    TEACHING_AWARD = "teaching_award", "Teaching award"
    PRESCRIBING = "prescribing", "Prescribing right"


class HandOverKind(TextChoices):
    """Which one document a client holds on a handed-over tablet."""

    QUESTIONNAIRE = "questionnaire", "Questionnaire"
    CONSENT = "consent", "Consent"
    AFTERCARE = "aftercare", "Aftercare"


class ContentState(TextChoices):
    """Life of a content version."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"
