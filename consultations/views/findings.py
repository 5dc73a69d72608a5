"""Pages: findings of the screen, and what is done about each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse

from clinic import clock
from clinic.access import Can, may
from clinic.catalogue import content as catalogue
from clinic.errors import DomainError
from clinic.http import page, redirect_to
from consultations import findings, forms, presenting, queries, rules, services, steps
from consultations.choices import ClearedBy
from consultations.findings import Standing
from consultations.models import Consultation, ScreeningRun
from consultations.views import frame


def finding_list(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Findings by severity; each with what fired it, what to do, who may clear it and until when."""
    row = frame.read(request, consultation_id)
    return _page(request, row)


def _page(
    request: HttpRequest, row: Consultation, error: DomainError | None = None, about: str = "", typed: Any = None
) -> HttpResponse:
    run = findings.latest_run(row)
    standing = findings.standing(run, steps.day(clock.now())) if run else ()
    groups = presenting.finding_groups(standing, row.response)
    by_rule = {item.finding.rule: item for item in standing}
    for group in groups:
        for item in group["findings"]:
            is_meant = about == item["rule"]
            item.update(_verbs(request, row, by_rule[item["rule"]]))
            item.update(error=error.message if error and is_meant else "", typed=typed if is_meant else {})
    uncoded = queries.uncoded_allergies(row) if run else []
    context = frame.context(
        request, row, run=run, groups=groups, waiting=presenting.waiting_for_facts(standing, row.response),
        open_stops=rules.stops_for(
            [item.finding for item in standing if item.is_open], queries.modalities_of(row)
        ),
        uncoded=[{"item": item, "id": f"{item.question}-{item.position}"} for item in uncoded],
        tags=sorted(catalogue.tags().values(), key=lambda tag: tag.label), seen_choices=ClearedBy.choices,
        may_code=row.is_open and may(frame.actor_of(request), Can.CODE_ALLERGY, row),
        error=error, about=about,
    )  # fmt: skip
    return page(request, "consultations/findings.html", context, status=error.status if error else 200)


def _verbs(request: HttpRequest, row: Consultation, item: Standing) -> dict[str, bool]:
    actor = frame.actor_of(request)
    allowed = (
        item.is_open and row.is_open and rules.may_clear(item.finding.severity, actor.roles_in(row.organisation_id))
    )
    return {
        "may_clear": allowed and may(actor, Can.CLEAR_FINDING, row),
        "may_override": allowed and item.finding.severity != "caution" and may(actor, Can.OVERRIDE_FINDING, row),
    }


def _run_of(request: HttpRequest, row: Consultation, run_id: UUID) -> ScreeningRun:
    found: ScreeningRun | None = row.runs.filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


def _answer(
    request: HttpRequest, consultation_id: UUID, run_id: UUID, *, form: Form, can: Can, verb: Any
) -> HttpResponse:
    actor = frame.actor_of(request)
    row = frame.consultation_of(actor, can, consultation_id)
    rule = request.POST.get("rule", "")
    try:
        values = forms.require_valid(form)
        verb(_run_of(request, row, run_id), by=actor, at=clock.now(), **values)
    except DomainError as error:
        return _page(request, row, error, rule, request.POST)
    messages.success(request, f"{rule} is settled; who did it and why stays on the record.")
    return redirect_to("consultation-findings", consultation_id=row.pk)


def clear(request: HttpRequest, consultation_id: UUID, run_id: UUID) -> HttpResponse:
    """Clear a finding by what was seen."""
    form = forms.ClearForm(request.POST)
    return _answer(request, consultation_id, run_id, form=form, can=Can.CLEAR_FINDING, verb=services.clear_finding)


def override(request: HttpRequest, consultation_id: UUID, run_id: UUID) -> HttpResponse:
    """Let treatment go on against a finding, with a reason."""
    form = forms.OverrideForm(request.POST)
    return _answer(
        request, consultation_id, run_id, form=form, can=Can.OVERRIDE_FINDING, verb=services.override_finding
    )


def code_allergy(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Code the client's words to tags."""
    actor = frame.actor_of(request)
    row = frame.consultation_of(actor, Can.CODE_ALLERGY, consultation_id)
    try:
        values = forms.require_valid(forms.CodeForm(request.POST))
        services.code_allergy(row, by=actor, at=clock.now(), **values)
    except DomainError as error:
        return _page(request, row, error, "coding", request.POST)
    messages.success(request, "Coded, and the rules ran again.")
    return redirect_to("consultation-findings", consultation_id=row.pk)
