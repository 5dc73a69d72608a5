"""The addresses a client with the tablet can reach: form, answer, submit, sign, decline, end. Nothing else answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework import serializers
from rest_framework.response import Response

from clinic import clock, http
from clinic.access import Can
from clinic.api_base import ApiView, StrictSerializer
from clinic.devices import enrolment, waiting
from clinic.handover import kinds
from clinic.handover.middleware import leave
from clinic.models import Client, HandOver
from clinic.services import handover as services


def give(request: HttpRequest, client: Client, kind: str, document_id: UUID) -> HttpResponse:
    """Start a hand-over from a staff page: the staff session leaves this browser, the intake cookie begins, history is
    replaced.
    """
    actor = request.actor  # type: ignore[attr-defined]
    device = enrolment.mark_of(request)
    handover, token = services.start_handover(client, kind, document_id, by=actor, at=clock.now(), device=device)
    waiting.suspend(request, handover)
    response = render(request, "clinic/handing_over.html", {"next": "/handover/"})
    set_intake_cookie(response, token)
    response["Clear-Site-Data"] = '"cache"'
    return response


def set_intake_cookie(response: HttpResponse, token: str) -> None:
    """The client's cookie: HttpOnly, Strict, for the length of the hand-over."""
    response.set_cookie(
        settings.INTAKE_COOKIE_NAME,
        token,
        max_age=int(services.LASTS.total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
        path="/",
    )


def start(request: HttpRequest, client_id: UUID, kind: str, document_id: UUID) -> HttpResponse:
    """POST by staff: hand the tablet to the client for one document."""
    client = http.load(Client, request.actor, Can.HAND_OVER, client_id)  # type: ignore[attr-defined]
    return give(request, client, kind, document_id)


def _open(request: HttpRequest) -> HandOver:
    found: HandOver | None = HandOver.objects.filter(pk=request.actor.handover_id).select_related("client").first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def form(request: HttpRequest) -> HttpResponse:
    """GET: the one document, or the page that asks for the tablet back."""
    handover = _open(request)
    if handover.finished_at is not None:
        return render(request, "clinic/handover_done.html", {"handover": handover})
    return kinds.of(handover.kind).show(request, handover)


def _call(request: HttpRequest, verb: str) -> HttpResponse:
    handover = _open(request)
    page = getattr(kinds.of(handover.kind), verb)
    if page is None or handover.finished_at is not None:
        raise Http404
    result: HttpResponse = page(request, handover)
    return result


def submit(request: HttpRequest) -> HttpResponse:
    """POST: the answers are complete."""
    return _call(request, "submit")


def sign(request: HttpRequest) -> HttpResponse:
    """POST: the client signs."""
    return _call(request, "sign")


def decline(request: HttpRequest) -> HttpResponse:
    """POST: the client says no; as easy as yes."""
    return _call(request, "decline")


def end(request: HttpRequest) -> HttpResponse:
    """POST: the tablet goes back to the staff: the locked screen, or signing in again."""
    actor, handover = request.actor, _open(request)  # type: ignore[attr-defined]
    services.end_handover(handover, by=actor, at=clock.now())
    return leave(request, handover)


class HandedAnswer(StrictSerializer):
    """`answers`: item id → value."""

    answers = serializers.DictField()


class HandedState(ApiView):
    """The document's state, and answers given one by one."""

    def get(self, request: Any) -> Response:
        """Everything the page needs to draw itself again."""
        handover = _open(request._request)
        state = kinds.of(handover.kind).state
        if state is None:
            raise Http404
        return Response(state(self.actor, handover))

    def put(self, request: Any) -> Response:
        """Save answers; If-Match holds the version of the document."""
        handover = _open(request._request)
        answer = kinds.of(handover.kind).answer
        if answer is None or handover.finished_at is not None:
            raise Http404
        values = self.parsed(HandedAnswer)["answers"]
        body = answer(self.actor, handover, values, self.version())
        return self.respond(body, version=body.get("version"))
