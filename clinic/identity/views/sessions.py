"""One's own sessions: seen and ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from clinic import clock, http
from clinic.identity import queries
from clinic.identity.services import people as services


def session_list(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    staff: Any = request.user
    lines = queries.sessions_of(staff, now=clock.now(), current=request.session.session_key)
    return http.page(request, "identity/sessions.html", {"sessions": lines})


def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """POST: end one of them; ending this one signs out."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff: Any = request.user
    actor = request.actor  # type: ignore[attr-defined]
    lines = queries.sessions_of(staff, now=clock.now(), current=request.session.session_key)
    is_current = any(line.id == session_id and line.is_current for line in lines)
    services.end_own_session(staff, session_id, by=actor, at=clock.now())
    if is_current:
        logout(request)
        return http.redirect_to("account_login")
    messages.success(request, "That session is over.")
    return http.redirect_to("session-list")
