"""A consultation and the questionnaire answered in it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinic.encryption import SealedJSON, SealedText
from clinic.models import ContentVersion, Staff, Visit
from clinic.records import ClientRecord, History
from consultations.choices import AskedBy, ConsultationKind, ConsultationState, ModalityInterest, ResponseState


class Consultation(ClientRecord):
    """A full consultation or a re-assessment (design.md 2). Frozen once signed; then `summary` stands for ever.

    `sign_checks`: indemnity and legal fields as they were when it was signed (S73); older records have none.
    """

    kind = models.CharField(max_length=14, choices=ConsultationKind.choices)
    interest = models.CharField(max_length=10, choices=ModalityInterest.choices, default=ModalityInterest.UNDECIDED)
    state = models.CharField(max_length=10, choices=ConsultationState.choices, default=ConsultationState.DRAFT)
    practitioner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="consultations")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="consultations")
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    screened_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    abandoned_at = models.DateTimeField(null=True, blank=True)
    abandon_reason = SealedText(sealed_as="consultation.abandon_reason", default="")
    summary = SealedText(sealed_as="consultation.summary", default="")
    sign_checks = SealedJSON(sealed_as="consultation.sign_checks", null=True, default=None)
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ConsultationKind.values), name="consultations_consultation_kind"
            ),
            models.CheckConstraint(
                condition=Q(interest__in=ModalityInterest.values), name="consultations_consultation_interest"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ConsultationState.values), name="consultations_consultation_state"
            ),
            models.CheckConstraint(
                condition=Q(state=ConsultationState.SIGNED, signed_at__isnull=False, signed_by__isnull=False)
                | (~Q(state=ConsultationState.SIGNED) & Q(signed_at__isnull=True)),
                name="consultations_consultation_signed",
            ),
            models.CheckConstraint(
                condition=Q(state=ConsultationState.ABANDONED, abandoned_at__isnull=False)
                | (~Q(state=ConsultationState.ABANDONED) & Q(abandoned_at__isnull=True)),
                name="consultations_consultation_abandoned",
            ),
        ]
        indexes = [models.Index(fields=["client", "started_at"], name="consultations_by_client")]

    @property
    def is_open(self) -> bool:
        """Whether work on it can go on."""
        return self.state not in (ConsultationState.SIGNED, ConsultationState.ABANDONED)


class QuestionnaireResponse(ClientRecord):
    """The answers of one consultation, as one sealed document that points at the questionnaire it was given with.

    An open response keeps no history (decision 20). `previous` holds the answers of last time, for "last time: no".
    `declined_at`: the client did not want to answer, which ended the consultation (S63).
    """

    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="response")
    content = models.ForeignKey(ContentVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ResponseState.choices, default=ResponseState.OPEN)
    asked_by = models.CharField(max_length=8, choices=AskedBy.choices, default=AskedBy.TABLET)
    answers = SealedJSON(sealed_as="response.answers", default=dict)
    previous = SealedJSON(sealed_as="response.previous", default=dict)
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ResponseState.values), name="consultations_response_state"),
            models.CheckConstraint(condition=Q(asked_by__in=AskedBy.values), name="consultations_response_asked_by"),
            models.CheckConstraint(
                condition=Q(state=ResponseState.CONFIRMED, confirmed_at__isnull=False, confirmed_by__isnull=False)
                | (~Q(state=ResponseState.CONFIRMED) & Q(confirmed_at__isnull=True)),
                name="consultations_response_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(declined_at__isnull=True) | Q(confirmed_at__isnull=True),
                name="consultations_response_declined",
            ),
        ]


class ProposedCorrection(ClientRecord):
    """The client answered a fact of their record differently; staff take it over or leave it (decision 24)."""

    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=30)
    proposed = SealedJSON(sealed_as="correction.proposed", default=dict)
    resolved_at = models.DateTimeField(null=True, blank=True)
    is_accepted = models.BooleanField(null=True)
    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "field"], name="consultations_correction_once"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, is_accepted__isnull=True)
                | Q(resolved_at__isnull=False, is_accepted__isnull=False),
                name="consultations_correction_resolved",
            ),
        ]
