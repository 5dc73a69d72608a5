"""Aftercare: the sheet a client takes home, and what they report afterwards."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from aftercare.choices import Acknowledged, Channel, Reached, Report, SheetState
from clinic.encryption import SealedJSON, SealedText
from clinic.models import ContentVersion, Document, Staff
from clinic.records import ClientRecord, History
from consent.models import moment
from treatments.models import AdverseEvent, Session


class AftercareSheet(ClientRecord):
    """What one client was told after one session. `snapshot` is the sheet as shown. Frozen once issued.

    Its acknowledgement is a row of its own (decision 18); `standing` counts it.
    """

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="sheet")
    content = models.ForeignKey(ContentVersion, on_delete=models.PROTECT, related_name="+")
    snapshot = SealedJSON(sealed_as="aftercare_sheet.snapshot", default=dict)
    ended_at = models.DateTimeField()
    state = models.CharField(max_length=14, choices=SheetState.choices, default=SheetState.DRAFTED)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    note = SealedText(sealed_as="aftercare_sheet.note", default="")
    ph_product = SealedText(sealed_as="aftercare_sheet.ph_product", default="")
    record_sha256 = models.CharField(max_length=64, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["drafted", "issued"]), name="aftercare_sheet_state"),
            models.CheckConstraint(condition=Q(channel__in=["", *Channel.values]), name="aftercare_sheet_channel"),
            models.CheckConstraint(
                condition=Q(state=SheetState.DRAFTED) | Q(issued_at__isnull=False, document__isnull=False),
                name="aftercare_sheet_issued",
            ),
        ]

    @property
    def acknowledged(self) -> Acknowledgement | None:
        """The acknowledgement, or None."""
        found: Acknowledgement | None = getattr(self, "acknowledgement", None)
        return found

    @property
    def standing(self) -> SheetState:
        """Where the sheet stands, its acknowledgement counted."""
        return SheetState.ACKNOWLEDGED if self.acknowledged is not None else SheetState(self.state)

    @property
    def state_label(self) -> str:
        """The standing in words."""
        return self.standing.label


class Acknowledgement(ClientRecord):
    """The client read the sheet with the tablet, or staff wrote down why they could not. Append-only."""

    sheet = models.OneToOneField(AftercareSheet, on_delete=models.PROTECT, related_name="acknowledgement")
    how = models.CharField(max_length=8, choices=Acknowledged.choices)
    reason = SealedText(sealed_as="acknowledgement.reason", default="")
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    handover_id = models.UUIDField(null=True)
    acknowledged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(how=Acknowledged.CLIENT, handover_id__isnull=False)
                | Q(how=Acknowledged.STAFF, made_by__isnull=False),
                name="aftercare_acknowledgement_by_whom",
            )
        ]


class ReactionReport(ClientRecord):
    """What a client told us after leaving; some kinds open an adverse event at once (decision 52). Append-only.

    `kind` and whether it grows are sealed (decision 16), so the verb checks their values and no constraint does.
    """

    sheet = models.ForeignKey(AftercareSheet, on_delete=models.PROTECT, related_name="reports")
    kind = SealedText(sealed_as="reaction_report.kind", null=True)
    words = SealedText(sealed_as="reaction_report.words")
    is_growing = SealedJSON(sealed_as="reaction_report.is_growing", null=True)
    reported_at = models.DateTimeField()
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, null=True, related_name="+")

    @property
    def kind_label(self) -> str:
        """What was reported, in words."""
        return str(Report(self.kind).label)


class CheckInCall(ClientRecord):
    """The clinic asked at one check-in: answered with what was said, or not reached (decision 52). Append-only.

    `follow_up` is the id of the check-in in the sheet's texts; what was said is sealed.
    A complaint is a report of its own.
    """

    sheet = models.ForeignKey(AftercareSheet, on_delete=models.PROTECT, related_name="calls")
    follow_up = models.CharField(max_length=10)
    reached = models.CharField(max_length=12, choices=Reached.choices)
    words = SealedText(sealed_as="check_in.words", default="")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    report = models.ForeignKey(ReactionReport, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reached__in=Reached.values), name="aftercare_check_in_reached"),
            models.UniqueConstraint(
                fields=["sheet", "follow_up"], condition=Q(reached="answered"), name="aftercare_check_in_answered_once"
            ),
        ]


def sealed_payload(sheet: AftercareSheet) -> dict[str, Any]:
    """What the seal of an issued sheet covers, rebuilt from its row."""
    return {
        "id": str(sheet.id),
        "client": str(sheet.client_id),
        "session": str(sheet.session_id),
        "content": str(sheet.content_id),
        "snapshot": sheet.snapshot,
        "ended_at": moment(sheet.ended_at),
        "issued_at": moment(sheet.issued_at),
        "channel": sheet.channel,
        "issued_by": str(sheet.issued_by_id or ""),
        "note": sheet.note,
        "ph_product": sheet.ph_product,
        "record_sha256": sheet.record_sha256,
        "document": sheet.document.sha256 if sheet.document else "",
    }


def acknowledgement_payload(row: Acknowledgement) -> dict[str, Any]:
    """What the seal of an acknowledgement covers."""
    return {
        "id": str(row.id),
        "sheet": str(row.sheet_id),
        "how": row.how,
        "reason": row.reason,
        "made_by": str(row.made_by_id or ""),
        "handover": str(row.handover_id or ""),
        "acknowledged_at": moment(row.acknowledged_at),
    }
