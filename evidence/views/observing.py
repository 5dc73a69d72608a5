"""Observation pages: open, tap, close; and the learner's offer of a product."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from clinic import audit, clock, http
from clinic.access import Can
from clinic.errors import InvalidValue
from evidence import coded, presenting, queries, services, sessions
from evidence.forms import CloseForm, MarkForm, ObserveForm, OfferForm
from evidence.models import Enrolment, Observation
from evidence.views import actor_of
from treatments.models import Session

OBSERVATIONS = Observation.objects.select_related(
    "item__enrolment__learner",
    "item__enrolment__pack",
    "item__enrolment__organisation",
    "item__session__client",
    "client",
)


def _session_of(enrolment: Enrolment, session_id: UUID) -> Session:
    """A session of this learner; anybody else's is not there."""
    found = sessions.of_learner(enrolment.learner_id).filter(pk=session_id).first()
    if found is None:
        raise Http404
    return found


def open_(request: HttpRequest, enrolment_id: UUID, session_id: UUID) -> HttpResponse:
    """Say how one watches, and start."""
    actor = actor_of(request)
    enrolment = http.load(Enrolment, actor, Can.OPEN_OBSERVATION, enrolment_id)
    session = sessions.observable(enrolment).filter(pk=session_id).first()
    if session is None:
        raise Http404
    live_video = queries.centre_settings(enrolment.organisation).live_video
    form = ObserveForm(request.POST or None, initial={"how": "in_person"}, live_video=live_video)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with http.with_refusals(form) as outcome:
                row = services.open_observation(
                    session, enrolment=enrolment, how=form.cleaned_data["how"], by=actor, at=clock.now()
                )
            if outcome.ok:
                return http.redirect_to("observation-detail", observation_id=row.id)
            status = outcome.status
    assert actor.staff_id is not None
    now = queries.opening(session, enrolment=enrolment, assessor_id=actor.staff_id, at=clock.now())
    # Until an observation is open the assessor sees only that a session runs, for whom as a code, and by whom.
    withheld = False in (now.observer_permitted, now.evidence_permitted)
    context = {
        "enrolment": enrolment, "coded": None if withheld else coded.head(session), "form": form,
        "why_not": presenting.reasons(now.reasons), "live_video": live_video,
    }  # fmt: skip
    return http.page(request, "evidence/observe.html", context, status=status)


def detail(request: HttpRequest, observation_id: UUID) -> HttpResponse:
    """The page beside the couch: one large pair of buttons per criterion."""
    row = http.load(Observation, actor_of(request), Can.READ_EVIDENCE, observation_id, queryset=OBSERVATIONS)
    audit.viewed(actor_of(request), row.client, what="evidence")
    return http.page(request, "evidence/observation.html", _context(row, actor_of(request)))


def _context(row: Observation, actor: Any) -> dict[str, Any]:
    pack = queries.pack_of(row.item.enrolment)
    is_mine = row.assessor_id == actor.staff_id and row.closed_at is None
    return {
        "observation": row,
        "enrolment": row.item.enrolment,
        "coded": None if queries.is_withheld(row.item, clock.now()) else _head(row.item.session),
        "groups": presenting.mark_groups(pack, row.item.criteria, row.seen, queries.glossary()),
        "seen": len(row.seen),
        "total": len(row.item.criteria),
        "is_mine": is_mine,
        "why_not": presenting.reasons(_why_not_mark(row)) if is_mine else [],
        "close_form": CloseForm(initial={"version": row.version}),
    }


def _why_not_mark(row: Observation) -> list[str]:
    return [refusal.message for refusal in queries.why_not_mark(row, at=clock.now())]


def _head(session: Session | None) -> coded.CodedSession | None:
    return coded.head(session) if session else None


def mark(request: HttpRequest, observation_id: UUID) -> HttpResponse:
    """One tap; htmx gets the row and the count back, a plain form the page at the same place."""
    row = http.load(Observation, actor_of(request), Can.DECIDE_EVIDENCE, observation_id, queryset=OBSERVATIONS)
    form = MarkForm(request.POST)
    if not form.is_valid():
        raise InvalidValue("This tap could not be understood.", code="invalid", field="criterion")
    values = form.cleaned_data
    row = services.mark_seen(row, **values, by=actor_of(request), at=clock.now())
    if not getattr(request, "htmx", False):
        address = reverse("observation-detail", kwargs={"observation_id": row.id})
        response = HttpResponse(status=303)
        response["Location"] = f"{address}#c-{values['criterion']}"
        return response
    pack = queries.pack_of(row.item.enrolment)
    groups = presenting.mark_groups(pack, [values["criterion"]], row.seen, queries.glossary())
    context = {
        "observation": row, "row": groups[0].rows[0], "is_mine": True, "seen": len(row.seen),
        "total": len(row.item.criteria), "swapped": True,
    }  # fmt: skip
    return http.page(request, "evidence/observation_row.html", context)


def close(request: HttpRequest, observation_id: UUID) -> HttpResponse:
    """Stop watching and go on to the decision."""
    row = http.load(Observation, actor_of(request), Can.DECIDE_EVIDENCE, observation_id, queryset=OBSERVATIONS)
    form = CloseForm(request.POST)
    status = 422
    if form.is_valid():
        with http.with_refusals(form) as outcome:
            services.close_observation(row, **_kept(form, row), by=actor_of(request), at=clock.now())
        if outcome.ok:
            return http.redirect_to("evidence-detail", item_id=row.item_id)
        status = outcome.status
    context = {**_context(row, actor_of(request)), "close_form": form}
    return http.page(request, "evidence/observation.html", context, status=status)


def _kept(form: CloseForm, row: Observation) -> dict[str, Any]:
    """Taps move the version; closing only asks that nobody closed it meanwhile, which its state says."""
    return {"note": form.cleaned_data["note"], "version": max(form.cleaned_data["version"], row.version)}


def offer(request: HttpRequest, enrolment_id: UUID, session_id: UUID) -> HttpResponse:
    """A learner offers a signed session nobody observed."""
    actor = actor_of(request)
    enrolment = http.load(Enrolment, actor, Can.OFFER_EVIDENCE, enrolment_id)
    session = _session_of(enrolment, session_id)
    assessors = queries.assessors_of(enrolment.organisation, but=enrolment.learner_id)
    form = OfferForm(request.POST or None, assessors=assessors)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with http.with_refusals(form) as outcome:
                item = services.offer_product(
                    session, enrolment=enrolment, assessor=form.cleaned_data["assessor"], by=actor, at=clock.now()
                )
            if outcome.ok:
                return http.redirect_to("evidence-detail", item_id=item.id)
            status = outcome.status
    context = {"enrolment": enrolment, "coded": coded.coded(session), "form": form}
    return http.page(request, "evidence/offer.html", context, status=status)
