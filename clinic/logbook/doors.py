"""Pages and API of the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from rest_framework.response import Response

from clinic import audit, clock, http
from clinic.api_base import ApiView
from clinic.errors import InvalidValue
from clinic.logbook import queries


def _before(value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = parse_datetime(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidValue("This is not a moment in time.", code="invalid_date", field="before")
    return moment


def _staff(value: str) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError as error:
        raise InvalidValue("This is not a person's id.", code="invalid_id", field="staff") from error


def _search(request: Any, actor: Any) -> queries.LogPage:
    given = request.GET
    page = queries.search_log(
        actor,
        outcome=given.get("outcome", ""),
        action=given.get("action", "")[:40],
        staff_id=_staff(given.get("staff", "")),
        before=_before(given.get("before", "")),
    )
    audit.record(actor, "log.searched", None, at=clock.now(), outcome_asked=given.get("outcome", ""))
    return page


def _next(request: HttpRequest, name: str, page: queries.LogPage) -> str:
    if not page.next_before:
        return ""
    kept = {key: request.GET[key] for key in ("outcome", "action", "staff") if request.GET.get(key)}
    return f"{reverse(name)}?{urlencode({**kept, 'before': page.next_before})}"


def log_search(request: HttpRequest) -> HttpResponse:
    """The data protection lead's search; the search itself is an entry."""
    page = _search(request, request.actor)  # type: ignore[attr-defined]
    context = {
        "page": page,
        "outcomes": [("", "All"), ("done", "Done"), ("refused", "Refused"), ("denied", "Denied")],
        "chosen": request.GET.get("outcome", ""),
        "action": request.GET.get("action", ""),
        "next_url": _next(request, "log-search", page),
    }
    return http.page(request, "log/search.html", context)


def log_own(request: HttpRequest) -> HttpResponse:
    """What I did."""
    page = queries.own_actions(request.actor, before=_before(request.GET.get("before", "")))  # type: ignore[attr-defined]
    return http.page(request, "log/own.html", {"page": page, "next_url": _next(request, "log-own", page)})


def _plain(page: queries.LogPage) -> dict[str, Any]:
    lines = [
        {
            "id": str(line.id),
            "at": line.at.isoformat(),
            "who": line.who,
            "action": line.action,
            "outcome": line.outcome,
            "about": line.about,
            "client_code": line.client_code,
            "facts": dict(line.facts),
        }
        for line in page.lines
    ]
    return {"entries": lines, "next_before": page.next_before}


class LogSearchApi(ApiView):
    """The search, for programs."""

    def get(self, request: Any) -> Response:
        """`outcome`, `action`, `staff`, `before` narrow it; fifty entries a page."""
        return Response(_plain(_search(request._request, self.actor)))


class LogOwnApi(ApiView):
    """One's own actions, for programs."""

    def get(self, request: Any) -> Response:
        """Fifty entries a page, newest first."""
        return Response(_plain(queries.own_actions(self.actor, before=_before(request.GET.get("before", "")))))
