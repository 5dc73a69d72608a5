"""Verbs on closed charts: close, reopen, and break the glass in an emergency."""

from __future__ import annotations

import logging
from datetime import datetime

from clinic import access, audit, proof
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, TransitionRefused
from clinic.identity import rules
from clinic.identity.models import BrokenGlass, ClosedChart
from clinic.models import Client, Staff
from clinic.services import clients

log = logging.getLogger("mesorecord")


def _checked_reason(reason: str) -> str:
    plain = " ".join(reason.split())
    if len(plain) < rules.SHORTEST_REASON:
        raise InvalidValue("Say why, in a few words.", code="reason_needed", field="reason")
    return plain


@audit.audited
def close_chart(client: Client, *, treated_by: Staff, reason: str, by: Actor, at: datetime) -> ClosedChart:
    """Close a chart to all who do not treat the client; `treated_by` does. By the clinical lead, with a reason."""
    access.require(by, Can.CLOSE_CHART, client)
    plain = _checked_reason(reason)
    if by.staff_id is None:
        raise access.Refused(Can.CLOSE_CHART, "not_a_person")
    if ClosedChart.objects.filter(client=client, reopened_at__isnull=True).exists():
        raise TransitionRefused("This chart is closed already.", code="wrong_state")
    clients.start_care(client, staff=treated_by, by=by, at=at)
    row = ClosedChart(
        organisation_id=client.organisation_id,
        client=client,
        reason=plain,
        closed_by_id=by.staff_id,
        closed_at=at,
        recorded_at=at,
    )
    row.save()
    audit.record(by, "chart.closed", row, at=at)
    return row


@audit.audited
def reopen_chart(row: ClosedChart, *, by: Actor, at: datetime) -> ClosedChart:
    """Open a closed chart to the clinic again. By the data protection lead, so that the lead cannot avoid the glass."""
    access.require(by, Can.REOPEN_CHART, row)
    locked: ClosedChart = ClosedChart.objects.locked(row.pk)
    if locked.reopened_at is not None:
        raise TransitionRefused("This chart is open again.", code="wrong_state")
    locked.reopened_at, locked.reopened_by_id = at, by.staff_id
    locked.save(update_fields=["reopened_at", "reopened_by"])
    audit.record(by, "chart.reopened", locked, at=at)
    return locked


@audit.audited
def break_glass(client: Client, *, reason: str, by: Actor, at: datetime) -> BrokenGlass:
    """Read one closed chart for fifteen minutes, with a reason and with proof; the data protection lead is told.
    The clinical lead only, the manager never.
    """
    access.require(by, Can.BREAK_GLASS, client)
    if by.staff_id is None:
        raise access.Refused(Can.BREAK_GLASS, "not_a_person")
    proof.demand(by, at)
    row = BrokenGlass(
        organisation_id=client.organisation_id,
        client=client,
        staff_id=by.staff_id,
        reason=_checked_reason(reason),
        broken_at=at,
        expires_at=at + rules.GLASS_LASTS,
        recorded_at=at,
    )
    row.save()
    audit.record(by, "alarm.break_glass", row, at=at, until=row.expires_at.isoformat())
    log.error("break_glass", extra={"kind": "break_glass", "request": audit.request_id.get()})
    return row
