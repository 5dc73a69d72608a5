"""What treatments offer to the rest of the program: seals, timeline, readiness dots, export."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse

from clinic import providers, seals
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import VisitKind
from clinic.models import Client
from clinic.providers import Event
from treatments import library, queries
from treatments.choices import PatchResult, SessionState
from treatments.models import AdverseEvent, Course, OutcomeReview, PatchTest, Prescription, Session, StockMove
from treatments.queries.summary import sealed_payload, session_summary

TONES = {SessionState.SIGNED: "ok", SessionState.STOPPED: "caution", SessionState.CANCELLED: ""}


def register() -> None:
    """Called once when the program starts."""
    seals.register(Session, sealed_payload)
    providers.register_timeline(timeline)
    providers.register_export(export)
    providers.register_visit_readiness(visit_readiness)
    providers.register_treated(treated)


def treated(client: Client) -> Iterable[tuple[Any, datetime]]:
    """Plan and start of every session in which at least one pass or electro phase was recorded; one query."""
    done = Q(passes__isnull=False) | Q(phases__isnull=False)
    rows = Session.objects.for_client(client).filter(done, started_at__isnull=False).distinct()
    return [(row[0], row[1]) for row in rows.values_list("course__plan_id", "started_at")]


def timeline(client: Client, actor: Actor) -> Iterator[Event]:
    """Courses with their reviews, sessions, adverse events, patch tests and prescriptions of a client; one query for
    each kind whatever the number of rows.
    """
    courses = Course.objects.visible_to(actor, Can.READ_CHART).for_client(client)
    for course in courses.select_related("practitioner"):
        yield Event(
            at=course.recorded_at, kind="course", icon="signpost-split", detail=course.practitioner.name,
            title=f"Course laid out: {course.sessions_planned} sessions, {course.interval_days} days apart",
            url=reverse("course-detail", kwargs={"course_id": course.id}),
        )  # fmt: skip
    sessions = Session.objects.visible_to(actor, Can.READ_CHART).for_client(client)
    for row in sessions.select_related("practitioner", "planned"):
        number = f" {row.planned.number}" if row.planned else ""
        yield Event(
            at=row.started_at or row.prepared_at, kind="session", icon="clipboard2-pulse", detail=row.practitioner.name,
            title=f"Session{number}, {row.get_modality_display().lower()}: {row.get_state_display().lower()}",
            tone=TONES.get(SessionState(row.state), ""), url=reverse("session-detail", kwargs={"session_id": row.id}),
        )  # fmt: skip
    events = AdverseEvent.objects.visible_to(actor, Can.READ_CHART).for_client(client)
    for event in events:
        kind = library.shipped("adverse_events").kinds[event.kind]
        yield Event(
            at=event.occurred_at, kind="event", icon="exclamation-triangle", tone="stop",
            title=f"Adverse event: {kind.label}", detail=f"Grade {event.grade}, {event.get_state_display().lower()}",
        )  # fmt: skip
    yield from _reviews(client, actor)
    yield from _care(client, actor)


def _reviews(client: Client, actor: Actor) -> Iterator[Event]:
    for row in OutcomeReview.objects.visible_to(actor, Can.READ_CHART).for_client(client).select_related("reviewed_by"):
        reached = "aim reached" if row.detail["aim_reached"] else "aim not reached"
        yield Event(
            at=row.occurred_at, kind="review", icon="clipboard2-check", detail=row.reviewed_by.name,
            title=f"Outcome review: {reached}. {row.get_next_step_display()}",
            url=reverse("course-detail", kwargs={"course_id": row.course_id}),
        )  # fmt: skip


def _care(client: Client, actor: Actor) -> Iterator[Event]:
    url = reverse("client-tests", kwargs={"client_id": client.id})
    for test in queries.patch_tests_of(client, actor):
        shown = PatchResult(test.row.result)
        yield Event(
            at=test.row.read_at, kind="patch_test", icon="bandaid", url=url, detail=test.row.read_by.name,
            title=f"Patch test of {test.row.product.name}: {shown.label.lower()}",
            tone="stop" if shown == PatchResult.REACTION else "ok" if test.counts else "",
        )  # fmt: skip
    for row in queries.prescriptions_of(client, actor):
        yield Event(
            at=row.prescribed_at, kind="prescription", icon="prescription", url=url, detail=row.prescriber.name,
            title=f"Prescription: {row.product.name}, until {row.valid_until:%-d %b %Y}",
        )  # fmt: skip


def export(client: Client) -> Iterable[tuple[str, Any]]:
    """Everything of treatments in plain data."""
    for course in Course.objects.for_client(client).order_by("recorded_at"):
        yield (
            f"courses/{course.id}.json",
            {
                "state": course.state, "modality": course.modality, "technique": course.technique,
                "protocol": course.protocol, "sessions": course.sessions_planned, "interval_days": course.interval_days,
                "planned": [[row.number, row.due_on, row.earliest_on, row.latest_on] for row in course.planned.all()],
            },
        )  # fmt: skip
    for session in Session.objects.for_client(client).order_by("prepared_at"):
        points = {str(row.id): row.points for row in session.passes.all()}
        yield f"sessions/{session.id}.json", {**session_summary(session), "points": points}
    yield from _export_care(client)
    for event in AdverseEvent.objects.for_client(client).order_by("recorded_at"):
        entries = [{"at": row.occurred_at, "state": row.state, **row.detail} for row in event.entries.all()]
        yield f"events/{event.id}.json", {"kind": event.kind, "grade": event.grade, "entries": entries}


def _export_care(client: Client) -> Iterator[tuple[str, Any]]:
    """Outcome reviews, patch tests and prescriptions in plain data."""
    for review in OutcomeReview.objects.for_client(client).select_related("reviewed_by"):
        body = {"course": str(review.course_id), "at": review.occurred_at, "by": review.reviewed_by.name,
                "next": review.next_step, **review.detail}  # fmt: skip
        yield f"reviews/{review.id}.json", body
    for test in PatchTest.objects.for_client(client).select_related("product", "read_by"):
        body = {"product": test.product.name, "site": test.site, "placed_at": test.placed_at, "read_at": test.read_at,
                "result": test.result, "words": test.words, "by": test.read_by.name}  # fmt: skip
        yield f"patch_tests/{test.id}.json", body
    for row in Prescription.objects.for_client(client).select_related("product", "prescriber"):
        body = {"product": row.product.name, "prescriber": row.prescriber.name, "seen_at": row.seen_at,
                "valid_until": row.valid_until, **row.detail}  # fmt: skip
        yield f"prescriptions/{row.id}.json", body


def visit_readiness(visits: list[Any], at: datetime) -> dict[Any, dict[str, Any]]:
    """The stock dot and what comes next of session visits; a fixed number of queries for all visits."""
    wanted = [visit for visit in visits if visit.kind == VisitKind.SESSION]
    if not wanted:
        return {}
    clients = {visit.client_id for visit in wanted}
    courses = {
        row.client_id: row
        for row in Course.objects.filter(client_id__in=clients)
        .exclude(state__in=["completed", "stopped"])
        .select_related("plan")
        .only("client_id", "plan", "plan__product_id", "recorded_at")
        .order_by("recorded_at")
    }
    open_states = [SessionState.PREPARED, SessionState.STARTED, SessionState.PAUSED, SessionState.FINISHED]
    sessions = dict(Session.objects.filter(client_id__in=clients, state__in=open_states).values_list("client_id", "id"))
    stocked = _stocked({row.plan.product_id for row in courses.values()} - {None}, at)
    return {
        visit.id: _dots(visit, courses.get(visit.client_id), sessions.get(visit.client_id), stocked) for visit in wanted
    }


def _stocked(products: set[Any], at: datetime) -> set[Any]:
    rows = StockMove.objects.filter(lot__product_id__in=products, lot__state="usable", lot__expires_on__gte=at.date())
    left: dict[tuple[Any, Any], Decimal] = defaultdict(Decimal)
    for product_id, lot_id, units in rows.values_list("lot__product_id", "lot_id", "units"):
        left[product_id, lot_id] += units
    return {product_id for (product_id, _), units in left.items() if units > 0}


def _dots(visit: Any, course: Course | None, session_id: Any, stocked: set[Any]) -> dict[str, Any]:
    if course is None:
        return {"next": ("Lay out the course", reverse("client-courses", kwargs={"client_id": visit.client_id}))}
    dots: dict[str, Any] = {}
    if course.plan.product_id is not None:
        dots["stock"] = "ok" if course.plan.product_id in stocked else "block"
    if session_id is not None:
        dots["next"] = ("Open session", reverse("session-detail", kwargs={"session_id": session_id}))
    else:
        dots["next"] = ("Prepare session", reverse("course-detail", kwargs={"course_id": course.id}))
    return dots
