"""What aftercare offers to the rest of the program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from aftercare import handed, papers, queries
from aftercare.choices import Acknowledged, Asked
from aftercare.models import Acknowledgement, AftercareSheet, acknowledgement_payload, sealed_payload
from clinic import access, clock, providers, seals, todo
from clinic.access import Can
from clinic.actors import Actor
from clinic.documents import store
from clinic.handover import kinds
from clinic.models import Client
from clinic.providers import Event
from clinic.todo import Todo


def timeline(client: Client, actor: Actor) -> Iterable[Event]:
    """Sheets issued and acknowledged, check-ins, and what was reported."""
    if not access.may(actor, Can.READ_CHART, client):
        return
    for sheet, check_ins in queries.check_ins_of(queries.sheets_of(client), clock.now()):
        url = reverse("session-aftercare", args=[sheet.session_id])
        if sheet.issued_at is not None:
            yield Event(
                sheet.issued_at, "aftercare", "Aftercare sheet issued", sheet.state_label, url, "file-text", "ok"
            )
            for check in check_ins:
                if check.standing == Asked.PASSED and check.due.at > clock.now():
                    continue
                title = f"Check-in: {check.label.lower()}"
                said = check.calls[-1].words if check.calls else ""
                text = said or check.due.follow_up.text
                yield Event(check.due.at, "check_in", title, text, url, "chat-dots", check.tone)
        row = sheet.acknowledged
        if row is not None:
            title = f"Aftercare acknowledged: {Acknowledged(row.how).label.lower()}"
            tone = "ok" if row.how == Acknowledged.CLIENT else "caution"
            yield Event(row.acknowledged_at, "aftercare", title, row.reason, url, "check2-circle", tone)
        for report in sheet.reports.all():
            detail = "An event was opened" if report.event_id else "No event"
            title = f"Reported: {report.kind_label}"
            yield Event(report.reported_at, "aftercare", title, detail, url, "chat-left-text", "caution")


def export(client: Client) -> Iterable[tuple[str, Any]]:
    """Records and sealed papers of all sheets."""
    for sheet in queries.sheets_of(client):
        row = sheet.acknowledged
        reports = [
            {"at": report.reported_at, "kind": report.kind, "words": report.words, "is_growing": report.is_growing}
            for report in sheet.reports.all()
        ]
        calls = [
            {"at": call.asked_at, "check_in": call.follow_up, "reached": call.reached, "words": call.words}
            for call in sorted(sheet.calls.all(), key=lambda call: (call.asked_at, call.id))
        ]
        more = {
            "acknowledgement": acknowledgement_payload(row) if row else None, "reports": reports, "check_ins": calls,
        }  # fmt: skip
        yield f"aftercare/{sheet.id}.json", {**papers.record_of(sheet), **more}
        if sheet.document is not None:
            yield f"aftercare/{sheet.id}.pdf", store.open_pdf(sheet.document)


def todos(actor: Actor, at: datetime) -> Iterable[Todo]:
    """Check-ins that somebody should ask now."""
    for sheet, check in queries.waiting_check_ins(actor, at):
        tried = f" Tried {len(check.calls)} times." if len(check.calls) > 1 else " Tried once." if check.calls else ""
        yield Todo(
            at=check.due.at,
            client=sheet.client,
            title=check.due.follow_up.text,
            detail=f"Check-in after the session of {sheet.session.practitioner.name}.{tried}",
            url=reverse("session-aftercare", args=[sheet.session_id]) + "#checks",
            label=check.label,
            tone=check.tone,
            icon="telephone",
        )


def register() -> None:
    """Called once when the program starts."""
    seals.register(AftercareSheet, sealed_payload)
    seals.register(Acknowledgement, acknowledgement_payload)
    kinds.register("aftercare", show=handed.show, submit=handed.acknowledge)
    providers.register_timeline(timeline)
    providers.register_export(export)
    todo.register(todos)
