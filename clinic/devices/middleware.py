"""Is the session on its own device, and is it locked? Deny by default: a locked session opens or ends, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from clinic import clock, http
from clinic.devices import enrolment, locking

Handler = Callable[[HttpRequest], HttpResponseBase]
# All that a locked session reaches: its lock, the PIN, the way out.
WHILE_LOCKED = frozenset({"lock", "unlock", "api-lock", "api-unlock", "account_logout"})


class DeviceMiddleware:
    """Ends a session that is not on its device, locks one that rested. Stands before the actor is made."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        if request.user.is_authenticated:
            if locking.is_elsewhere(request):
                logout(request)
            elif not locking.is_locked(request):
                locking.keep_up(request, clock.now())
        response = self.get_response(request)
        if settings.DEVICE_COOKIE_NAME in request.COOKIES and enrolment.device_of(request) is None:
            response.delete_cookie(settings.DEVICE_COOKIE_NAME, samesite="Strict")
        return response


class LockMiddleware:
    """While a session is locked only `WHILE_LOCKED` answers."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Runs before the guard."""
        actor = request.actor  # type: ignore[attr-defined]
        name = request.resolver_match.url_name if request.resolver_match else None
        if actor is None or actor.kind != "staff" or not locking.is_locked(request) or name in WHILE_LOCKED:
            return None
        return _answer_locked(request)


def _answer_locked(request: HttpRequest) -> HttpResponse:
    """To the lock page and from there back; a program is told (401)."""
    if http.wants_json(request):
        body = {"code": "locked", "message": "Locked. Open it with your PIN.", "field": None, "details": None}
        return JsonResponse(body, status=401)
    back = request.get_full_path()
    if request.method not in ("GET", "HEAD") or getattr(request, "htmx", False):
        came_from = urlsplit(request.headers.get("Referer", ""))
        back = came_from.path if came_from.netloc == request.get_host() else "/"
    response = http.redirect_to("unlock")
    response["Location"] += f"?{urlencode({'next': back})}"
    if getattr(request, "htmx", False):
        response["HX-Redirect"] = response["Location"]
        response.status_code = 401
    return response
