"""A session: who, when, in which state; and the confirmations of the day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from clinic.catalogue.models import Device
from clinic.encryption import SealedJSON, SealedText
from clinic.models import ContentVersion, Staff, Visit
from clinic.records import ClientRecord, History
from consultations.models import Consultation
from treatments.choices import Modality, SessionState
from treatments.models.courses import Course, PlannedSession


class Session(ClientRecord):
    """One treatment session. Frozen when signed; `standing` is the treating person's standing on the day."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    planned = models.ForeignKey(PlannedSession, on_delete=models.PROTECT, null=True, related_name="sessions")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, related_name="sessions")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, null=True, related_name="sessions")
    practitioner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, related_name="+")
    checklists = models.ForeignKey(ContentVersion, on_delete=models.PROTECT, null=True, related_name="+")
    modality = models.CharField(max_length=10, choices=Modality.choices)
    technique = models.CharField(max_length=4)
    protocol = models.CharField(max_length=4)
    state = models.CharField(max_length=12, choices=SessionState.choices, default=SessionState.PREPARED)
    for_assessment = models.BooleanField(default=False)
    told_learner = models.BooleanField(default=False)
    prepared_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    zones = SealedJSON(sealed_as="session.zones", default=list)
    start_gates = SealedJSON(sealed_as="session.start_gates", default=list)
    standing = SealedJSON(sealed_as="session.standing", default=dict)
    stop_reason = SealedText(sealed_as="session.stop_reason", default="")
    adapted_because = SealedText(sealed_as="session.adapted_because", default="")
    notes = SealedText(sealed_as="session.notes", default="")
    end_check = SealedJSON(sealed_as="session.end_check", default=dict)
    skin_checks = SealedJSON(sealed_as="session.skin_checks", null=True, default=None)
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="treatments_session_state"),
            models.CheckConstraint(condition=Q(modality__in=Modality.values), name="treatments_session_modality"),
            models.CheckConstraint(
                condition=~Q(state=SessionState.SIGNED) | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="treatments_session_signed_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["started", "paused", "finished", "stopped"]) | Q(started_at__isnull=False),
                name="treatments_session_started_when",
            ),
        ]
        indexes = [models.Index(fields=["client", "prepared_at"], name="treatments_session_client")]

    def running_for(self, at: datetime) -> timedelta:
        """Time on the clock, pauses left out."""
        if self.started_at is None:
            return timedelta()
        until = self.ended_at or self.paused_at or at
        return max(until - self.started_at - timedelta(seconds=self.paused_seconds), timedelta())


class DayCheck(ClientRecord):
    """A confirmation made on the day of treatment: consent, capacity, answers (decisions 50, 51). Append-only."""

    KINDS = ("consent", "capacity", "answers")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="day_checks")
    kind = models.CharField(max_length=10)
    outcome = SealedText(sealed_as="daycheck.outcome")
    words = SealedText(sealed_as="daycheck.words", default="")
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["consent", "capacity", "answers"]), name="treatments_daycheck_kind"
            )
        ]
