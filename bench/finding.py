"""Runs inside the site (`manage.py shell`): fills the floor and names the addresses of a busy client."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bench.floor.models import Plain
from clinic import clock
from clinic.choices import Role
from clinic.models import Client, Membership, Visit
from config.demo.stage import seed

FLOOR_ROWS = 1000


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


def everything() -> dict[str, Any]:
    """All targets, and the practitioner who asks."""
    fill_floor()
    staff = Membership.objects.filter(role=Role.PRACTITIONER, until_on__isnull=True).select_related("staff").first()
    assert staff is not None
    client = busiest_client()
    targets = [
        target("client list (50 rows)", "/clients/", rows=50, aim=1.5),
        target("client's page and timeline", f"/clients/{client.id}/", rows=50),
        target("timeline, API", f"/api/v1/clients/{client.id}/timeline/", rows=50),
        target("today", "/", rows=20),
    ]
    return {"targets": targets, "email": staff.staff.email, "password": seed("people")["password"]}
