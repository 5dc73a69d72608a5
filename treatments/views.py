"""Pages of treatments: courses, sessions and their verbs, lots."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from clinic import access, audit, clock
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue.models import Product
from clinic.clock import LONDON
from clinic.errors import InvalidValue, VersionMissing
from clinic.http import load, page, redirect_to, with_refusals
from clinic.models import Client, Site, Visit
from consultations import queries as consultation_queries
from consultations.models import ServicePlan
from treatments import course_screens, forms, queries, screens, services
from treatments.models import Course, Lot, Session
from treatments.queries import SESSION_ROWS
from treatments.queries.lists import course_view, courses_in_work
from treatments.verbs import VERBS, Call


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    if not given.isdecimal():
        raise VersionMissing
    return int(given)


# courses --------------------------------------------------------------------------------------------------------------
def course_list(request: HttpRequest) -> HttpResponse:
    """All courses in work that this person may see, those that need something first."""
    context = {"courses": courses_in_work(_actor(request), clock.now()), "section": "courses"}
    return page(request, "treatments/course_list.html", context)


def client_courses(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """A client's courses, and plans that can become one; POST starts a course."""
    actor, at = _actor(request), clock.now()
    client = load(Client, actor, Can.START_COURSE if request.method == "POST" else Can.READ_CHART, client_id)
    form = forms.CourseForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            plan = load(ServicePlan, actor, Can.START_COURSE, form.cleaned_data["plan"], client_id=client.id)
            with with_refusals(form) as outcome:
                course = services.start_course(
                    plan, starts_on=form.cleaned_data["starts_on"], reason=form.cleaned_data["reason"], by=actor, at=at
                )
            if outcome.ok:
                messages.success(request, "The course is laid out.")
                return redirect_to("course-detail", course_id=course.id)
            status = outcome.status
    audit.viewed(actor, client, at=at)
    courses = queries.courses_of(client, actor, at)
    used = {view.course.plan_id for view in courses if not queries.leaves_room(view.course)}
    plans = [plan for plan in consultation_queries.agreed_plans(client) if plan.id not in used]
    context = {
        "client": client, "courses": courses, "plans": plans, "form": form, "active_tab": "courses",
        "may_start": access.may(actor, Can.START_COURSE, client),
    }  # fmt: skip
    return page(request, "treatments/client_courses.html", context, status=status)


def course_detail(
    request: HttpRequest, course_id: UUID, form: Any = None, status: int = 200, review: Any = None
) -> HttpResponse:
    """One course: its track, the next session, and the verbs."""
    actor, at = _actor(request), clock.now()
    rows = Course.objects.select_related("client__organisation", "plan__product", "practitioner")
    course = load(Course, actor, Can.READ_CHART, course_id, queryset=rows)
    audit.viewed(actor, course.client, at=at)
    context = {
        "client": course.client, "course": course, "view": course_view(course, at), "active_tab": "courses",
        "open_session": queries.open_session(course), "next": queries.next_proposal(course),
        "may_run": access.may(actor, Can.RUN_SESSION, course), "form": form or forms.ReasonForm(),
        "is_open": course.state not in {"completed", "stopped"}, "booking": course_screens.booking(course, actor),
        "reviews": queries.reviews_of(course), "grades": dict(forms.GAIS), "satisfied": dict(forms.SATISFACTION),
        "review_form": course_screens.review_form(course, actor, review),
    }  # fmt: skip
    return page(request, "treatments/course_detail.html", context, status=status)


def course_stop(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """End a course before its time."""
    actor = _actor(request)
    course = load(Course, actor, Can.START_COURSE, course_id)
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return course_detail(request, course_id, form, 422)
    with with_refusals(form) as outcome:
        services.stop_course(
            course, reason=form.cleaned_data["reason"], by=actor, at=clock.now(), version=_version(request)
        )
    if not outcome.ok:
        return course_detail(request, course_id, form, outcome.status)
    messages.success(request, "The course is stopped.")
    return redirect_to("course-detail", course_id=course.id)


def course_review(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """The outcome review of a course."""
    actor = _actor(request)
    course = load(Course, actor, Can.START_COURSE, course_id)
    form = forms.ReviewCourseForm(request.POST)
    if not form.is_valid():
        return course_detail(request, course_id, None, 422, form)
    with with_refusals(form) as outcome:
        services.review_course(course, **form.cleaned_data, by=actor, at=clock.now(), version=_version(request))
    if not outcome.ok:
        return course_detail(request, course_id, None, outcome.status, form)
    messages.success(request, "The review is kept.")
    return redirect_to("course-detail", course_id=course.id)


def course_maintenance(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Lay out the next maintenance visit."""
    actor = _actor(request)
    course = load(Course, actor, Can.START_COURSE, course_id)
    with with_refusals(None) as outcome:
        place = services.plan_maintenance(course, by=actor, at=clock.now(), version=_version(request))
    if not outcome.ok:
        messages.error(request, str(outcome.error))
        return course_detail(request, course_id, None, outcome.status)
    messages.success(request, f"The next maintenance visit is due on {place.due_on:%-d %b %Y}.")
    return redirect_to("course-detail", course_id=course.id)


def course_book(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Book the next session of a course (decision 49)."""
    actor = _actor(request)
    course = load(Course, actor, Can.START_COURSE, course_id)
    form = forms.BookNextForm(request.POST)
    if not form.is_valid():
        return course_detail(request, course_id, form, 422)
    with with_refusals(form) as outcome:
        visit = services.book_next(course, planned_at=form.planned_at(), by=actor, at=clock.now())
    if not outcome.ok:
        return course_detail(request, course_id, form, outcome.status)
    messages.success(request, f"Booked for {visit.planned_at.astimezone(LONDON):%-d %b %Y, %H:%M}.")
    return redirect_to("course-detail", course_id=course.id)


# patch tests and prescriptions ----------------------------------------------------------------------------------------
def client_tests(
    request: HttpRequest, client_id: UUID, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A client's patch tests and prescriptions."""
    actor = _actor(request)
    client = load(Client, actor, Can.READ_CHART, client_id)
    audit.viewed(actor, client, at=clock.now())
    context = course_screens.tests_screen(client, actor, clock.now(), bound or {})
    return page(request, "treatments/client_tests.html", context, status=status)


def patch_test_record(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Record a patch test that was read."""
    actor = _actor(request)
    client = load(Client, actor, Can.RUN_SESSION, client_id)
    form = forms.PatchTestForm(request.POST, products=course_screens.products_for(actor))
    if not form.is_valid():
        return client_tests(request, client_id, {"patch": form}, 422)
    with with_refusals(form) as outcome:
        services.record_patch_test(client, **form.cleaned_data, by=actor, at=clock.now())
    if not outcome.ok:
        return client_tests(request, client_id, {"patch": form}, outcome.status)
    messages.success(request, "The patch test is kept.")
    return redirect_to("client-tests", client_id=client.id)


def prescription_record(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Prescribe for a client."""
    actor = _actor(request)
    client = load(Client, actor, Can.PRESCRIBE, client_id)
    form = forms.PrescriptionForm(request.POST, products=course_screens.products_for(actor))
    if not form.is_valid():
        return client_tests(request, client_id, {"prescription": form}, 422)
    with with_refusals(form) as outcome:
        services.record_prescription(client, **form.cleaned_data, by=actor, at=clock.now())
    if not outcome.ok:
        return client_tests(request, client_id, {"prescription": form}, outcome.status)
    messages.success(request, "The prescription is kept.")
    return redirect_to("client-tests", client_id=client.id)


def session_prepare(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Open the session page for the next place of a course."""
    actor, at = _actor(request), clock.now()
    course = load(Course, actor, Can.RUN_SESSION, course_id)
    form = forms.ReasonForm()
    today = [
        visit
        for visit in Visit.objects.filter(client_id=course.client_id, kind="session", state__in=["arrived", "in_room"])
        if visit.practitioner_id == actor.staff_id
    ]
    with with_refusals(None) as outcome:
        session = services.prepare_session(course, visit=today[0] if today else None, by=actor, at=at)
    if outcome.ok:
        return redirect_to("session-detail", session_id=session.id)
    messages.error(request, str(outcome.error))
    return course_detail(request, course_id, form, outcome.status)


# sessions -------------------------------------------------------------------------------------------------------------
def client_sessions(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """A client's sessions, newest first."""
    actor = _actor(request)
    client = load(Client, actor, Can.READ_CHART, client_id)
    audit.viewed(actor, client, at=clock.now())
    context = {"client": client, "sessions": queries.sessions_of(client, actor), "active_tab": "sessions"}
    return page(request, "treatments/client_sessions.html", context)


def session_detail(
    request: HttpRequest, session_id: UUID, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The session page."""
    actor, at = _actor(request), clock.now()
    session = queries.read_ahead(load(Session, actor, Can.READ_CHART, session_id, queryset=SESSION_ROWS))
    audit.viewed(actor, session.client, at=at)
    context = screens.session_screen(session, actor, at, csrf=get_token(request), bound=bound)
    return page(request, "treatments/session.html", context, status=status)


def session_verb(request: HttpRequest, session_id: UUID, verb: str) -> HttpResponse:
    """Any verb of a session from its form."""
    actor, at = _actor(request), clock.now()
    session = load(Session, actor, Can.RUN_SESSION, session_id, queryset=SESSION_ROWS)
    if verb not in VERBS:
        raise Http404
    form = forms.form_for(verb, session, request.POST)
    if not form.is_valid():
        return session_detail(request, session_id, {"verb": verb, "form": form}, 422)
    version = _version(request) if VERBS[verb].versioned else None
    with with_refusals(form) as outcome:
        VERBS[verb].do(session, forms.values_of(form), Call(actor, at, version))
    if not outcome.ok:
        shown = {"verb": verb, "form": form, "error": outcome.error}
        return session_detail(request, session_id, shown, outcome.status)
    messages.success(request, VERBS[verb].said)
    response = redirect_to("session-detail", session_id=session.id)
    anchor = request.POST.get("anchor", "")
    if anchor.isalpha():
        response["Location"] += f"#{anchor}"
    return response


# lots -----------------------------------------------------------------------------------------------------------------
def lot_list(request: HttpRequest, form: Any = None, status: int = 200) -> HttpResponse:
    """Lots with their stock; POST receives one."""
    actor, at = _actor(request), clock.now()
    if request.method == "POST" and form is None:
        return _lot_receive(request)
    may_manage = access.could(actor, Can.MANAGE_STOCK)
    context = {
        "lots": queries.lots_of(actor, at), "form": form or forms.LotReceiveForm(), "may_manage": may_manage,
        "products": Product.objects.visible_to(actor, Can.READ_STOCK).filter(is_active=True).order_by("name"),
        "sites": Site.objects.visible_to(actor, Can.READ_STOCK).order_by("name"), "section": "products",
    }  # fmt: skip
    return page(request, "treatments/lot_list.html", context, status=status)


def _lot_receive(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    form = forms.LotReceiveForm(request.POST)
    if not form.is_valid():
        return lot_list(request, form, 422)
    values = dict(form.cleaned_data)
    product = load(Product, actor, Can.READ_STOCK, values.pop("product"))
    site = load(Site, actor, Can.MANAGE_STOCK, values.pop("site"))
    with with_refusals(form) as outcome:
        services.receive_lot(product, site=site, by=actor, at=clock.now(), **values)
    if not outcome.ok:
        return lot_list(request, form, outcome.status)
    messages.success(request, "The lot is in stock.")
    return redirect_to("lot-list")


LOT_VERBS: dict[str, Any] = {
    "quarantine": services.quarantine_lot,
    "release": services.release_lot,
    "recall": services.recall_lot,
}


def lot_verb(request: HttpRequest, lot_id: UUID, verb: str) -> HttpResponse:
    """Quarantine, release or recall a lot."""
    actor = _actor(request)
    lot = load(Lot, actor, Can.MANAGE_STOCK, lot_id)
    if verb not in LOT_VERBS:
        raise Http404
    form = forms.LotStateForm(request.POST)
    if not form.is_valid():
        raise InvalidValue("Write at most 240 letters.", code="too_long", field="reason")
    LOT_VERBS[verb](lot, reason=form.cleaned_data["reason"], by=actor, at=clock.now(), version=_version(request))
    messages.success(request, f"Lot {lot.number}: done.")
    return redirect_to("lot-list")
