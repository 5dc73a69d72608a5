"""The clients of the demo and their stories, told step by step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from clinic import photos
from clinic.errors import RuleRefused
from clinic.models import Client
from clinic.services import clients, visits
from config.demo import checking, consenting, consulting, treating
from config.demo.stage import Stage, photograph, seed


def build(stage: Stage) -> None:
    """Every client with the story of clients.yaml, the refused enquiry, and the other clinic's client."""
    data = seed("clients")
    for row in data["clients"]:
        _register(stage, row)
        for step in row["story"]:
            _play(stage, row, step)
    _refused_enquiry(stage, data["enquiry"])
    for row in data["other_clinic"]:
        with stage.scene(40, "10:00") as at:
            clients.create_client(
                stage.organisations[row["organisation"]],
                legal_name=row["legal_name"],
                birth_date=row["born"],
                phone=row["phone"],
                by=stage.actor(row["by"]),
                at=at,
            )


def person_of(row: dict[str, Any]) -> str:
    """Who treats this client."""
    return "learner" if row.get("learner") else "practitioner"


def _register(stage: Stage, row: dict[str, Any]) -> None:
    with stage.scene(row["registered"], "09:00") as at:
        names = ("legal_name", "known_as", "phone", "email", "sex", "needs", "language")
        values = {name: row[name] for name in names if name in row}
        client = clients.create_client(stage.home, birth_date=row["born"], by=stage.actor("reception"), at=at, **values)
        if row.get("learner"):
            clients.start_care(client, staff=stage.people["learner"], by=stage.actor("reception"), at=at)
    stage.clients[row["key"]] = client


def _play(stage: Stage, row: dict[str, Any], step: dict[str, Any]) -> None:
    client, by_key = stage.clients[row["key"]], person_of(row)
    if step["do"] == "consultation":
        consulting.play(stage, client, step, by_key=by_key, changes=row["answers"])
    elif step["do"] == "consent":
        consenting.play(stage, client, step, by_key=by_key)
    elif step["do"] == "course":
        treating.start(stage, client, step, by_key=by_key)
    elif step["do"] == "session":
        treating.play(stage, client, step, by_key=by_key)
    elif step["do"] == "patch_test":
        treating.patch_test(stage, client, step, by_key=by_key)
    elif step["do"] == "check_in":
        checking.play(stage, client, step, by_key=by_key)
    elif step["do"] == "photos":
        _photos(stage, client, step, by_key=by_key)
    else:
        _visit(stage, client, step, by_key=by_key)


def _photos(stage: Stage, client: Client, step: dict[str, Any], *, by_key: str) -> None:
    with stage.scene(step["days_ago"], step["at"]) as at:
        for name in step["names"]:
            photos.store(
                photograph(name),
                client=client,
                by=stage.actor(by_key),
                at=at,
                view="P03" if "left45" in name else "P01",
                stage=step["stage"],
            )


def _visit(stage: Stage, client: Client, step: dict[str, Any], *, by_key: str) -> None:
    """A booked visit, and how far it got."""
    with stage.scene(step["days_ago"] + 3, "12:00") as at:
        booked = visits.book_visit(
            client,
            site=stage.sites["quay"],
            practitioner=stage.people[by_key],
            kind=step["kind"],
            planned_at=stage.planned(step["days_ago"], step["at"]),
            planned_minutes=60 if step["kind"] == "consultation" else 45,
            by=stage.actor("reception"),
            at=at,
        )
    with stage.scene(step["days_ago"], step["at"]) as at:
        by = stage.actor("reception")
        for reached, move in MOVES.get(step.get("reached", ""), ()):
            booked = move(booked, by=by, at=min(at + timedelta(minutes=reached), stage.now))


MOVES: dict[str, tuple[tuple[int, Any], ...]] = {
    "arrived": ((0, visits.arrive),),
    "in_room": ((0, visits.arrive), (5, visits.into_room)),
    "done": ((0, visits.arrive), (5, visits.into_room), (35, visits.finish_visit)),
    "missed": ((20, visits.miss_visit),),
}


def _refused_enquiry(stage: Stage, row: dict[str, Any]) -> None:
    """A telephone enquiry of somebody under 18: refused, nothing recorded about them, the refusal in the log."""
    with stage.scene(row["days_ago"], "16:20") as at:
        today = stage.day(row["days_ago"])
        born = date(today.year - row["age_years"], 1, 15)
        try:
            clients.create_client(
                stage.home, legal_name=row["legal_name"], birth_date=born, by=stage.actor("reception"), at=at
            )
        except RuleRefused as refusal:
            if refusal.code == "under_18":
                return
            raise
        raise RuntimeError("The clinic accepted somebody under 18.")
