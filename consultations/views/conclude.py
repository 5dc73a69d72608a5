"""Pages: decision, plan, signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clinic import clock
from clinic.access import Can
from clinic.catalogue import content as catalogue
from clinic.catalogue import queries as catalogue_queries
from clinic.errors import DomainError
from clinic.http import load, page, redirect_to, with_refusals
from clinic.versions import rows_between, rows_of
from consultations import basis, findings, forms, presenting, queries, rules, services, signing, steps
from consultations.choices import ConsultationState, DecisionKind, Factor
from consultations.models import Consultation, ServicePlan
from consultations.views import frame

CLEARED_AT = {  # part of a reason why it cannot be signed → the page that clears it
    "decision is missing": ("consultation-decision", "Open decision"),
    "skin analysis is missing": ("consultation-skin", "Open skin analysis"),
    "plan is not agreed": ("consultation-plan", "Open plan"),
    "answers are not confirmed": ("consultation-detail", "Open questions"),
}


def _open_stops(row: Consultation) -> list[Any]:
    run = findings.latest_run(row)
    open_now = findings.open_findings(row.client, run, steps.day(clock.now()))
    plan = queries.plan_of(row)
    modalities = (plan.modality,) if plan is not None else queries.modalities_of(row)
    return rules.stops_for(open_now, modalities)


def decision(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """GET: what is open, and the decision. POST: decide."""
    actor = frame.actor_of(request)
    row = (
        frame.read(request, consultation_id)
        if request.method != "POST"
        else frame.consultation_of(actor, Can.WRITE_CONSULTATION, consultation_id)
    )
    form = forms.DecisionForm(request.POST or None)
    status, versions = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            version = forms.version_of(request.POST)
            with with_refusals(form) as outcome:
                made = services.decide(row, by=actor, at=clock.now(), version=version, **form.decision)
            if outcome.ok:
                is_suitable = made.kind == DecisionKind.SUITABLE
                return redirect_to("consultation-plan" if is_suitable else "consultation-sign", consultation_id=row.pk)
            kept = forms.DecisionForm(initial=_decision_initial(row))
            status, versions = outcome.status, rows_between(outcome.error, kept, form)
    run = findings.latest_run(row)
    standing = findings.standing(run, steps.day(clock.now())) if run else ()
    open_now = [presenting.finding_data(item, row.response) for item in standing if item.is_open]
    context = frame.context(
        request, row, form=form, versions=versions, decision=queries.latest_decision(row), stops=_open_stops(row),
        open_findings=[item for item in open_now if not item["awaits_facts"]],
        is_ready=row.state in (ConsultationState.SCREENED, ConsultationState.DECIDED),
    )  # fmt: skip
    return page(request, "consultations/decision.html", context, status=status)


def _decision_initial(row: Consultation) -> dict[str, Any]:
    """The decision that counts, as its form holds it."""
    made = queries.latest_decision(row)
    if made is None:
        return {}
    names = ("kind", "reason", "recommendation", "summary", "expectation", "expectation_words")
    values: dict[str, Any] = {name: getattr(made, name) or "" for name in names}
    for method, showed in (made.methods or {}).items():
        values |= {f"method_{method}": True, f"showed_{method}": showed}
    for number, (gap, closer) in enumerate(made.gaps or [], start=1):
        values |= {f"gap_{number}": gap, f"closer_{number}": closer}
    return values


def _plan_form(request: HttpRequest, row: Consultation, data: Any = None) -> forms.PlanForm:
    plan = queries.plan_of(row)
    products = catalogue_queries.products(frame.actor_of(request))
    return forms.PlanForm(data, products=products, initial=_plan_initial(row, plan))


def _plan_initial(row: Consultation, plan: ServicePlan | None) -> dict[str, Any]:
    shared = (plan.shared if plan else None) or basis.shared_decision(row)
    if plan is None:
        modality = queries.modalities_of(row)[0]
        return {
            **shared,
            "modality": modality,
            "sessions": 3,
            "interval_days": rules.USUAL_INTERVAL_DAYS,
            "protocol": "L01",
        }
    price = None if plan.price_pence is None else plan.price_pence / 100
    return {
        **plan.in_words(),
        **shared,
        "factors": plan.factors or [],
        "product": str(plan.product_id or ""),
        "price": price,
        "aim": plan.aim,
        "sessions_reason": plan.sessions_reason,
    }


def plan_values(values: Mapping[str, Any], row: Consultation, actor: Any, price_pence: int | None) -> dict[str, Any]:
    """A form's values as `draft_plan` takes them."""
    given = values.get("product")
    product = catalogue_queries.products(actor).filter(pk=given).first() if given else None
    taken = ("price", "product", *basis.SHARED)
    return {
        **{key: value for key, value in values.items() if key not in taken},
        "shared": {name: values.get(name) or "" for name in basis.SHARED},
        "product": product,
        "price_pence": price_pence,
    }


def plan(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """GET: the plan. POST: write the draft; the rules run on its product and areas."""
    actor = frame.actor_of(request)
    if request.method != "POST":
        row = frame.read(request, consultation_id)
        return _plan_page(request, row, _plan_form(request, row))
    row = frame.consultation_of(actor, Can.WRITE_CONSULTATION, consultation_id)
    form = _plan_form(request, row, request.POST)
    status, versions = 422, []
    if form.is_valid():
        version = forms.version_of(request.POST)
        with with_refusals(form) as outcome:
            values = plan_values(form.cleaned_data, row, actor, form.price_pence)
            services.draft_plan(row, by=actor, at=clock.now(), version=version, **values)
        if outcome.ok:
            messages.success(request, "The draft is saved and screened. Agree it with the client.")
            return redirect_to("consultation-plan", consultation_id=row.pk)
        status, versions = outcome.status, rows_between(outcome.error, _plan_form(request, row), form)
    return _plan_page(request, row, form, status=status, versions=versions)


def _plan_page(
    request: HttpRequest,
    row: Consultation,
    form: forms.PlanForm,
    *,
    agree_form: forms.AgreeForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
    versions: Sequence[Mapping[str, Any]] = (),
) -> HttpResponse:
    current = queries.plan_of(row)
    made = queries.latest_decision(row)
    context = frame.context(
        request, row, form=form, plan=current, error=error, stops=_open_stops(row) if current else [],
        agree_form=agree_form or forms.AgreeForm(initial={"agreed_with": row.client.legal_name}),
        words=_words(current),
        basis=basis.basis_of(row), considered=_considered(current), versions=versions or rows_of(error),
        is_suitable=made is not None and made.kind == DecisionKind.SUITABLE,
    )  # fmt: skip
    return page(request, "consultations/plan.html", context, status=status)


def _considered(row: ServicePlan | None) -> list[str]:
    return [Factor(name).label for name in (row.factors or [])] if row is not None else []


def _words(row: ServicePlan | None) -> dict[str, Any]:
    if row is None:
        return {}
    areas = catalogue.areas()
    return {
        "technique": catalogue.techniques()[row.technique].label,
        "protocol": catalogue.protocols()[row.protocol].label,
        "zones": "; ".join(areas[zone].label for zone in row.zones),
        "price": None if row.price_pence is None else row.price_pence / 100,
    }


def agree(request: HttpRequest, consultation_id: UUID, plan_id: UUID) -> HttpResponse:
    """The plan is agreed with the client by name."""
    actor = frame.actor_of(request)
    row = frame.consultation_of(actor, Can.WRITE_CONSULTATION, consultation_id)
    draft = load(ServicePlan, actor, Can.WRITE_CONSULTATION, plan_id, consultation_id=consultation_id)
    version, form = forms.version_of(request.POST), forms.AgreeForm(request.POST)
    try:
        values = forms.require_valid(form)
        services.agree_plan(draft, by=actor, at=clock.now(), version=version, **values)
    except DomainError as error:
        kept = _plan_form(request, row)
        return _plan_page(request, row, kept, agree_form=form, error=error, status=error.status)
    messages.success(request, "The plan is agreed.")
    return redirect_to("consultation-sign", consultation_id=row.pk)


def _checks(row: Consultation) -> Any:
    """What was kept when it was signed; of an open consultation as they are now."""
    return signing.checks_of(row, clock.now()) if row.is_open else row.sign_checks


def _reasons(row: Consultation) -> list[dict[str, str]]:
    missing = signing.missing_to_sign(row, clock.now()) if row.is_open else ()
    return [{"message": words, "reason": words, **_where(words, row)} for words in missing]


def _where(words: str, row: Consultation) -> dict[str, str]:
    """The link to the step that clears a reason; none when it is cleared elsewhere."""
    name, label = next((step for part, step in CLEARED_AT.items() if part in words), ("", ""))
    return {"url": reverse(name, args=[row.id]), "label": label} if name else {}


def sign(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """GET: everything on one page, and why it cannot be signed yet. POST: sign; frozen and sealed from then on."""
    actor = frame.actor_of(request)
    row = (
        frame.read(request, consultation_id)
        if request.method != "POST"
        else frame.consultation_of(actor, Can.SIGN_CONSULTATION, consultation_id)
    )
    form = forms.SignForm(request.POST or None, initial={"summary": row.summary})
    status, versions = 422 if request.method == "POST" else 200, []
    if request.method == "POST" and form.is_valid():
        version = forms.version_of(request.POST)
        with with_refusals(form) as outcome:
            services.sign_consultation(row, by=actor, at=clock.now(), version=version, **form.cleaned_data)
        if outcome.ok:
            messages.success(request, "The consultation is signed and sealed.")
            return redirect_to("client-detail", client_id=row.client_id)
        kept = forms.SignForm(initial={"summary": row.summary})
        status, versions = outcome.status, rows_between(outcome.error, kept, form)
    run = findings.latest_run(row)
    standing = findings.standing(run, steps.day(clock.now())) if run else ()
    current = queries.plan_of(row)
    context = frame.context(
        request, row, form=form, versions=versions, missing=_reasons(row), checks=_checks(row),
        decision=queries.latest_decision(row), analysis=queries.skin_analysis_of(row), plan=current,
        words=_words(current), settled=[item for item in standing if not item.is_open], run=run,
        open_findings=[presenting.finding_data(item, row.response) for item in standing if item.is_open
                       and not item.finding.awaits_facts],
    )  # fmt: skip
    return page(request, "consultations/sign.html", context, status=status)
