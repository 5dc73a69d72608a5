"""What identity keeps: attempts, recovery codes, used steps, invitations, closed charts, broken glass."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from clinic.choices import Role
from clinic.encryption import SealedText
from clinic.identity.choices import AttemptKind
from clinic.models import Staff
from clinic.records import ClientRecord, History, OrganisationRecord


class Attempt(models.Model):
    """Tries in a row of one account or one device; `subject` is a hash, so that unknown accounts count alike."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=AttemptKind.choices)
    subject = models.CharField(max_length=64)
    tries = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AttemptKind.values), name="identity_attempt_kind"),
            models.UniqueConstraint(fields=["kind", "subject"], name="identity_attempt_one"),
        ]


class RecoveryCode(models.Model):
    """One of ten codes for the day the telephone is lost; only its hash is kept, and it opens once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class UsedStep(models.Model):
    """A time step whose authenticator code was used: a code that was seen over a shoulder opens nothing more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    step = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "step"], name="identity_usedstep_once")]


class Invitation(OrganisationRecord):
    """An address, a role, a day to answer. Single use; the token itself is only in the link."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(role__in=Role.values), name="identity_invitation_role")]

    def is_open_at(self, at: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and at < self.expires_at


class ClosedChart(ClientRecord):
    """A chart closed to all who do not treat the client: at the client's wish, or because colleagues know them."""

    reason = SealedText(sealed_as="closed_chart.reason")
    closed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(reopened_at__isnull=True), name="identity_closedchart_one_open"
            )
        ]


class BrokenGlass(ClientRecord):
    """The clinical lead opened a closed chart in an emergency: one client, a reason, fifteen minutes. Never changes."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    reason = SealedText(sealed_as="broken_glass.reason")
    broken_at = models.DateTimeField()
    expires_at = models.DateTimeField()
