"""Adverse events: report, and entries appended as care goes on (decision 52)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import Client
from clinic.rules import check_move, check_version
from treatments import library
from treatments.choices import EventState
from treatments.guards import person
from treatments.models import AdverseEvent, EventEntry, Session
from treatments.rules.moves import EVENT_NEXT


def _entry(event: AdverseEvent, detail: Mapping[str, Any], *, by: Actor, at: datetime) -> EventEntry:
    entry = EventEntry(
        organisation_id=event.organisation_id,
        client_id=event.client_id,
        event=event,
        state=event.state,
        detail=dict(detail),
        written_by_id=person(by),
        occurred_at=at,
        recorded_at=at,
    )
    entry.save()
    return entry


@audit.audited
def report_event(
    client: Client,
    *,
    kind: str,
    grade: int,
    description: str,
    occurred_at: datetime | None = None,
    session: Session | None = None,
    detail: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> AdverseEvent:
    """Report an adverse event. `kind` of the taxonomy (E01–E32), `grade` 1–5. Raises InvalidValue, RuleRefused."""
    access.require(by, Can.REPORT_EVENT, client)
    book = library.shipped("adverse_events")
    if kind not in book.kinds:
        raise InvalidValue("Choose what happened.", code="unknown_event", field="kind")
    if grade not in book.grades:
        raise InvalidValue("Choose the grade, 1 to 5.", code="out_of_range", field="grade")
    if not description.strip():
        raise RuleRefused("Describe what happened.", code="required", field="description")
    if session is not None and session.client_id != client.id:
        raise InvalidValue("Choose a session of this client.", code="wrong_session", field="session")
    event = AdverseEvent(
        organisation_id=client.organisation_id,
        client_id=client.id,
        session=session,
        kind=kind,
        grade=grade,
        occurred_at=occurred_at or at,
        recorded_at=at,
    )
    event.save()
    _entry(event, {**(detail or {}), "description": description.strip()}, by=by, at=at)
    audit.record(by, "event.reported", event, at=at, session=session.id if session else "")
    return event


@audit.audited
def add_event_entry(
    event: AdverseEvent,
    *,
    detail: Mapping[str, Any],
    state: str | None = None,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> EventEntry:
    """Add what was seen, done or told, and move the event on when `state` is given. Raises TransitionRefused."""
    access.require(by, Can.REPORT_EVENT, event)
    locked: AdverseEvent = AdverseEvent.objects.locked(event.pk)
    check_version(locked.version, version, now={"state": locked.state, "version": locked.version})
    if not any(str(value).strip() for value in detail.values()):
        raise RuleRefused("Write what was seen or done.", code="required", field="detail")
    if state and state != locked.state:
        check_move(EVENT_NEXT, EventState(locked.state), EventState(state))
        locked.state = state
        locked.save(update_fields=["state"])
    entry = _entry(locked, detail, by=by, at=at)
    audit.record(by, "event.entry_added", locked, at=at, state=locked.state)
    return entry
