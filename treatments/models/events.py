"""Adverse events: a report whose entries are appended, never changed (clinical-content.md J)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinic.encryption import SealedJSON, SealedText
from clinic.models import Staff
from clinic.records import ClientRecord, History
from treatments.choices import EventState
from treatments.models.sessions import Session


class AdverseEvent(ClientRecord):
    """An adverse event of a client, in or after a session. Kind and grade are sealed."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, related_name="events")
    kind = SealedText(sealed_as="adverseevent.kind")
    grade = SealedJSON(sealed_as="adverseevent.grade")
    state = models.CharField(max_length=10, choices=EventState.choices, default=EventState.REPORTED)
    occurred_at = models.DateTimeField()
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EventState.values), name="treatments_adverseevent_state")
        ]


class EventEntry(ClientRecord):
    """One entry of an event: what was seen, done, told, and where it stands. Append-only."""

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="entries")
    state = models.CharField(max_length=10, choices=EventState.choices)
    detail = SealedJSON(sealed_as="evententry.detail", default=dict)
    written_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at", "id"]
