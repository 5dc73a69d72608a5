"""Pages of one piece of evidence: the coded session, the decision, the countersignature, feedback, sampling."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from clinic import access, audit, clock, http
from clinic.access import Can
from clinic.errors import InvalidValue
from evidence import coded, presenting, queries, services
from evidence.choices import DecisionState, ItemState, SamplingState
from evidence.forms import CountersignForm, DecideForm, PlanSampleForm, SampleForm, marks_of
from evidence.models import Decision, EvidenceItem, Sampling
from evidence.views import actor_of, versions_after

ITEMS = EvidenceItem.objects.select_related(
    "enrolment__learner", "enrolment__pack", "enrolment__organisation", "session__client", "client", "observation",
    "assessor",
)  # fmt: skip
DECISIONS = Decision.objects.select_related(
    "item__enrolment__learner", "item__enrolment__pack", "item__enrolment__organisation", "item__session__client",
    "item__client", "assessor", "feedback", "countersignature__signed_by", "appeal__answered_by",
)  # fmt: skip
SAMPLINGS = Sampling.objects.select_related(
    "iqa", "decision__feedback", "decision__assessor", "decision__item__enrolment__learner",
    "decision__item__enrolment__pack", "decision__item__enrolment__organisation", "decision__item__session__client",
    "decision__item__client", "decision__countersignature__signed_by",
)  # fmt: skip


def detail(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The evidence: the session in figures, the client as a code, and what was decided."""
    actor = actor_of(request)
    item = http.load(EvidenceItem, actor, Can.READ_EVIDENCE, item_id, queryset=ITEMS)
    if item.client:
        audit.viewed(actor, item.client, what="evidence")
    decisions = list(DECISIONS.filter(item=item).newest_first().prefetch_related("samplings__iqa"))
    pack = queries.pack_of(item.enrolment)
    withheld = queries.is_withheld(item, clock.now())
    context = {
        "item": item,
        "enrolment": item.enrolment,
        "withheld": withheld,
        "coded": coded.coded(item.session) if item.session and not withheld else None,
        "observation": getattr(item, "observation", None),
        "decisions": [(row, *presenting.decision_state(row)) for row in decisions],
        "samplings": queries.settled_samplings(decisions),
        "criteria": queries.criteria_text(pack, item.criteria),
        "appeals": [row.appeal for row in decisions if hasattr(row, "appeal")],
        "to_appeal": _to_appeal(actor, decisions),
        "may_decide": _may_decide(actor, item),
        "why_not": _why_not(item) if _may_decide(actor, item) else [],
    }
    return http.page(request, "evidence/item.html", context)


def _to_appeal(actor: Any, decisions: list[Decision]) -> Decision | None:
    """The newest decision, when this person may appeal it now."""
    newest = decisions[0] if decisions else None
    if newest is None or not access.may(actor, Can.APPEAL_DECISION, newest) or queries.why_not_appeal(newest):
        return None
    return newest


def _head(item: EvidenceItem) -> coded.CodedSession | None:
    """Code, age band and day; nothing once the client took the permission back (decision 46)."""
    withheld = queries.is_withheld(item, clock.now())
    return coded.head(item.session) if item.session and not withheld else None


def _why_not(item: EvidenceItem) -> list[dict[str, str]]:
    return presenting.reasons(refusal.message for refusal in queries.why_not_decide(item, at=clock.now()))


def _may_decide(actor: Any, item: EvidenceItem) -> bool:
    open_states = (ItemState.OFFERED, ItemState.UNDER_REVIEW)
    return (
        item.state in open_states
        and item.assessor_id == actor.staff_id
        and access.may(actor, Can.DECIDE_EVIDENCE, item)
    )


def decide(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Mark the criteria and write the feedback."""
    actor = actor_of(request)
    item = http.load(EvidenceItem, actor, Can.DECIDE_EVIDENCE, item_id, queryset=ITEMS)
    pack = queries.pack_of(item.enrolment)
    observation = getattr(item, "observation", None)
    marks = marks_of(request.POST) if request.method == "POST" else dict(observation.seen if observation else {})
    form = DecideForm(request.POST or None, initial={"version": item.version})
    status, versions = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with http.with_refusals(form) as outcome:
                services.decide(
                    item,
                    marks=marks,
                    judgement=form.judgement(),
                    comments=form.cleaned_data["comments"],
                    further_actions=form.cleaned_data["further_actions"],
                    by=actor,
                    at=clock.now(),
                    version=form.cleaned_data["version"],
                )
            if outcome.ok:
                return http.redirect_to("evidence-detail", item_id=item.id)
            status, versions = outcome.status, versions_after(outcome, form, item)
    context = {
        "versions": versions,
        "item": item,
        "enrolment": item.enrolment,
        "coded": _head(item),
        "observation": observation,
        "form": form,
        "groups": presenting.mark_groups(pack, item.criteria, marks, queries.glossary()),
        "why_not": _why_not(item),
    }
    return http.page(request, "evidence/decide.html", context, status=status)


def countersign(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Agree with a trainee's decision, change it, or return it."""
    actor = actor_of(request)
    decision = http.load(Decision, actor, Can.COUNTERSIGN, decision_id, queryset=DECISIONS)
    form = CountersignForm(request.POST or None, initial={"version": decision.version})
    marks = marks_of(request.POST) if request.method == "POST" else dict(decision.marks)
    status, versions = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = form.cleaned_data
            with http.with_refusals(form) as outcome:
                services.countersign(decision, marks=marks, **values, by=actor, at=clock.now())
            if outcome.ok:
                return http.redirect_to("evidence-detail", item_id=decision.item_id)
            status, versions = outcome.status, versions_after(outcome, form, decision)
    pack = queries.pack_of(decision.item.enrolment)
    context = {
        "versions": versions,
        "decision": decision,
        "enrolment": decision.item.enrolment,
        "coded": _head(decision.item),
        "form": form,
        "groups": presenting.mark_groups(pack, decision.item.criteria, marks, queries.glossary()),
        "is_waiting": decision.state == DecisionState.AWAITING_COUNTERSIGNATURE,
    }
    return http.page(request, "evidence/countersign.html", context, status=status)


def feedback(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """The assessor feedback form with its eleven fields, to read and to print."""
    decision = http.load(Decision, actor_of(request), Can.READ_EVIDENCE, decision_id, queryset=DECISIONS)
    signature = getattr(decision, "countersignature", None)
    context = {
        "decision": decision,
        "fields": printed_fields(decision),
        "signature": signature,
        "is_waiting": decision.state == DecisionState.AWAITING_COUNTERSIGNATURE,
    }
    return http.page(request, "evidence/feedback.html", context)


def printed_fields(decision: Decision) -> list[tuple[str, str, str]]:
    """Key, label and printed value of the eleven fields of a decision's feedback form."""
    pack, fields = queries.pack_of(decision.item.enrolment), decision.feedback.fields
    return [(key, label, _printed(key, fields.get(key, ""))) for key, label in pack.feedback_fields]


def _printed(key: str, value: str) -> str:
    """A field as the form prints it: the date in words."""
    if key != "date" or not value:
        return value
    on = date.fromisoformat(value)
    return f"{on.day} {on:%b %Y}"


def plan_sample(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Take a decision into one's sample."""
    decision = http.load(Decision, actor_of(request), Can.SAMPLE_DECISIONS, decision_id, queryset=DECISIONS)
    form = PlanSampleForm(request.POST)
    if not form.is_valid():
        raise InvalidValue("Say whether this is interim or summative.", code="invalid_choice", field="moment")
    row = services.plan_sample(decision, moment=form.cleaned_data["moment"], by=actor_of(request), at=clock.now())
    return http.redirect_to("sampling-detail", sampling_id=row.id)


def sampling(request: HttpRequest, sampling_id: UUID) -> HttpResponse:
    """Accept a decision or ask for action."""
    actor = actor_of(request)
    row = http.load(Sampling, actor, Can.SAMPLE_DECISIONS, sampling_id, queryset=SAMPLINGS)
    form = SampleForm(request.POST or None, initial={"version": row.version})
    status, versions = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with http.with_refusals(form) as outcome:
                services.record_sample(row, **form.cleaned_data, by=actor, at=clock.now())
            if outcome.ok:
                return http.redirect_to("evidence-home")
            status, versions = outcome.status, versions_after(outcome, form, row)
    item = row.decision.item
    pack = queries.pack_of(item.enrolment)
    is_mine = row.iqa_id == actor.staff_id
    context = {
        "versions": versions,
        "sampling": row,
        "enrolment": item.enrolment,
        "decision": row.decision,
        "form": form,
        "is_planned": row.state == SamplingState.PLANNED and is_mine,
        "is_waiting": row.state == SamplingState.AWAITING_COUNTERSIGNATURE,
        "is_mine": is_mine,
        "is_to_report": row.state == SamplingState.SAMPLED and is_mine,
        "groups": presenting.mark_groups(pack, row.decision.holding_marks, row.decision.holding_marks, {}),
        "fields": [(label, value) for _, label, value in printed_fields(row.decision)],
    }
    return http.page(request, "evidence/sampling.html", context, status=status)


def countersign_sample(request: HttpRequest, sampling_id: UUID) -> HttpResponse:
    """Make a trainee quality assurer's result hold."""
    row = http.load(Sampling, actor_of(request), Can.SAMPLE_DECISIONS, sampling_id, queryset=SAMPLINGS)
    services.countersign_sample(row, by=actor_of(request), at=clock.now(), version=row.version)
    return http.redirect_to("sampling-detail", sampling_id=row.id)


def report_sample(request: HttpRequest, sampling_id: UUID) -> HttpResponse:
    """Report a sample's result to the assessor."""
    row = http.load(Sampling, actor_of(request), Can.SAMPLE_DECISIONS, sampling_id, queryset=SAMPLINGS)
    services.report_sample(row, by=actor_of(request), at=clock.now(), version=row.version)
    return http.redirect_to("sampling-detail", sampling_id=row.id)
