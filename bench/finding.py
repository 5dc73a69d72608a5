"""Runs inside the site (`manage.py shell`): fills the floor and names the addresses of a busy client."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bench.floor.models import Plain
from clinic import clock
from clinic.choices import Role
from clinic.middleware import actor_of_staff
from clinic.models import Client, Membership, Staff, Visit
from config.demo.stage import seed
from consultations.models import Consultation
from consultations.services import start_consultation
from treatments import library
from treatments.choices import Phase, SessionState
from treatments.models import Course, Session
from treatments.services import prepare_session

FLOOR_ROWS = 1000
ASKED, TREATED = "Gwenllian Pritchard", "Priya Raman"
TEXT_QUESTION = "id_emergency"


def fill_floor() -> None:
    """A thousand plain rows."""
    missing = FLOOR_ROWS - Plain.objects.count()
    now = clock.now()
    Plain.objects.bulk_create(
        Plain(
            name=f"Person Number {n}",
            phone=f"07700 9{n:05d}",
            born_on=date(1980, 1, 1) + timedelta(days=n),
            state="booked",
            at=now,
            note="n" * 200,
        )
        for n in range(max(0, missing))
    )


def target(name: str, path: str, *, rows: int, aim: float = 2.0, **extra: Any) -> dict[str, Any]:
    """One act in plain data."""
    plain = {"method": "GET", "body": None, "is_json": False, "headers": [], "writes": False}
    return {"name": name, "path": path, "rows": rows, "aim": aim, **plain, **extra}


def busiest_client() -> Client:
    """The client with most visits."""
    clients = list(Client.objects.filter(erased_at__isnull=True))
    return max(clients, key=lambda client: Visit.objects.filter(client=client).count())


def open_consultation(staff: Staff) -> Consultation:
    """A questionnaire asked aloud, begun in the bench's own copy unless the last run did."""
    client = Client.objects.get(pk=next(c.pk for c in Client.objects.all() if c.legal_name == ASKED))
    found = Consultation.objects.filter(client=client).first()
    return found or start_consultation(
        client,
        kind="full",
        practitioner=staff,
        asked_by="aloud",
        by=actor_of_staff(staff, device="bench"),
        at=clock.now(),
    )


def prepared_session(staff: Staff) -> Session:
    """The next session of a running course, prepared through the service unless the last run did."""
    client = next(c for c in Client.objects.all() if c.legal_name == TREATED)
    found = Session.objects.filter(client=client, state=SessionState.PREPARED).first()
    course = Course.objects.get(client=client)
    return found or prepare_session(course, by=actor_of_staff(staff, device="bench"), at=clock.now())


def saves(staff: Staff) -> list[dict[str, Any]]:
    """Readiness, questionnaire save, session save."""
    consultation, session = open_consultation(staff), prepared_session(staff)
    item = next(
        item.id
        for row in library.checklists(session.checklists).values()
        for item in row.items
        if item.when == Phase.PREPARATION and item.applies(session.modality) and item.id != library.HAZARD_ITEM
    )
    writing: dict[str, Any] = {"rows": 0, "aim": 3.0, "is_json": True, "writes": True}
    version = [("If-Match", str(consultation.response.version))]
    answers = {"answers": {TEXT_QUESTION: "Words {n}"}}
    path = f"/api/v1/sessions/{session.id}/"
    ticked = {"items": [item], "phase": str(Phase.PREPARATION), "note": "Note {n}"}
    reads = [
        target("session readiness, page", f"/sessions/{session.id}/", rows=20),
        target("session readiness, API", path, rows=20),
    ]
    return [
        *reads,  # before the ticks, for each tick adds a row to what they read
        target(
            "questionnaire save, API",
            f"/api/v1/consultations/{consultation.id}/answers/",
            method="PUT",
            body=answers,
            headers=version,
            **writing,
        ),
        target("session save (tick), API", f"{path}tick/", method="POST", body=ticked, **writing),
    ]


def everything() -> dict[str, Any]:
    """All targets, and the practitioner who asks."""
    fill_floor()
    client = busiest_client()
    working = Membership.objects.filter(role=Role.PRACTITIONER, until_on__isnull=True).select_related("staff")
    staff = working.filter(organisation=client.organisation_id).first()
    assert staff is not None
    targets = [
        target("client list (50 rows)", "/clients/", rows=50, aim=1.5),
        target("client's page and timeline", f"/clients/{client.id}/", rows=50),
        target("timeline, API", f"/api/v1/clients/{client.id}/timeline/", rows=50),
        target("today", "/", rows=20),
        *saves(staff.staff),
    ]
    return {"targets": targets, "email": staff.staff.email, "password": seed("people")["password"]}
