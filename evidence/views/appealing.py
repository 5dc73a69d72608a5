"""Pages of an appeal: the learner's reason, and the answer of quality assurance."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from clinic import clock, http
from clinic.access import Can
from evidence import presenting, queries, services
from evidence.choices import AppealState
from evidence.forms import AnswerAppealForm, AppealForm
from evidence.models import Appeal, Decision
from evidence.views import actor_of, versions_after
from evidence.views.deciding import DECISIONS, printed_fields

APPEALS = Appeal.objects.select_related(
    "learner", "answered_by", "decision__feedback", "decision__assessor", "decision__item__enrolment__learner",
    "decision__item__enrolment__pack", "decision__item__enrolment__organisation", "decision__item__client",
    "decision__countersignature__signed_by",
)  # fmt: skip


def appeal(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """The learner appeals a decision about their own evidence."""
    actor = actor_of(request)
    decision = http.load(Decision, actor, Can.APPEAL_DECISION, decision_id, queryset=DECISIONS)
    form = AppealForm(request.POST or None, initial={"version": decision.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with http.with_refusals(form) as outcome:
                services.appeal_decision(decision, **form.cleaned_data, by=actor, at=clock.now())
            if outcome.ok:
                messages.success(request, "Your appeal is with quality assurance.")
                return http.redirect_to("evidence-detail", item_id=decision.item_id)
            status = outcome.status
    context = {
        "decision": decision,
        "enrolment": decision.item.enrolment,
        "fields": printed_fields(decision),
        "form": form,
        "why_not": presenting.reasons([text for text in [queries.why_not_appeal(decision)] if text]),
    }
    return http.page(request, "evidence/appeal.html", context, status=status)


def detail(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    """Quality assurance reads an appeal and answers it."""
    actor = actor_of(request)
    row = http.load(Appeal, actor, Can.ANSWER_APPEAL, appeal_id, queryset=APPEALS)
    form = AnswerAppealForm(request.POST or None, initial={"version": row.version})
    status, versions = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with http.with_refusals(form) as outcome:
                services.answer_appeal(row, **form.cleaned_data, by=actor, at=clock.now())
            if outcome.ok:
                messages.success(request, "The learner reads your answer.")
                return http.redirect_to("evidence-home")
            status, versions = outcome.status, versions_after(outcome, form, row)
    marks, pack = row.decision.holding_marks, queries.pack_of(row.decision.item.enrolment)
    context = {
        "versions": versions,
        "appeal": row,
        "decision": row.decision,
        "enrolment": row.decision.item.enrolment,
        "is_open": row.state == AppealState.OPEN,
        "fields": printed_fields(row.decision),
        "groups": presenting.mark_groups(pack, marks, marks, {}),
        "form": form,
    }
    return http.page(request, "evidence/appeal_answer.html", context, status=status)
