"""The named people and clients of every test, made through the real services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from clinic import content
from clinic.actors import SYSTEM, Actor
from clinic.choices import OrganisationKind, Role
from clinic.golive import services as golive
from clinic.middleware import actor_of_staff
from clinic.models import Client, Organisation, Site, Staff
from clinic.reading import unreviewed_rows
from clinic.services import clients, house
from tests.replay import replayed

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
LONG_AGO = date(2024, 1, 1)
PASSWORD = "kzxw-9471-vqjy-8265"


@dataclass
class World:
    """Clinic A (also a centre) with a person for each role, clinic B next door, and a client of each kind.

    `own` is treated by `people["practitioner"]` and `people["learner"]`; `colleague` by others; `other`
    belongs to clinic B.
    """

    organisation: Organisation
    site: Site
    other_organisation: Organisation
    other_site: Site
    people: dict[str, Staff]
    own: Client
    colleague: Client
    other: Client
    extra: dict[str, Any] = field(default_factory=dict)

    def actor(self, role: str) -> Actor:
        """The actor of a person by role name (`practitioner`, `colleague`, `learner`, `learner2`, `outsider`, …)."""
        return actor_of_staff(self.people[role])


def make_staff(name: str, email: str, organisation: Organisation, *roles: str) -> Staff:
    """A person with roles since long ago."""
    staff = house.create_staff(email=email, name=name, position=roles[0], password=PASSWORD, by=SYSTEM, at=NOW)
    for role in roles:
        house.grant_role(organisation, staff=staff, role=role, from_on=LONG_AGO, by=SYSTEM, at=NOW)
    return staff


def make_client(
    organisation: Organisation, name: str, *, born: str = "1988-05-04", by: Actor = SYSTEM, **extra: Any
) -> Client:
    """A client, made through the service."""
    values = {"phone": "07700 900100", **extra}
    return clients.create_client(organisation, legal_name=name, birth_date=born, by=by, at=NOW, **values)


def go_live(organisation: Organisation) -> None:
    """Through the key ceremony and the opening, as a manager would."""
    for keeper in ("First Keeper", "Second Keeper"):
        copy = golive.make_copy(organisation, holder=keeper, by=SYSTEM, at=NOW)
        golive.check_copy(organisation, data=copy.data, phrase=copy.phrase, by=SYSTEM, at=NOW)
    golive.open_clinic(organisation, by=SYSTEM, at=NOW)


@replayed
def make_world() -> World:
    """Everybody."""
    clinic = house.create_organisation(
        name="Harbour Skin", kind=OrganisationKind.BOTH, country="England", telephone="020 7946 0100", by=SYSTEM, at=NOW
    )
    other = house.create_organisation(
        name="Hill Clinic",
        kind=OrganisationKind.CLINIC,
        country="England",
        telephone="020 7946 0200",
        by=SYSTEM,
        at=NOW,
    )
    site = house.create_site(clinic, name="Quay Street", address="1 Quay Street", by=SYSTEM, at=NOW)
    other_site = house.create_site(other, name="Hill Road", address="2 Hill Road", by=SYSTEM, at=NOW)
    people = {role.value: make_staff(f"{role.label} Person", f"{role}@a.example", clinic, role) for role in Role}
    people["colleague"] = make_staff("Colleague Person", "colleague@a.example", clinic, Role.PRACTITIONER)
    people["learner2"] = make_staff("Second Learner", "learner2@a.example", clinic, Role.LEARNER)
    people["assessor2"] = make_staff("Second Assessor", "assessor2@a.example", clinic, Role.ASSESSOR)
    people["outsider"] = make_staff("Outsider Person", "outsider@b.example", other, Role.PRACTITIONER)
    running = (Role.MANAGER, Role.LEAD, Role.PROTECTION)
    people["far_manager"] = make_staff("Far Manager", "far-manager@b.example", other, *running)
    go_live(clinic)
    go_live(other)
    own = make_client(clinic, "Amara Okafor", known_as="Amy", email="amara@client.example")
    colleague = make_client(clinic, "Bronwen Pryce", phone="07700 900101")
    stranger = make_client(other, "Chloe Stranger", phone="07700 900102")
    clients.start_care(own, staff=people["learner"], by=SYSTEM, at=NOW)
    clients.start_care(colleague, staff=people["learner2"], by=SYSTEM, at=NOW)
    house.name_supervisor(
        clinic, learner=people["learner"], supervisor=people["practitioner"], from_on=LONG_AGO, by=SYSTEM, at=NOW
    )
    return World(clinic, site, other, other_site, people, own, colleague, stranger)


@replayed
def publish_all(organisation: Organisation, lead: Staff) -> None:
    """Sign every row of the shipped content and publish it, as the clinical lead would."""
    by = actor_of_staff(lead)
    for kind in content.kinds():
        version = house.draft_content(organisation, kind.name, content.shipped(kind.name), by=by, at=NOW)
        rows = unreviewed_rows(version)
        if rows:
            house.review_content(version, rows, by=by, at=NOW)
        house.publish_content(version, by=by, at=NOW)
