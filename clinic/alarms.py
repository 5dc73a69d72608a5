"""Alarms: entries of the log that somebody has to act on. A value that cannot be read raises one (SEC-D12, SEC-S17)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase

from clinic import audit, clock, noticed
from clinic.actors import SYSTEM, Actor
from clinic.models import AuditEntry, Client
from clinic.noticed import Unreadable

CANNOT_BE_READ = "alarm.cannot_be_read"
AGAIN_AFTER = timedelta(minutes=15)
log = logging.getLogger("mesorecord")


def write(by: Actor | None = None) -> int:
    """Write what was noticed into the log, the same value once in fifteen minutes; returns how many were new.

    Called outside of transactions: at the end of each request, and by commands.
    """
    return sum(_write(one, by or SYSTEM) for one in noticed.take())


def _write(one: Unreadable, by: Actor) -> bool:
    now = clock.now()
    client = Client.objects.filter(pk=one.holder_id).first()
    facts = {"value": one.label, "row": str(one.row_id)}
    recent = AuditEntry.objects.filter(
        action=CANNOT_BE_READ, organisation_id=one.organisation_id, at__gt=now - AGAIN_AFTER
    )
    if any(entry.facts == facts for entry in recent):
        return False
    audit.record(by, CANNOT_BE_READ, client, at=now, organisation_id=one.organisation_id, **facts)
    log.error("cannot_be_read", extra={"kind": one.label, "request": audit.request_id.get()})
    return True


def raising(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: when a request is over, and its transactions with it, its alarms are written."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        noticed.take()
        try:
            return get_response(request)
        finally:
            write(getattr(request, "actor", None))

    return handle
