"""The house of the demo: organisations, people with their standing, content signed off, stock, devices."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from clinic import content, reading
from clinic.actors import SYSTEM
from clinic.catalogue import services as catalogue
from clinic.golive import services as golive
from clinic.models import Organisation
from clinic.services import house
from config.demo.stage import HOME, Stage, seed
from evidence import services as evidence
from evidence.services import CentreSettings
from treatments import services as treatments

OPENED_DAYS_AGO = 200
SUPERFICIAL_LIMIT_MM = Decimal("2.0")


def build(stage: Stage) -> None:
    """Everything that exists before the first client."""
    with stage.scene(OPENED_DAYS_AGO, "08:00") as at:
        _organisations(stage, at)
        _people(stage, at)
        _go_live(stage, at)
        _content(stage, at)
        _depths(stage, at)
    with stage.scene(100, "08:30") as at:
        _stock(stage, at)
        _devices(stage, at)
    for days_ago in (126, 98, 70, 42, 14, 0):
        with stage.scene(days_ago, "08:15") as at:
            _kits(stage, at)
    with stage.scene(5, "08:45") as at:
        _recall(stage, at)


def _organisations(stage: Stage, at: datetime) -> None:
    for row in seed("people")["organisations"]:
        made = house.create_organisation(
            name=row["name"], kind=row["kind"], country=row["country"], telephone=row["telephone"], by=SYSTEM, at=at
        )
        stage.organisations[row["key"]] = made
        for site in row["sites"]:
            stage.sites[site["key"]] = house.create_site(
                made, name=site["name"], address=site["address"], by=SYSTEM, at=at
            )


def _people(stage: Stage, at: datetime) -> None:
    data = seed("people")
    started = stage.day(OPENED_DAYS_AGO + 400)
    for row in data["people"]:
        person = house.create_staff(
            email=row["email"], name=row["name"], position=row["position"], password=data["password"], by=SYSTEM, at=at
        )
        stage.people[row["key"]] = person
        for role in row["roles"]:
            house.grant_role(
                stage.organisations[row["organisation"]], staff=person, role=role, from_on=started, by=SYSTEM, at=at
            )
    for row in data["people"]:
        for group in row["standing"]:
            for credential in data["standing"][group]:
                _credential(stage, row, credential, at)
    house.name_supervisor(
        stage.home,
        learner=stage.people["learner"],
        supervisor=stage.people["practitioner"],
        from_on=started,
        by=stage.actor("manager"),
        at=at,
    )


def _go_live(stage: Stage, at: datetime) -> None:
    """The same ceremony as everywhere; the copies of a demo key are not kept."""
    by = stage.actor("manager")
    for keeper in ("manager", "protection"):
        copy = golive.make_copy(stage.home, holder=stage.people[keeper].name, by=SYSTEM, at=at)
        golive.check_copy(stage.home, data=copy.data, phrase=copy.phrase, by=by, at=at)
    golive.open_clinic(stage.home, by=SYSTEM, at=at)


def _credential(stage: Stage, person: dict[str, Any], row: dict[str, Any], at: datetime) -> None:
    values = {key: value for key, value in row.items() if key != "hours"}
    if "hours" in row:
        values["hours"] = Decimal(row["hours"])
    house.add_credential(
        stage.organisations[person["organisation"]],
        staff=stage.people[person["key"]],
        verified_by=stage.people["manager"],
        from_on=stage.day(OPENED_DAYS_AGO + 60),
        until_on=stage.day(-300),
        by=SYSTEM,
        at=at,
        **values,
    )


def _content(stage: Stage, at: datetime) -> None:
    """The demo lead reviews every row that needs it and publishes; a new clinic would start with drafts."""
    by = stage.actor("lead")
    for kind in content.kinds():
        version = house.draft_content(stage.home, kind.name, content.shipped(kind.name), by=by, at=at)
        waiting = reading.unreviewed_rows(version)
        if waiting:
            house.review_content(version, waiting, by=by, at=at)
        house.publish_content(version, by=by, at=at)
    evidence.set_centre_reading(
        stage.home,
        settings=CentreSettings(superficial_limit_mm=SUPERFICIAL_LIMIT_MM, reassessment_counts=True),
        by=stage.actor("manager"),
        at=at,
    )


def _depths(stage: Stage, at: datetime) -> None:
    for row in seed("stock")["depth_limits"]:
        catalogue.set_depth_limit(
            stage.home,
            technique=row["technique"],
            level=row["level"],
            depth_mm=Decimal(row["depth_mm"]),
            source="Harbour policy 12, signed by the clinical lead",
            by=stage.actor("lead"),
            at=at,
        )


def _stock(stage: Stage, at: datetime) -> None:
    for row in seed("stock")["products"]:
        values = {key: value for key, value in row.items() if key != "key"}
        stage.products[row["key"]] = catalogue.create_product(stage.home, by=stage.actor("lead"), at=at, **values)
    for row in seed("stock")["lots"]:
        stage.lots[row["key"]] = treatments.receive_lot(
            stage.products[row["product"]],
            site=stage.sites[row["site"]],
            number=row["number"],
            expires_on=stage.day(-row["expires_in_days"]),
            units=row["units"],
            by=stage.actor("manager"),
            at=at,
        )


def _recall(stage: Stage, at: datetime) -> None:
    for row in seed("stock")["lots"]:
        if row.get("recall"):
            treatments.recall_lot(stage.lots[row["key"]], reason=row["recall"], by=stage.actor("manager"), at=at)


def _devices(stage: Stage, at: datetime) -> None:
    for row in seed("stock")["devices"]:
        values = {key: value for key, value in row.items() if not key.endswith("_days_ago")}
        values["serviced_on"] = stage.day(row["serviced_days_ago"])
        values["safety_tested_on"] = stage.day(row["tested_days_ago"])
        stage.devices.append(catalogue.add_device(stage.home, by=stage.actor("lead"), at=at, **values))


def _kits(stage: Stage, at: datetime) -> None:
    for key, site in stage.sites.items():
        house.check_kit(
            site,
            adrenaline_expires_on=(at + timedelta(days=210)).date(),
            is_complete=True,
            next_due_on=(at + timedelta(days=31)).date(),
            by=stage.actor("outsider" if key == "hillside" else "practitioner"),
            at=at,
        )


def is_built() -> bool:
    """Whether the demo clinic is there already."""
    names = [row["name"] for row in seed("people")["organisations"] if row["key"] == HOME]
    return Organisation.objects.filter(name__in=names).exists()
