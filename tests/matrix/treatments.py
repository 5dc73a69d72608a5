"""Addresses of treatments for the access matrix. Rows are saved as they are: only who may open them is at stake."""

from __future__ import annotations

from datetime import date
from typing import Any

from clinic.catalogue.models import Product
from consultations.models import Consultation, ServicePlan
from tests.factories import NOW, World
from treatments.geometry import anatomy
from treatments.models import AdverseEvent, Course, Lot, Pass, PlannedSession, Session


def _course(client: Any, practitioner: Any) -> Course:
    whose = {"organisation_id": client.organisation_id, "client": client}
    consultation = Consultation(**whose, kind="full", practitioner=practitioner, started_at=NOW)
    consultation.save()
    plan = ServicePlan(
        **whose, consultation=consultation, modality="injection", technique="T01", zones=["forehead"], protocol="L01",
        sessions=3,
    )  # fmt: skip
    plan.save()
    course = Course(
        **whose, plan=plan, practitioner=practitioner, modality="injection", technique="T01", protocol="L01",
        sessions_planned=3, interval_days=14, earliest_days=10, latest_days=21, min_days=7, starts_on=NOW.date(),
    )  # fmt: skip
    course.save()
    day = NOW.date()
    PlannedSession(**whose, course=course, number=1, due_on=day, earliest_on=day, latest_on=day).save()
    return course


def _session(course: Course) -> Session:
    session = Session(
        organisation_id=course.organisation_id, client_id=course.client_id, course=course,
        planned=course.planned.first(), consultation=course.plan.consultation, practitioner=course.practitioner,
        modality="injection", technique="T01", protocol="L01", prepared_at=NOW, zones=["forehead"],
    )  # fmt: skip
    session.save()
    return session


def _pass(session: Session) -> Pass:
    row = Pass(
        organisation_id=session.organisation_id, client_id=session.client_id, session=session, position=1,
        technique="T01", zone="forehead", anatomy_format="anatomy-map/1", anatomy_digest=anatomy().digest,
        occurred_at=NOW,
    )  # fmt: skip
    row.save()
    return row


def _event(client: Any) -> AdverseEvent:
    event = AdverseEvent(organisation_id=client.organisation_id, client=client, kind="E04", grade=1, occurred_at=NOW)
    event.save()
    return event


def _lot(organisation: Any, site: Any) -> Lot:
    product = Product(organisation=organisation, name="Matrix serum", maker="Maker")
    product.save()
    lot = Lot(
        organisation=organisation, product=product, site=site, number="M1", expires_on=date(2028, 1, 1),
        received_on=NOW.date(),
    )  # fmt: skip
    lot.save()
    return lot


def objects(world: World) -> dict[str, dict[str, dict[str, Any]]]:
    """For each route the address of the own, the colleague's and the other clinic's record."""
    whose = {
        "own": (world.own, world.people["practitioner"]),
        "colleague": (world.colleague, world.people["colleague"]),
        "other": (world.other, world.people["outsider"]),
    }
    clients = {key: {"client_id": client.id} for key, (client, _) in whose.items()}
    courses = {key: _course(client, person) for key, (client, person) in whose.items()}
    by_course = {key: {"course_id": course.id} for key, course in courses.items()}
    sessions = {key: _session(course) for key, course in courses.items()}
    by_session = {key: {"session_id": session.id} for key, session in sessions.items()}
    passes = {key: {"session_id": s.id, "pass_id": _pass(s).id} for key, s in sessions.items()}
    verbs = {key: {"session_id": session.id, "verb": "pause"} for key, session in sessions.items()}
    events = {key: {"event_id": _event(client).id} for key, (client, _) in whose.items()}
    here, there = _lot(world.organisation, world.site), _lot(world.other_organisation, world.other_site)
    lots = {
        key: {"lot_id": lot.id, "verb": "quarantine"}
        for key, lot in (("own", here), ("colleague", here), ("other", there))
    }
    of_client = (
        "client-courses", "client-sessions", "client-tests", "patch-test-record", "prescription-record",
        "api-patch-tests", "api-prescriptions", "api-client-courses", "api-client-events",
    )  # fmt: skip
    of_course = (
        "course-detail", "course-stop", "course-review", "course-maintenance", "course-book", "session-prepare",
        "api-course-stop", "api-course-review", "api-course-maintenance", "api-course-book", "api-session-prepare",
    )  # fmt: skip
    of_session = ("session-detail", "api-session-detail", "api-pass-create")
    return {
        **dict.fromkeys(of_client, clients),
        **dict.fromkeys(of_course, by_course),
        **dict.fromkeys(of_session, by_session),
        **dict.fromkeys(("session-verb", "api-session-verb"), verbs),
        **dict.fromkeys(("lot-verb", "api-lot-verb"), lots),
        "api-pass-update": passes,
        "api-event-entry": events,
    }
