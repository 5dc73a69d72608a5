"""Visits: booking, and the day's moves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from clinic import clock, queries
from clinic.access import Can
from clinic.choices import VisitState
from clinic.errors import VersionMissing
from clinic.forms import VisitForm
from clinic.http import load, page, redirect_to, with_refusals
from clinic.models import Client, Visit
from clinic.services import visits as services

MOVES: dict[str, tuple[Any, str]] = {
    "arrive": (services.arrive, "is here"),
    "into-room": (services.into_room, "is in the room"),
    "finish": (services.finish_visit, "is done"),
    "miss": (services.miss_visit, "did not come"),
    "cancel": (services.cancel_visit, "is called off"),
}
MOVE_TO = {
    "arrive": VisitState.ARRIVED,
    "into-room": VisitState.IN_ROOM,
    "finish": VisitState.DONE,
    "miss": VisitState.MISSED,
    "cancel": VisitState.CANCELLED,
}


def visit_create(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Book a visit for a client."""
    actor = request.actor  # type: ignore[attr-defined]
    client = load(Client, actor, Can.BOOK_VISIT, client_id)
    initial = queries.likely_visit(client, actor)
    form = VisitForm(request.POST or None, organisation_id=client.organisation_id, initial=initial)
    if request.method != "POST":
        return page(request, "clinic/visit_form.html", {"client": client, "form": form})
    if not form.is_valid():
        return page(request, "clinic/visit_form.html", {"client": client, "form": form}, status=422)
    with with_refusals(form) as outcome:
        visit = services.book_visit(client, by=actor, at=clock.now(), **form.values())
    if outcome.ok:
        messages.success(request, "The visit is booked.")
        response = redirect_to("today")
        response["Location"] += f"?on={visit.planned_at.astimezone(clock.LONDON):%Y-%m-%d}"
        return response
    return page(request, "clinic/visit_form.html", {"client": client, "form": form}, status=outcome.status)


def visit_move(request: HttpRequest, visit_id: UUID, move: str) -> HttpResponse:
    """One step of a visit. The form carries the version the person saw; a stale one is refused with both versions."""
    actor = request.actor  # type: ignore[attr-defined]
    visit = load(Visit, actor, Can.MOVE_VISIT, visit_id)
    if move not in MOVES:
        raise Http404
    given = request.POST.get("version", "")
    if not given.isdecimal():
        raise VersionMissing
    service, words = MOVES[move]
    moved = service(visit, by=actor, at=clock.now(), version=int(given))
    messages.success(request, f"{moved.planned_at.astimezone(clock.LONDON):%H:%M} visit: {words}.")
    response = redirect_to("today")
    back = request.POST.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        response["Location"] = back
    return response
