"""Pages: skin analysis and the before photograph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from clinic import clock
from clinic.access import Can, may
from clinic.errors import DomainError
from clinic.http import page, redirect_to, with_refusals
from clinic.photos import permission
from clinic.photos import queries as photo_queries
from clinic.versions import rows_between, rows_of
from consultations import forms, queries, rules, services
from consultations.choices import ConsultationState
from consultations.models import Consultation, ConsultationPhoto, PhotographRefusal
from consultations.services.analysis import SkinFindings
from consultations.views import frame


def seen_of(values: Mapping[str, Any]) -> SkinFindings:
    """The analysis a form or an API body holds."""
    return SkinFindings(
        phototype_items={f"fst_{number}": values[f"fst_{number}"] for number in range(1, 11)},
        clinician_type=values["clinician_type"],
        glogau=values["glogau"],
        zones={scale: {zone: values[f"{scale.lower()}_{zone}"] for zone in rules.ZONES} for scale in rules.ZONE_SCALES},
        pre_checks=tuple(values.get("pre_checks") or ()),
        pre_checks_reason=values.get("pre_checks_reason") or "",
        type_reason=values.get("type_reason") or "",
        notes=values.get("notes") or "",
    )


def _initial(row: Consultation) -> dict[str, Any]:
    analysis = queries.skin_analysis_of(row)
    if analysis is None:
        return {}
    scores = analysis.scores
    zones = {f"{scale.lower()}_{zone}": grade for scale, of in scores["zones"].items() for zone, grade in of.items()}
    names = {"clinician_type": scores["type"], "type_reason": scores["type_reason"], "glogau": scores["glogau"]}
    return {**scores["items"], **zones, **names, "pre_checks": scores["pre_checks"], "notes": analysis.notes,
            "pre_checks_reason": scores.get("pre_checks_reason", "")}  # fmt: skip


def _kept(row: Consultation) -> forms.SkinForm:
    """The form as it was last recorded, on the instruments in force."""
    return forms.SkinForm(initial=_initial(row), instruments=queries.instruments_of(row)[1])


def skin_analysis(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """GET: the analysis form with the photograph beside it. POST: record the analysis; the rules run again."""
    actor = frame.actor_of(request)
    if request.method != "POST":
        row = frame.read(request, consultation_id)
        return _page(request, row, _kept(row))
    row = frame.consultation_of(actor, Can.WRITE_CONSULTATION, consultation_id)
    form = forms.SkinForm(request.POST, instruments=queries.instruments_of(row)[1])
    status, versions = 422, []
    if form.is_valid():
        version = forms.version_of(request.POST)
        with with_refusals(form) as outcome:
            services.record_skin_analysis(row, seen_of(form.cleaned_data), by=actor, at=clock.now(), version=version)
        if outcome.ok:
            messages.success(request, "The skin analysis is recorded.")
            return redirect_to("consultation-decision", consultation_id=row.pk)
        status, versions = outcome.status, rows_between(outcome.error, _kept(row), form)
    return _page(request, row, form, status=status, versions=versions)


def _page(
    request: HttpRequest,
    row: Consultation,
    form: forms.SkinForm,
    *,
    photo_form: forms.PhotographForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
    versions: Sequence[Mapping[str, Any]] = (),
) -> HttpResponse:
    analysis = queries.skin_analysis_of(row)
    actor = frame.actor_of(request)
    may_read = may(actor, Can.READ_PHOTO, row)
    is_refused = permission.is_restricted(row.client, clock.now())
    may_photograph = row.is_open and may(actor, Can.TAKE_PHOTO, row) and not is_refused
    context = frame.context(
        request, row, form=form, analysis=analysis, photo_form=photo_form or forms.PhotographForm(), error=error,
        photos=[photo_queries.shown(kept.photo, to=actor, at=clock.now()) for kept in _photos(row, may_read=may_read)],
        refusal=PhotographRefusal.objects.filter(consultation=row).first(), may_photograph=may_photograph,
        is_refused=is_refused, versions=versions or rows_of(error),
        is_ready=row.state in (ConsultationState.SCREENED, ConsultationState.DECIDED),
    )  # fmt: skip
    return page(request, "consultations/skin.html", context, status=status)


def _photos(row: Consultation, *, may_read: bool) -> list[ConsultationPhoto]:
    rows = ConsultationPhoto.objects.filter(consultation=row).select_related("photo").order_by("recorded_at")
    return list(rows) if may_read and not permission.is_restricted(row.client, clock.now()) else []


def photograph(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Keep one before photograph, if the client agrees."""
    actor = frame.actor_of(request)
    row = frame.consultation_of(actor, Can.TAKE_PHOTO, consultation_id)
    form = forms.PhotographForm(request.POST, request.FILES)
    status = 422
    if form.is_valid():
        with with_refusals(form) as outcome:
            services.take_photograph(
                row, form.cleaned_data["photograph"], is_agreed=form.cleaned_data["is_agreed"],
                view=form.cleaned_data["view"], by=actor, at=clock.now(),
            )  # fmt: skip
        if outcome.ok:
            messages.success(request, "The photograph is kept, sealed.")
            return redirect_to("consultation-skin", consultation_id=row.pk)
        status = outcome.status
    return _page(request, row, _kept(row), photo_form=form, status=status)


def refuse_photograph(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Record that the client does not want a photograph; nothing else changes."""
    actor = frame.actor_of(request)
    row = frame.consultation_of(actor, Can.WRITE_CONSULTATION, consultation_id)
    try:
        services.refuse_photograph(row, by=actor, at=clock.now())
    except DomainError as error:
        return _page(request, row, _kept(row), error=error, status=error.status)
    messages.success(request, "Recorded: no photograph. Nothing is blocked by it.")
    return redirect_to("consultation-skin", consultation_id=row.pk)
