"""Whether a session still counts, and whether its person has a second factor. Deny by default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from clinic import clock, http
from clinic.identity import demo, sessions
from clinic.registry import ROUTES

Handler = Callable[[HttpRequest], HttpResponseBase]
# All that somebody without a second factor can reach: its enrolment, the lock, and the way out.
WITHOUT_FACTOR = frozenset(
    {"account-home", "app-add", "passkey-add", "account_logout", "lock", "unlock", "api-lock", "api-unlock"}
)


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN = frozenset({"cross-site", "same-site"})  # what a browser says of a request another site has sent


class SessionMiddleware:
    """Refuses changes another site sends (SEC-B10), ends what is over, renews keys. Stands before the actor is made."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site") in FOREIGN:
            return http.answer_denied(request, 403)
        if not request.path.startswith(settings.STATIC_URL) and request.user.is_authenticated:
            now = clock.now()
            if sessions.is_over(request, request.user, now):
                logout(request)
            else:
                sessions.keep_up(request, request.user, now)
        return self.get_response(request)


class FactorMiddleware:
    """Without a second factor only the pages that enrol one answer (S14); the demo on this machine is the exception."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Runs before the guard."""
        actor = request.actor  # type: ignore[attr-defined]
        if actor is None or actor.kind != "staff" or demo.factor_optional(request):
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        found = ROUTES.get(name or "")
        if request.session.get(sessions.FACTOR) or name in WITHOUT_FACTOR or (found and found.audience == "public"):
            return None
        return self._to_enrolment(request)

    def _to_enrolment(self, request: HttpRequest) -> HttpResponse:
        if http.wants_json(request):
            body = {"code": "factor_needed", "message": "Add a passkey or an authenticator app first.", "field": None}
            return JsonResponse({**body, "details": None}, status=403)
        response = http.redirect_to("account-home")
        if getattr(request, "htmx", False):
            response["HX-Redirect"] = response["Location"]
            response.status_code = 403
        return response
