"""Home of evidence, portfolios, registration, entry and the centre's readings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from clinic import audit, clock, http
from clinic.access import Can, Relation
from clinic.choices import Role
from clinic.models import Organisation
from evidence import coded, presenting, queries, relations, services
from evidence.forms import EnrolForm, EntryForm, ReadingForm
from evidence.models import Enrolment, EvidenceItem
from evidence.services import CentreSettings
from evidence.views import actor_of, versions_after

ENROLMENTS = Enrolment.objects.select_related("learner", "organisation", "pack", "verified_by")


def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person; a learner with one portfolio goes straight to it."""
    actor = actor_of(request)
    rows = queries.enrolments(actor, Can.READ_PORTFOLIO)
    if len(rows) == 1 and rows[0].learner_id == actor.staff_id:
        return http.redirect_to("portfolio-detail", enrolment_id=rows[0].id)
    inbox = queries.inbox(actor, clock.now())
    running = [(coded.head(session), session, enrolment) for session, enrolment in inbox.running]
    centres = Organisation.objects.filter(id__in=relations.centres(actor, Can.SET_CENTRE, Relation.MEMBER))
    context = {
        "inbox": inbox,
        "running": running,
        "rows": rows,
        "may_enrol": bool(relations.centres(actor, Can.ENROL_LEARNER, Relation.MEMBER)),
        "centres": centres,
        "is_assessor": actor.holds(Role.ASSESSOR),
        "is_iqa": actor.holds(Role.IQA),
    }
    return http.page(request, "evidence/home.html", context)


def portfolio(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Counters, the grid of criteria, and the evidence."""
    actor = actor_of(request)
    enrolment = http.load(Enrolment, actor, Can.READ_PORTFOLIO, enrolment_id, queryset=ENROLMENTS)
    is_own = enrolment.learner_id == actor.staff_id
    shown = queries.portfolio(enrolment, at=clock.now(), with_unoffered=is_own)
    audit.record(actor, "viewed.portfolio", enrolment, at=clock.now())
    context = {
        "portfolio": shown,
        "enrolment": enrolment,
        "is_own": is_own,
        "counters": presenting.counters(shown),
        "units": presenting.grid(shown),
        "legend": presenting.legend(),
        "lines": presenting.lines(shown),
        "readable": _readable(actor, shown),
        "unoffered": [(coded.head(session), session) for session in shown.unoffered],
        "met": sum(progress.met for progress in shown.tally.units),
    }
    return http.page(request, "evidence/portfolio.html", context)


def _readable(actor: Any, shown: queries.Portfolio) -> set[UUID]:
    """Which pieces of the portfolio this person may open."""
    rows = EvidenceItem.objects.visible_to(actor, Can.READ_EVIDENCE).filter(enrolment=shown.enrolment)
    return set(rows.values_list("pk", flat=True))


def criterion(request: HttpRequest, enrolment_id: UUID, criterion: str) -> HttpResponse:
    """One cell of the grid: what the criterion asks and the evidence for it."""
    actor = actor_of(request)
    enrolment = http.load(Enrolment, actor, Can.READ_PORTFOLIO, enrolment_id, queryset=ENROLMENTS)
    shown = queries.portfolio(enrolment, at=clock.now())
    cell = shown.tally.cell_by_key.get(criterion)
    if cell is None:
        raise Http404
    context = {
        "enrolment": enrolment,
        "cell": presenting.grid_cell(cell),
        "unit": shown.pack.unit_by_key[cell.criterion.unit],
        "word": queries.glossary().get(cell.criterion.command),
        "lines": presenting.lines(shown, cell.evidence),
        "readable": _readable(actor, shown),
    }
    return http.page(request, "evidence/criterion.html", context)


def learners(request: HttpRequest) -> HttpResponse:
    """Registered learners, and the form that registers one."""
    actor = actor_of(request)
    centre = _centre(actor, Can.ENROL_LEARNER)
    form = EnrolForm(request.POST or None, centre=centre, initial={"enrolled_on": clock.today().isoformat()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with http.with_refusals(form) as outcome:
                row = services.enrol_learner(centre, **form.cleaned_data, by=actor, at=clock.now())
            if outcome.ok:
                return http.redirect_to("portfolio-entry", enrolment_id=row.id)
            status = outcome.status
    rows = queries.enrolments(actor, Can.ENROL_LEARNER)
    return http.page(request, "evidence/learners.html", {"rows": rows, "form": form, "centre": centre}, status=status)


def _centre(actor: Any, can: Can) -> Organisation:
    """The person's centre: the first by name of those where the verb is granted."""
    ids = relations.centres(actor, can, Relation.MEMBER)
    rows = Organisation.objects.filter(id__in=ids).exclude(kind="clinic").order_by("name")
    found: Organisation | None = rows.first()
    if found is None:
        raise Http404
    return found


def entry(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """The proofs of the entry requirements."""
    enrolment = http.load(Enrolment, actor_of(request), Can.ENROL_LEARNER, enrolment_id, queryset=ENROLMENTS)
    initial = {"version": enrolment.version, "seen": enrolment.entry_seen}
    form = EntryForm(request.POST or None, pack=queries.pack_of(enrolment), initial=initial)
    status, versions = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with http.with_refusals(form) as outcome:
                services.verify_entry(enrolment, **form.cleaned_data, by=actor_of(request), at=clock.now())
            if outcome.ok:
                return http.redirect_to("learner-list")
            status, versions = outcome.status, versions_after(outcome, form, enrolment)
    return http.page(
        request, "evidence/entry.html", {"enrolment": enrolment, "form": form, "versions": versions}, status=status
    )


def centre(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """How the centre reads the qualification."""
    row = http.load(Organisation, actor_of(request), Can.SET_CENTRE, organisation_id)
    settings = queries.centre_settings(row)
    reading = settings.reading
    initial = {
        "version": row.version, "superficial_limit_mm": reading.superficial_limit_mm, "coverage": reading.coverage,
        "disposal": reading.disposal, "reassessment_counts": reading.reassessment_counts,
        "live_video": settings.live_video,
    }  # fmt: skip
    form = ReadingForm(request.POST or None, initial=initial)
    status, versions = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = dict(form.cleaned_data)
            version = values.pop("version")
            with http.with_refusals(form) as outcome:
                services.set_centre_reading(
                    row, settings=CentreSettings(**values), by=actor_of(request), at=clock.now(), version=version
                )
            if outcome.ok:
                return http.redirect_to("centre-detail", organisation_id=row.id)
            status, versions = outcome.status, versions_after(outcome, form, row)
    return http.page(
        request, "evidence/centre.html", {"centre": row, "form": form, "versions": versions}, status=status
    )
