"""What devices keeps: enrolled tablets, PINs, sessions that wait while a client holds the tablet."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from clinic.models import HandOver, Site, Staff
from clinic.records import History, OrganisationRecord


class Device(OrganisationRecord):
    """A browser of the clinic. Its 256 random bits are only in its cookie; here is their hash."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="devices")
    label = models.CharField(max_length=60)
    is_shared = models.BooleanField(default=True)
    token_hash = models.CharField(max_length=64, unique=True)
    enrolled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    history = History(excluded_fields=["token_hash"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "label"], condition=Q(revoked_at__isnull=True), name="devices_device_label"
            )
        ]

    def __str__(self) -> str:
        return self.label


class Pin(models.Model):
    """What opens a person's locked session: Argon2id over the PIN and a pepper that is not in the database."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, related_name="pin")
    pin_hash = models.CharField(max_length=200)
    set_at = models.DateTimeField()


class WaitingSession(models.Model):
    """The session of the person who handed the tablet over: locked, its cookie gone, until the tablet comes back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    handover = models.OneToOneField(HandOver, on_delete=models.PROTECT, related_name="waiting_session")
    session_key = models.CharField(max_length=40)
    waiting_since = models.DateTimeField()
