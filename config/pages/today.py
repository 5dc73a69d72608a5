"""Today: the day as a list of visits, what each still needs, and the one thing to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import resolve, reverse
from django.views.decorators.http import require_safe

from clinic import access, clock, providers, queries, todo
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import VisitState
from clinic.http import page, redirect_to
from clinic.models import Client, Visit
from clinic.registry import ROUTES

DOTS = (
    ("consent", "C", "Consent"),
    ("questions", "Q", "Questions"),
    ("photos", "P", "Photographs"),
    ("stock", "S", "Stock"),
    ("practitioner", "T", "Treating person"),
)
WORDS = {"ok": "in order", "warn": "look at this", "block": "missing", "neutral": "not needed or not known yet"}
VERBS = {
    VisitState.ARRIVED: ("arrive", "Arrived"),
    VisitState.IN_ROOM: ("into-room", "Into the room"),
    VisitState.DONE: ("finish", "Visit is done"),
    VisitState.MISSED: ("miss", "Did not come"),
    VisitState.CANCELLED: ("cancel", "Call off"),
}
FORWARD = (VisitState.ARRIVED, VisitState.IN_ROOM, VisitState.DONE)


@dataclass(frozen=True)
class Line:
    """One visit of the day as one person sees it. `name` is empty for people who may not see who it is."""

    visit: Visit
    name: str
    code: str
    url: str
    dots: tuple[dict[str, str], ...]
    verb: tuple[str, str] | None
    other_verbs: tuple[tuple[str, str], ...]
    link: tuple[str, str] | None


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The day's visits; people who have no diary are taken to the place their role works in."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "staff" or not access.could(actor, Can.READ_VISITS):
        return _home_of(actor)
    day, site_id = _day(request.GET.get("on", "")), _uuid(request.GET.get("site", ""))
    lines = lines_of_day(actor, day, site_id=site_id)
    context = {
        "day": day,
        "is_today": day == clock.today(),
        "due": _due(actor) if day == clock.today() else [],
        "previous": day - timedelta(days=1),
        "following": day + timedelta(days=1),
        "lines": lines,
        "open_count": sum(line.visit.state in _OPEN for line in lines),
        "legend": DOTS if any(line.dots for line in lines) else (),
        "sites": list(queries.sites(actor.organisation_id)),
        "site_id": site_id,
        "may_book": access.could(actor, Can.FIND_CLIENT) and access.could(actor, Can.BOOK_VISIT),
        "back": request.get_full_path(),
    }
    return page(request, "pages/today.html", context)


def _due(actor: Actor) -> list[todo.Todo]:
    """What is due besides visits; only for people who may read a chart."""
    return todo.due(actor, clock.now()) if access.could(actor, Can.READ_CHART) else []


_OPEN = (VisitState.BOOKED, VisitState.ARRIVED, VisitState.IN_ROOM)


def _home_of(actor: Actor) -> HttpResponse:
    """Where people without a diary work; their own log for somebody without a role today."""
    if access.could(actor, Can.READ_PORTFOLIO):
        return redirect_to("evidence-home")
    return redirect_to("log-search" if access.could(actor, Can.READ_LOG) else "log-own")


def lines_of_day(actor: Actor, day: date, *, site_id: UUID | None = None) -> list[Line]:
    """All lines of a day. A constant number of statements, whatever the number of visits."""
    visits = queries.visits_of_day(actor, day, site_id=site_id)
    readiness = providers.visit_readiness(visits, clock.now()) if access.could(actor, Can.READ_CHART) else {}
    return [_line(visit, actor, readiness.get(visit.id, {})) for visit in visits]


def _line(visit: Visit, actor: Actor, known: dict[str, Any]) -> Line:
    client = visit.client
    knows = access.may(actor, Can.READ_CONTACT, client)
    chart = access.may(actor, Can.READ_CHART, client)
    moves = queries.allowed_moves(visit) if access.may(actor, Can.MOVE_VISIT, visit) else frozenset()
    forward = next((VERBS[state] for state in FORWARD if state in moves), None)
    others = tuple(VERBS[state] for state in VERBS if state in moves and state not in FORWARD)
    link = known.get("next") if chart and visit.state in _OPEN else None
    link = link if link and _may_open(actor, link[1], client) else None
    return Line(
        visit=visit,
        name=client.display_name if knows else "",
        code=client.display_code if knows else "",
        url=reverse("client-detail", args=[client.id]) if knows else "",
        dots=_dots(known) if chart and known else (),
        verb=forward,
        other_verbs=others,
        link=link,
    )


def _may_open(actor: Actor, url: str, client: Client) -> bool:
    """Whether this person may open the page that a link of this client leads to."""
    can = ROUTES[resolve(url).url_name or ""].methods.get("GET")
    return can is None or access.may(actor, can, client)


def _dots(known: dict[str, Any]) -> tuple[dict[str, str], ...]:
    found = []
    for key, letter, name in DOTS:
        state = known.get(key, "neutral")
        found.append({"state": state, "letter": letter, "name": name, "word": known.get(f"{key}_word") or WORDS[state]})
    return tuple(found)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
