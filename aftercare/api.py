"""Aftercare for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aftercare import queries, services
from aftercare.choices import Channel, Reached, Report
from aftercare.models import AftercareSheet
from clinic import audit, clock
from clinic.access import Can
from clinic.api_base import ApiView, NoInput, StrictSerializer
from treatments.models import Session


class ComposeIn(StrictSerializer):
    """What the treating person adds."""

    note = serializers.CharField(max_length=1000, default="", allow_blank=True)
    ph_product = serializers.CharField(max_length=120, default="", allow_blank=True)


class IssueIn(StrictSerializer):
    """How the client gets it."""

    channel = serializers.ChoiceField(choices=Channel.choices)


class ReasonIn(StrictSerializer):
    """Why the client did not acknowledge it."""

    reason = serializers.CharField(max_length=500)


class ReportIn(StrictSerializer):
    """What the client reports."""

    kind = serializers.ChoiceField(choices=Report.choices)
    words = serializers.CharField(max_length=2000)
    is_growing = serializers.BooleanField(default=False)


class CheckInIn(StrictSerializer):
    """What came of asking."""

    follow_up = serializers.CharField(max_length=10)
    reached = serializers.ChoiceField(choices=Reached.choices)
    words = serializers.CharField(max_length=2000, default="", allow_blank=True)
    kind = serializers.ChoiceField(choices=[("", "Nothing to report"), *Report.choices], default="", allow_blank=True)
    is_growing = serializers.BooleanField(default=False)


def sheet_out(sheet: AftercareSheet) -> dict[str, Any]:
    """A sheet as plain data."""
    row = sheet.acknowledged
    return {
        "id": str(sheet.id),
        "version": sheet.version,
        "session": str(sheet.session_id),
        "state": str(sheet.standing),
        "note": sheet.note,
        "ph_product": sheet.ph_product,
        "issued_at": sheet.issued_at.isoformat() if sheet.issued_at else None,
        "acknowledged_at": row.acknowledged_at.isoformat() if row else None,
        "acknowledged_how": row.how if row else None,
        "document": str(sheet.document_id) if sheet.document_id else None,
        "sheet": sheet.snapshot,
        "check_ins": [
            {
                "id": row.due.follow_up.id,
                "at": row.due.at.isoformat(),
                "text": row.due.follow_up.text,
                "state": str(row.standing),
                "calls": len(row.calls),
            }
            for row in queries.check_ins(sheet, clock.now(), next_at=queries.next_session_at(sheet))
        ],
    }


class SheetApi(ApiView):
    """The sheet of a session."""

    def get(self, request: Request, session_id: UUID) -> Response:
        """The sheet; 404 before it was composed."""
        session = self.load(Session, Can.READ_CHART, session_id)
        sheet = queries.sheet_of(session)
        if sheet is None:
            raise Http404
        audit.viewed(self.actor, session.client, at=clock.now())
        return self.respond(sheet_out(sheet), version=sheet.version)

    def post(self, request: Request, session_id: UUID) -> Response:
        """Compose it; If-Match is needed once there is a draft."""
        session = self.load(Session, Can.ISSUE_AFTERCARE, session_id)
        version = self.version() if queries.sheet_of(session) is not None else None
        given = self.parsed(ComposeIn)
        sheet = services.compose_sheet(session, by=self.actor, at=clock.now(), version=version, **given)
        return self.respond(sheet_out(sheet), status=201, version=sheet.version)


class IssueApi(ApiView):
    """Issue."""

    def post(self, request: Request, sheet_id: UUID) -> Response:
        """The sealed paper is made."""
        sheet = self.load(AftercareSheet, Can.ISSUE_AFTERCARE, sheet_id)
        version, given = self.version(), self.parsed(IssueIn)
        sheet = services.issue_sheet(sheet, by=self.actor, at=clock.now(), version=version, **given)
        return self.respond(sheet_out(sheet), version=sheet.version)


class AcknowledgeApi(ApiView):
    """Acknowledgement recorded by staff."""

    def post(self, request: Request, sheet_id: UUID) -> Response:
        """With the reason."""
        sheet = self.load(AftercareSheet, Can.ISSUE_AFTERCARE, sheet_id)
        version, given = self.version(), self.parsed(ReasonIn)
        sheet = services.acknowledge_sheet(sheet, by=self.actor, at=clock.now(), version=version, **given)
        return self.respond(sheet_out(sheet), version=sheet.version)


class ReportApi(ApiView):
    """A client's report."""

    def post(self, request: Request, sheet_id: UUID) -> Response:
        """Some kinds open an adverse event at once."""
        sheet = self.load(AftercareSheet, Can.REPORT_EVENT, sheet_id)
        row = services.report_reaction(sheet, by=self.actor, at=clock.now(), **self.parsed(ReportIn))
        return Response({"id": str(row.id), "event": str(row.event_id) if row.event_id else None}, status=201)


class CheckInApi(ApiView):
    """A check-in."""

    def post(self, request: Request, sheet_id: UUID) -> Response:
        """Answered or not reached; a complaint may open an adverse event at once."""
        sheet = self.load(AftercareSheet, Can.REPORT_EVENT, sheet_id)
        row = services.record_check_in(sheet, by=self.actor, at=clock.now(), **self.parsed(CheckInIn))
        event = row.report.event_id if row.report else None
        return Response({"id": str(row.id), "event": str(event) if event else None}, status=201)


class CloseApi(ApiView):
    """Sign the session."""

    def post(self, request: Request, session_id: UUID) -> Response:
        """In the order of decision 49; If-Match holds the session's version."""
        session = self.load(Session, Can.SIGN_SESSION, session_id)
        self.parsed(NoInput)
        signed = services.close_session(session, by=self.actor, at=clock.now(), version=self.version())
        return self.respond({"id": str(signed.id), "state": signed.state}, version=signed.version)
