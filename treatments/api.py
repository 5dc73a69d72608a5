"""Treatments for programs: the same verbs as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import audit, clock
from clinic.access import Can
from clinic.api_base import ApiView, NoInput
from clinic.catalogue.models import Product
from clinic.http import load
from clinic.models import Client, Site, Visit
from consultations.models import ServicePlan
from treatments import queries, serializers, services
from treatments.choices import SessionState
from treatments.guards import demand_performer
from treatments.models import AdverseEvent, Course, Lot, Pass, Prescription, Session
from treatments.queries import SESSION_ROWS
from treatments.rules.moves import OPEN, SESSION_NEXT
from treatments.verbs import VERBS, Call, place
from treatments.views import LOT_VERBS


def session_out(session: Session, *, at: Any) -> dict[str, Any]:
    """A session with its gates, what was done, and the moves that are possible."""
    watch = queries.skin_watch(session, at)
    gates = [gate.plain() for gate in queries.readiness(session, at)] if session.state in OPEN else []
    return {
        **queries.session_summary(session),
        "client": str(session.client_id),
        "course": str(session.course_id),
        "readiness": gates,
        **({"skin": watch.plain()} if watch else {}),
        "allowed_moves": sorted(str(state) for state in SESSION_NEXT[SessionState(session.state)]),
        "version": session.version,
    }


def pass_out(row: Pass) -> dict[str, Any]:
    """A pass with its facts."""
    facts = row.facts
    return {
        "id": str(row.id),
        "version": row.version,
        "zone": row.zone,
        "count": facts.count,
        "untouched": facts.untouched,
        "volume_ml": facts.volume_ml,
        "spacing_mm": facts.spacing_mm,
        "points_per_cm2": facts.points_per_cm2,
        "covered": facts.covered,
        "points": row.points,
    }


def course_out(view: Any) -> dict[str, Any]:
    """A course with its track."""
    course = view.course
    return {
        "id": str(course.id),
        "plan": str(course.plan_id),
        "state": course.state,
        "modality": course.modality,
        "technique": course.technique,
        "protocol": course.protocol,
        "interval_days": course.interval_days,
        "sessions": [
            {
                "number": stop.planned.number,
                "due_on": stop.planned.due_on.isoformat(),
                "earliest_on": stop.planned.earliest_on.isoformat(),
                "latest_on": stop.planned.latest_on.isoformat(),
                "on": stop.on.isoformat(),
                "state": stop.state,
                "timing": stop.timing,
                "session": str(stop.session.id) if stop.session else None,
            }
            for stop in view.stops
        ],
        "version": course.version,
    }


class ClientCoursesApi(ApiView):
    """GET: a client's courses. POST: start one from an agreed plan."""

    def get(self, request: Request, client_id: UUID) -> Response:
        """List."""
        client = self.load(Client, Can.READ_CHART, client_id)
        audit.viewed(self.actor, client, at=clock.now())
        views = queries.courses_of(client, self.actor, clock.now())
        return self.respond({"courses": [course_out(view) for view in views]})

    def post(self, request: Request, client_id: UUID) -> Response:
        """Start."""
        client = self.load(Client, Can.START_COURSE, client_id)
        values = self.parsed(serializers.CourseIn)
        plan = self.load(ServicePlan, Can.START_COURSE, values.pop("plan"), client_id=client.id)
        course = services.start_course(plan, by=self.actor, at=clock.now(), **values)
        view = next(v for v in queries.courses_of(client, self.actor, clock.now()) if v.course.id == course.id)
        return self.respond(course_out(view), status=201, version=course.version)


class CourseStopApi(ApiView):
    """POST with If-Match: end a course before its time."""

    def post(self, request: Request, course_id: UUID) -> Response:
        """Stop."""
        course = self.load(Course, Can.START_COURSE, course_id)
        values = self.parsed(serializers.ReasonIn)
        done = services.stop_course(course, by=self.actor, at=clock.now(), version=self.version(), **values)
        return self.respond({"id": str(done.id), "state": done.state, "version": done.version}, version=done.version)


class CourseReviewApi(ApiView):
    """POST with If-Match: the outcome review."""

    def post(self, request: Request, course_id: UUID) -> Response:
        """Review."""
        course = self.load(Course, Can.START_COURSE, course_id)
        values = self.parsed(serializers.ReviewCourseIn)
        review = services.review_course(course, by=self.actor, at=clock.now(), version=self.version(), **values)
        fresh = Course.objects.get(pk=course.pk)
        body = {"id": str(review.id), "next_step": review.next_step, "state": fresh.state, "version": fresh.version}
        return self.respond(body, status=201, version=fresh.version)


class CourseMaintenanceApi(ApiView):
    """POST with If-Match: lay out the next maintenance visit."""

    def post(self, request: Request, course_id: UUID) -> Response:
        """Plan."""
        course = self.load(Course, Can.START_COURSE, course_id)
        self.parsed(NoInput)
        self.parsed(serializers.EmptyIn)
        place = services.plan_maintenance(course, by=self.actor, at=clock.now(), version=self.version())
        days = {name: getattr(place, name).isoformat() for name in ("due_on", "earliest_on", "latest_on")}
        return self.respond({"id": str(place.id), "number": place.number, **days}, status=201, version=place.version)


class CourseBookApi(ApiView):
    """GET: the next session as proposed. POST: book it."""

    def get(self, request: Request, course_id: UUID) -> Response:
        """Propose."""
        course = self.load(Course, Can.READ_CHART, course_id)
        audit.viewed(self.actor, course.client, at=clock.now())
        found = queries.booking_proposal(course)
        days = ("due_on", "earliest_on", "latest_on")
        plain = None if found is None else {
            "number": found["planned"].number, "time": found["time"], **{name: found[name].isoformat() for name in days}
        }  # fmt: skip
        return self.respond({"next": plain})

    def post(self, request: Request, course_id: UUID) -> Response:
        """Book."""
        course = self.load(Course, Can.START_COURSE, course_id)
        values = self.parsed(serializers.BookNextIn)
        visit = services.book_next(course, by=self.actor, at=clock.now(), **values)
        body = {"id": str(visit.id), "planned_at": visit.planned_at.isoformat(), "state": visit.state}
        return self.respond(body, status=201, version=visit.version)


def patch_test_out(line: Any) -> dict[str, Any]:
    """A patch test and whether it counts."""
    row = line.row
    return {
        "id": str(row.id), "product": str(row.product_id), "site": row.site, "placed_at": row.placed_at.isoformat(),
        "read_at": row.read_at.isoformat(), "hours": line.hours, "result": row.result, "words": row.words,
        "counts": line.counts,
    }  # fmt: skip


class PatchTestsApi(ApiView):
    """GET: patch tests of a client. POST: record one that was read."""

    def get(self, request: Request, client_id: UUID) -> Response:
        """List."""
        client = self.load(Client, Can.READ_CHART, client_id)
        audit.viewed(self.actor, client, at=clock.now())
        return self.respond(
            {"patch_tests": [patch_test_out(row) for row in queries.patch_tests_of(client, self.actor)]}
        )

    def post(self, request: Request, client_id: UUID) -> Response:
        """Record."""
        client = self.load(Client, Can.RUN_SESSION, client_id)
        values = self.parsed(serializers.PatchTestIn)
        product = self.load(Product, Can.READ_CATALOGUE, values.pop("product"))
        row = services.record_patch_test(client, product=product, by=self.actor, at=clock.now(), **values)
        line = next(line for line in queries.patch_tests_of(client, self.actor) if line.row.id == row.id)
        return self.respond(patch_test_out(line), status=201, version=row.version)


def prescription_out(row: Prescription) -> dict[str, Any]:
    """A prescription."""
    return {
        "id": str(row.id), "product": str(row.product_id), "prescriber": str(row.prescriber_id),
        "seen_at": row.seen_at.isoformat(), "valid_until": row.valid_until.isoformat(), **row.detail,
    }  # fmt: skip


class PrescriptionsApi(ApiView):
    """GET: prescriptions of a client. POST: prescribe."""

    def get(self, request: Request, client_id: UUID) -> Response:
        """List."""
        client = self.load(Client, Can.READ_CHART, client_id)
        audit.viewed(self.actor, client, at=clock.now())
        rows = queries.prescriptions_of(client, self.actor)
        return self.respond({"prescriptions": [prescription_out(row) for row in rows]})

    def post(self, request: Request, client_id: UUID) -> Response:
        """Prescribe."""
        client = self.load(Client, Can.PRESCRIBE, client_id)
        values = self.parsed(serializers.PrescriptionIn)
        product = self.load(Product, Can.READ_CATALOGUE, values.pop("product"))
        row = services.record_prescription(client, product=product, by=self.actor, at=clock.now(), **values)
        return self.respond(prescription_out(row), status=201, version=row.version)


class CourseSessionsApi(ApiView):
    """POST: prepare the next session of a course."""

    def post(self, request: Request, course_id: UUID) -> Response:
        """Prepare."""
        course = self.load(Course, Can.RUN_SESSION, course_id)
        values = self.parsed(serializers.SessionIn)
        visit = None
        if values.get("visit"):
            visit = self.load(Visit, Can.RUN_SESSION, values["visit"], client_id=course.client_id)
        session = services.prepare_session(course, visit=visit, by=self.actor, at=clock.now())
        return self.respond(session_out(session, at=clock.now()), status=201, version=session.version)


class SessionApi(ApiView):
    """GET: a session with its gates."""

    def get(self, request: Request, session_id: UUID) -> Response:
        """Read."""
        session = queries.read_ahead(load(Session, self.actor, Can.READ_CHART, session_id, queryset=SESSION_ROWS))
        audit.viewed(self.actor, session.client, at=clock.now())
        return self.respond(session_out(session, at=clock.now()), version=session.version)


class SessionVerbApi(ApiView):
    """POST: one verb; those that change the session's state need If-Match."""

    def post(self, request: Request, session_id: UUID, verb: str) -> Response:
        """Do it."""
        session = load(Session, self.actor, Can.RUN_SESSION, session_id, queryset=SESSION_ROWS)
        if verb not in VERBS:
            raise Http404
        values = self.parsed(serializers.VERB_INPUT[verb])
        version = self.version() if VERBS[verb].versioned else None
        at = clock.now()
        VERBS[verb].do(session, values, Call(self.actor, at, version))
        fresh = queries.read_ahead(SESSION_ROWS.get(pk=session.pk))
        return self.respond(session_out(fresh, at=at), version=fresh.version)


class PassesApi(ApiView):
    """POST: place the points of a new pass."""

    def post(self, request: Request, session_id: UUID) -> Response:
        """Place."""
        session = load(Session, self.actor, Can.RUN_SESSION, session_id, queryset=SESSION_ROWS)
        demand_performer(session, self.actor)
        values = self.parsed(serializers.PassIn)
        row = place(session, values, Call(self.actor, clock.now()))
        return self.respond(pass_out(row), status=201, version=row.version)


class PassApi(ApiView):
    """PUT with If-Match: the new state of a pass."""

    def put(self, request: Request, session_id: UUID, pass_id: UUID) -> Response:
        """Replace the points."""
        session = load(Session, self.actor, Can.RUN_SESSION, session_id, queryset=SESSION_ROWS)
        demand_performer(session, self.actor)
        placed = session.passes.filter(pk=pass_id).first()
        if placed is None:
            raise Http404
        values = self.parsed(serializers.PassIn)
        row = place(session, values, Call(self.actor, clock.now(), self.version()), placed=placed)
        return self.respond(pass_out(row), version=row.version)


class ClientEventsApi(ApiView):
    """POST: report an adverse event of a client."""

    def post(self, request: Request, client_id: UUID) -> Response:
        """Report."""
        client = self.load(Client, Can.REPORT_EVENT, client_id)
        event = services.report_event(client, by=self.actor, at=clock.now(), **self.parsed(serializers.EventIn))
        body = {"id": str(event.id), "state": event.state, "version": event.version}
        return self.respond(body, status=201, version=event.version)


class EventEntriesApi(ApiView):
    """POST with If-Match: add an entry to an event."""

    def post(self, request: Request, event_id: UUID) -> Response:
        """Add."""
        event = self.load(AdverseEvent, Can.REPORT_EVENT, event_id)
        values = self.parsed(serializers.EntryIn)
        state = values.pop("state", None)
        entry = services.add_event_entry(
            event, detail=values, state=state, by=self.actor, at=clock.now(), version=self.version()
        )
        fresh = AdverseEvent.objects.get(pk=event.pk)
        body = {"id": str(entry.id), "state": entry.state, "version": fresh.version}
        return self.respond(body, status=201, version=fresh.version)


def lot_out(lot: Lot) -> dict[str, Any]:
    """A lot with its stock in packs."""
    return {
        "id": str(lot.id),
        "product": str(lot.product_id),
        "number": lot.number,
        "expires_on": lot.expires_on.isoformat(),
        "state": lot.state,
        "in_stock": str(lot.in_stock),
        "version": lot.version,
    }


class LotsApi(ApiView):
    """GET: lots with their stock. POST: receive a lot."""

    def get(self, request: Request) -> Response:
        """List."""
        return self.respond({"lots": [lot_out(line.lot) for line in queries.lots_of(self.actor, clock.now())]})

    def post(self, request: Request) -> Response:
        """Receive."""
        values = self.parsed(serializers.LotReceiveIn)
        product = self.load(Product, Can.READ_STOCK, values.pop("product"))
        site = self.load(Site, Can.MANAGE_STOCK, values.pop("site"))
        lot = services.receive_lot(product, site=site, by=self.actor, at=clock.now(), **values)
        return self.respond(lot_out(lot), status=201, version=lot.version)


class LotVerbApi(ApiView):
    """POST with If-Match: quarantine, release, recall."""

    def post(self, request: Request, lot_id: UUID, verb: str) -> Response:
        """Do it."""
        lot = self.load(Lot, Can.MANAGE_STOCK, lot_id)
        if verb not in LOT_VERBS:
            raise Http404
        values = self.parsed(serializers.LotStateIn)
        done = LOT_VERBS[verb](lot, by=self.actor, at=clock.now(), version=self.version(), **values)
        return self.respond(lot_out(done), version=done.version)
