"""A hand-over that is over, but whose cookie still comes: the tablet goes to the locked screen (SEC-B4)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from clinic import clock, http
from clinic.actors import SYSTEM
from clinic.devices import enrolment, waiting
from clinic.models import HandOver
from clinic.services import handover as services

Handler = Callable[[HttpRequest], HttpResponseBase]


def leave(request: HttpRequest, handover: HandOver | None) -> HttpResponse:
    """The client's cookie goes; the session of the person who handed over comes back, locked, or a sign-in is asked."""
    waits = handover is not None and waiting.bring_back(request, handover)
    if http.wants_json(request):
        response: HttpResponse = http.answer_denied(request, 401)
    else:
        response = http.redirect_to("unlock" if waits else "account_login")
    response.delete_cookie(settings.INTAKE_COOKIE_NAME, samesite="Strict")
    response["Clear-Site-Data"] = '"cache"'
    return response


class ReturnMiddleware:
    """Answers for cookies of hand-overs that are over, expired, or on another device. Stands after the actor."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        actor: Any = request.actor  # type: ignore[attr-defined]
        token = request.COOKIES.get(settings.INTAKE_COOKIE_NAME)
        if actor is not None or not token or request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        found = HandOver.objects.filter(token_hash=hashlib.sha256(token.encode()).hexdigest()).first()
        if found is None or found.device != enrolment.mark_of(request):
            return leave(request, None)
        if found.ended_at is None:
            services.expire_handover(found, by=SYSTEM, at=clock.now())
        return leave(request, found)
