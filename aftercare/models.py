"""Aftercare: the sheet a client takes home, and what they report afterwards."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from aftercare.choices import Acknowledged, Channel, Report, SheetState
from clinic.encryption import SealedJSON, SealedText
from clinic.models import ContentVersion, Document, Staff
from clinic.records import ClientRecord, History
from consent.models import moment
from treatments.models import AdverseEvent, Session


class AftercareSheet(ClientRecord):
    """What one client was told after one session. `snapshot` is the sheet as shown. Frozen once acknowledged."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="sheet")
    content = models.ForeignKey(ContentVersion, on_delete=models.PROTECT, related_name="+")
    snapshot = SealedJSON(sealed_as="aftercare_sheet.snapshot", default=dict)
    ended_at = models.DateTimeField()
    state = models.CharField(max_length=14, choices=SheetState.choices, default=SheetState.DRAFTED)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_how = models.CharField(max_length=8, choices=Acknowledged.choices, blank=True)
    reason = SealedText(sealed_as="aftercare_sheet.reason", default="")
    record_sha256 = models.CharField(max_length=64, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SheetState.values), name="aftercare_sheet_state"),
            models.CheckConstraint(condition=Q(channel__in=["", *Channel.values]), name="aftercare_sheet_channel"),
            models.CheckConstraint(
                condition=Q(acknowledged_how__in=["", *Acknowledged.values]), name="aftercare_sheet_how"
            ),
            models.CheckConstraint(
                condition=Q(state=SheetState.DRAFTED) | Q(issued_at__isnull=False, document__isnull=False),
                name="aftercare_sheet_issued",
            ),
            models.CheckConstraint(
                condition=~Q(state=SheetState.ACKNOWLEDGED)
                | (Q(acknowledged_at__isnull=False) & ~Q(acknowledged_how="")),
                name="aftercare_sheet_acknowledged",
            ),
        ]

    @property
    def state_label(self) -> str:
        """The state in words."""
        return SheetState(self.state).label


class ReactionReport(ClientRecord):
    """What a client told us after leaving; some kinds open an adverse event at once (decision 52). Append-only."""

    sheet = models.ForeignKey(AftercareSheet, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=14, choices=Report.choices)
    words = SealedText(sealed_as="reaction_report.words")
    is_growing = models.BooleanField(default=False)
    reported_at = models.DateTimeField()
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=Report.values), name="aftercare_report_kind")]


def sealed_payload(sheet: AftercareSheet) -> dict[str, Any]:
    """What the seal of an acknowledged sheet covers, rebuilt from its row."""
    return {
        "id": str(sheet.id),
        "client": str(sheet.client_id),
        "session": str(sheet.session_id),
        "content": str(sheet.content_id),
        "snapshot": sheet.snapshot,
        "ended_at": moment(sheet.ended_at),
        "issued_at": moment(sheet.issued_at),
        "channel": sheet.channel,
        "acknowledged_at": moment(sheet.acknowledged_at),
        "acknowledged_how": sheet.acknowledged_how,
        "reason": sheet.reason,
        "record_sha256": sheet.record_sha256,
        "document": sheet.document.sha256 if sheet.document else "",
    }
