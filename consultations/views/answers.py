"""Pages: consultations of a client, starting one, its questions and their confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from clinic import audit, clock
from clinic.access import Can, may
from clinic.errors import DomainError
from clinic.http import load, page, redirect_to, with_refusals
from clinic.models import Client, Staff, Visit
from consultations import forms, presenting, queries, rules, services, steps
from consultations.choices import AskedBy, ConsultationKind, ModalityInterest, ResponseState
from consultations.models import ProposedCorrection
from consultations.views import frame


def consultation_list(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Consultations of a client, newest first."""
    actor = frame.actor_of(request)
    client = load(Client, actor, Can.READ_CHART, client_id)
    audit.viewed(actor, client, at=clock.now(), what="consultation")
    context = {
        "client": client,
        "active_tab": "consultations",
        "rows": queries.consultations_of(client, actor),
        "may_start": may(actor, Can.START_CONSULTATION, client),
    }
    return page(request, "consultations/list.html", context)


def consultation_start(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """GET: choose the kind. POST: begin; then the tablet is handed over or the questions are asked aloud."""
    actor = frame.actor_of(request)
    client = load(Client, actor, Can.START_CONSULTATION, client_id)
    is_full = rules.needs_full(queries.last_full_on(client), steps.day(clock.now()))
    kind = ConsultationKind.FULL if is_full else ConsultationKind.REASSESSMENT
    initial = {"kind": kind, "interest": ModalityInterest.UNDECIDED, "asked_by": AskedBy.TABLET}
    form = forms.StartForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with with_refusals(form) as outcome:
                row = services.start_consultation(
                    client, practitioner=Staff.objects.get(pk=actor.staff_id), visit=_visit(client), by=actor,
                    at=clock.now(), **form.cleaned_data,
                )  # fmt: skip
            if outcome.ok:
                aloud = form.cleaned_data["asked_by"] == AskedBy.ALOUD
                name = "consultation-questionnaire" if aloud else "consultation-detail"
                return redirect_to(name, consultation_id=row.pk)
            status = outcome.status
    opened = queries.open_consultation(client)
    context = {"client": client, "active_tab": "consultations", "form": form, "opened": opened, "is_full": is_full}
    return page(request, "consultations/start.html", context, status=status)


def _visit(client: Client) -> Visit | None:
    """Today's visit of this client that is under way, if there is one."""
    rows = Visit.objects.for_client(client).filter(state__in=("arrived", "in_room"))
    found: Visit | None = rows.order_by("-planned_at").first()
    return found


def consultation_detail(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The questions step: hand over, ask aloud, or read the answers and confirm them."""
    row = frame.read(request, consultation_id)
    return _detail(request, row.pk)


def _detail(
    request: HttpRequest,
    consultation_id: UUID,
    error: DomainError | None = None,
    *,
    typed: Mapping[str, Any] | None = None,
    **bound: Form,
) -> HttpResponse:
    """`typed` holds refused answers, `bound` a refused form by its name in the template."""
    row = frame.consultation_of(frame.actor_of(request), Can.READ_CHART, consultation_id)
    response = row.response
    shown = presenting.shown_items(response, is_handed=False)
    staff_items = [
        presenting.item_data(item, response, {**response.answers, **(typed or {})})
        for item in shown.values()
        if item.is_staff_only
    ]
    asked = {item.id for item in queries.questionnaire_of(response).asked(
        response.answers, queries.setting_of(row), while_filling=True)}  # fmt: skip
    context = frame.context(
        request, row, error=error, missing=list(error.details or []) if error else [],
        versions=presenting.answer_versions(error, response, typed),
        groups=presenting.answers_in_words(response) if response.state != ResponseState.OPEN else [],
        staff_items=staff_items, given=len([name for name in response.answers if name in asked]), asked=len(asked),
        corrections=[_correction(item) for item in queries.open_corrections(row)],
        may_correct=may(frame.actor_of(request), Can.EDIT_CLIENT, row.client),
        **{"abandon_form": forms.AbandonForm(), "decline_form": forms.DeclineForm(), **bound},
    )  # fmt: skip
    return page(request, "consultations/detail.html", context, status=error.status if error else 200)


def _correction(item: ProposedCorrection) -> dict[str, object]:
    held = getattr(item.client, item.field)
    return {
        "row": item,
        "label": item.field.replace("_", " "),
        "held": ", ".join(held) if isinstance(held, list) else held,
        "given": ", ".join(item.proposed["value"])
        if isinstance(item.proposed["value"], list)
        else item.proposed["value"],
    }


def questionnaire(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The questions asked aloud by staff: all of them, staff-only ones included."""
    actor = frame.actor_of(request)
    row = frame.consultation_of(actor, Can.WRITE_CONSULTATION, consultation_id)
    typed, error = None, None
    if request.method == "POST":
        typed = forms.read_answers(request.POST, presenting.shown_items(row.response, is_handed=False))
        at, version = clock.now(), forms.version_of(request.POST)
        try:
            saved = services.save_answers(row.response, typed, by=actor, at=at, version=version)
            if request.POST.get("move") != "save":
                services.submit_answers(saved, by=actor, at=at, version=saved.version)
                return redirect_to("consultation-detail", consultation_id=row.pk)
            typed = None
        except DomainError as refusal:
            error = refusal
        row = frame.consultation_of(actor, Can.WRITE_CONSULTATION, consultation_id)
    extra = presenting.questionnaire_page(row.response, is_handed=False, error=error, typed=typed)
    context = frame.context(request, row, **extra)
    return page(request, "consultations/questionnaire.html", context, status=error.status if error else 200)


def confirm(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The practitioner confirms the answers; the screen runs."""
    actor = frame.actor_of(request)
    row = frame.consultation_of(actor, Can.WRITE_CONSULTATION, consultation_id)
    items = {
        name: item for name, item in presenting.shown_items(row.response, is_handed=False).items() if item.is_staff_only
    }
    given, version = forms.read_answers(request.POST, items), forms.version_of(request.POST)
    try:
        services.confirm_answers(row.response, given, by=actor, at=clock.now(), version=version)
    except DomainError as error:
        return _detail(request, consultation_id, error, typed=given)
    messages.success(request, "The answers are confirmed and screened.")
    return redirect_to("consultation-findings", consultation_id=row.pk)


def abandon(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """End the consultation without a decision."""
    actor = frame.actor_of(request)
    row = frame.consultation_of(actor, Can.WRITE_CONSULTATION, consultation_id)
    reason, version = request.POST.get("reason", ""), forms.version_of(request.POST)
    try:
        services.abandon_consultation(row, reason=reason, by=actor, at=clock.now(), version=version)
    except DomainError as error:
        return _detail(request, consultation_id, error, abandon_form=forms.AbandonForm(request.POST))
    messages.success(request, "The consultation is ended; what was answered is kept.")
    return redirect_to("client-consultations", client_id=row.client_id)


def decline(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The client declines the questionnaire; the consultation ends here (S63)."""
    actor = frame.actor_of(request)
    row = frame.consultation_of(actor, Can.WRITE_CONSULTATION, consultation_id)
    words, version = request.POST.get("words", ""), forms.version_of(request.POST)
    try:
        services.decline_questionnaire(row.response, words=words, by=actor, at=clock.now(), version=version)
    except DomainError as error:
        return _detail(request, consultation_id, error, decline_form=forms.DeclineForm(request.POST))
    messages.success(request, "Recorded: the client declined the questionnaire. The consultation is ended.")
    return redirect_to("client-consultations", client_id=row.client_id)


def resolve_correction(request: HttpRequest, consultation_id: UUID, correction_id: UUID) -> HttpResponse:
    """Take over, or leave, what the client answered differently from their record."""
    actor = frame.actor_of(request)
    row = load(ProposedCorrection, actor, Can.EDIT_CLIENT, correction_id, response__consultation_id=consultation_id)
    try:
        services.resolve_correction(row, accept=request.POST.get("accept") == "yes", by=actor, at=clock.now())
    except DomainError as error:
        return _detail(request, consultation_id, error)
    return redirect_to("consultation-detail", consultation_id=consultation_id)
