"""A client's page: one column of events, newest first, with photographs and the course on top."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from clinic import audit, clock, providers
from clinic.access import Can, may
from clinic.actors import Actor
from clinic.choices import VisitKind, VisitState
from clinic.http import load, page
from clinic.models import Client, Visit
from clinic.photos import queries as photo_queries
from clinic.providers import Event
from config.pages import banner

KINDS = {
    "consultations": ("consultation", "screening", "questionnaire", "skin_analysis", "decision", "plan", "allergy"),
    "consent": ("consent",),
    "courses": ("course", "review"),
    "sessions": ("session", "event", "adverse_event", "patch_test", "prescription"),
    "photos": ("photo", "photograph"),
    "aftercare": ("aftercare", "check_in"),
}
VISIT_ICONS = {VisitState.MISSED: "calendar-x", VisitState.CANCELLED: "calendar-x", VisitState.DONE: "calendar-check"}


def visit_events(client: Client) -> list[Event]:
    """Visits as events: booked ones ahead, past ones with what became of them."""
    rows = Visit.objects.for_client(client).select_related("site", "practitioner")
    return [
        Event(
            at=visit.planned_at,
            kind="visit",
            title=f"{VisitKind(visit.kind).label} visit: {VisitState(visit.state).label.lower()}",
            detail=f"{visit.practitioner.name}, {visit.site.name}, {visit.planned_minutes} minutes planned",
            icon=VISIT_ICONS.get(VisitState(visit.state), "calendar-event"),
        )
        for visit in rows
    ]


def events_of(client: Client, actor: Actor, show: str = "") -> list[Event]:
    """What this person may see of a client's history, newest first; `show` narrows it to one kind."""
    events: Iterable[Event] = visit_events(client)
    if banner.shows_chart(client, actor):
        events = [*events, *providers.timeline(client, actor)]
    wanted = KINDS.get(show)
    kept = [event for event in events if wanted is None or event.kind.startswith(wanted)]
    return sorted(kept, key=lambda event: event.at, reverse=True)


def client_detail(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """The client's page. Reading it is recorded once per sitting."""
    actor = request.actor  # type: ignore[attr-defined]
    client = load(Client, actor, Can.READ_CONTACT, client_id)
    chart = banner.shows_chart(client, actor)
    audit.viewed(actor, client, at=clock.now(), what="chart" if chart else "contact")
    show = request.GET.get("show", "") if request.GET.get("show", "") in KINDS else ""
    facts: dict[str, Any] = providers.facts(client, clock.now()) if chart else {}
    now = clock.now()
    events = events_of(client, actor, show)
    context = {
        "client": client,
        "active_tab": show or "timeline",
        "show": show,
        "coming": [event for event in events if event.at > now][::-1],
        "events": [event for event in events if event.at <= now],
        "chart": chart,
        "client_facts": facts,
        "photos": [photo_queries.shown(photo, to=actor, at=now) for photo in facts.get("photo_strip", ())],
        "track": facts.get("course_track", ()),
        "may_edit": may(actor, Can.EDIT_CLIENT, client),
        "may_see_log": may(actor, Can.READ_WHO_LOOKED, client),
        "may_book": may(actor, Can.BOOK_VISIT, client),
        "may_consult": may(actor, Can.START_CONSULTATION, client),
    }
    return page(request, "pages/client_detail.html", context)
