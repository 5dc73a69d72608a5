"""What identity keeps: attempts, recovery codes, authenticator steps already used."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from clinic.identity.choices import AttemptKind
from clinic.models import Staff


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
