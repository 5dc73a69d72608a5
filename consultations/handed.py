"""The questionnaire in the client's hands: shown, saved, submitted or declined. Staff-only items never."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from clinic import clock, http
from clinic.actors import Actor
from clinic.errors import DomainError
from clinic.models import HandOver
from clinic.services.handover import finish_handover
from consultations import forms, presenting, services
from consultations.models import QuestionnaireResponse


def _response(handover: HandOver) -> QuestionnaireResponse:
    rows = QuestionnaireResponse.objects.for_client(handover.client_id)
    found: QuestionnaireResponse | None = (
        rows.select_related("consultation", "content", "client").filter(pk=handover.document_id).first()
    )
    if found is None:
        raise Http404
    return found


def show(request: HttpRequest, handover: HandOver) -> HttpResponse:
    """The questionnaire as the client fills it in."""
    return _page(request, _response(handover))


def _page(
    request: HttpRequest, response: QuestionnaireResponse, error: DomainError | None = None, typed: Any = None
) -> HttpResponse:
    status = error.status if error else 200
    context = presenting.questionnaire_page(response, is_handed=True, error=error, typed=typed)
    return http.page(request, "consultations/handed_questionnaire.html", context, status=status)


def submit(request: HttpRequest, handover: HandOver) -> HttpResponse:
    """Save what the form holds (it may be the only carrier without JavaScript), then submit."""
    response = _response(handover)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    typed = forms.read_answers(request.POST, presenting.shown_items(response, is_handed=True))
    at, version = clock.now(), forms.version_of(request.POST)
    try:
        saved = services.save_answers(response, typed, by=actor, at=at, version=version)
        if request.POST.get("move") == "save":
            return _page(request, saved)
        services.submit_answers(saved, by=actor, at=at, version=saved.version)
    except DomainError as error:
        return _page(request, _response(handover), error, typed)
    finish_handover(handover, outcome="submitted", by=actor, at=at)
    return http.redirect_to("handover-form")


def decline(request: HttpRequest, handover: HandOver) -> HttpResponse:
    """The client does not want to answer: the consultation ends here (S63)."""
    response = _response(handover)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    try:
        services.decline_questionnaire(response, by=actor, at=at)
    except DomainError as error:
        return _page(request, response, error)
    finish_handover(handover, outcome="declined", by=actor, at=at)
    return http.redirect_to("handover-form")


def answer(actor: Actor, handover: HandOver, answers: dict[str, Any], version: int | None) -> dict[str, Any]:
    """Save answers one by one as they are given (API)."""
    saved = services.save_answers(_response(handover), answers, by=actor, at=clock.now(), version=version)
    return presenting.saved_state(saved)


def state(actor: Actor, handover: HandOver) -> dict[str, Any]:
    """Everything the page needs to draw itself again."""
    return presenting.questionnaire_state(_response(handover), is_handed=True)
