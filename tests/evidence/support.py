"""A centre with learners, assessors and quality assurers whose standing is in order, made through the real services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from clinic import content, reading
from clinic.actors import SYSTEM, Actor
from clinic.models import Client, Staff
from clinic.services import house
from evidence import services
from evidence.choices import How, Outcome
from evidence.models import Decision, Enrolment, Observation
from evidence.services import CentreSettings, Judgement
from tests.factories import LONG_AGO, NOW, World, make_world
from tests.replay import replayed

GOOD = Judgement(is_valid=True, is_authentic=True, is_current=True, is_sufficient=True)
LIMIT = Decimal("2.0")


@dataclass
class Centre:
    """The world and its evidence side: a verified learner, `assessor` qualified, `assessor2` trainee, IQA qualified."""

    world: World
    enrolment: Enrolment

    def actor(self, role: str) -> Actor:
        """The actor of a person."""
        return self.world.actor(role)


def give_standing(
    world: World, staff: Staff, *, award: str = "", kind: str = "assessing_award", **without: Any
) -> None:
    """Insurance, certificates, CPD, experience in both modalities, and an award that is held."""
    rows: list[dict[str, Any]] = [
        {"kind": "insurance", "title": "Indemnity"},
        {"kind": "first_aid", "title": "First Aid at Work"},
        {"kind": "bls", "title": "Basic Life Support"},
        {"kind": "anaphylaxis", "title": "Anaphylaxis"},
        {"kind": "qualification", "title": "Level 5 in a related sector", "level": 5},
        {"kind": "cpd", "title": "Skin course", "hours": Decimal(32)},
        {"kind": "experience", "title": "Two years", "covers": ["injection", "electro"]},
    ]
    if award:
        rows.append({"kind": kind, "title": "Award", "covers": [award]})
    for row in rows:
        if row["kind"] not in without.get("missing", ()):
            house.add_credential(
                world.organisation,
                staff=staff,
                verified_by=world.people["manager"],
                from_on=LONG_AGO,
                by=SYSTEM,
                at=NOW,
                **row,
            )  # fmt: skip


@replayed
def publish_pack(world: World) -> None:
    """The pack and the glossary, signed off by the lead."""
    by = world.actor("lead")
    for name in ("qualification_pack", "command_words"):
        version = house.draft_content(world.organisation, name, content.shipped(name), by=by, at=NOW)
        rows = reading.unreviewed_rows(version)
        if rows:
            house.review_content(version, rows, by=by, at=NOW)
        house.publish_content(version, by=by, at=NOW)


@replayed
def make_centre(world: World | None = None) -> Centre:
    """A world whose clinic is a centre in working order."""
    world = world or make_world()
    publish_pack(world)
    give_standing(world, world.people["assessor"], award="assess_competence")
    give_standing(world, world.people["assessor2"], award="assess_principles")
    give_standing(world, world.people["iqa"], award="iqa_v1", kind="iqa_award")
    services.set_centre_reading(
        world.organisation, settings=CentreSettings(superficial_limit_mm=LIMIT), by=world.actor("manager"), at=NOW
    )
    enrolment = enrol(world, "learner", "L-0001")
    return Centre(world, enrolment)


def enrol(world: World, role: str, number: str, *, verified: bool = True) -> Enrolment:
    """A learner, registered and (unless told otherwise) verified."""
    by = world.actor("manager")
    enrolment = services.enrol_learner(
        world.organisation,
        learner=world.people[role],
        student_number=number,
        enrolled_on=NOW.date(),
        by=by,
        at=NOW,
    )
    if verified:
        keys = [key for key, _ in content.parsed(enrolment.pack).entry]
        enrolment = services.verify_entry(enrolment, seen=keys, by=by, at=NOW)
    return enrolment


def all_met(enrolment: Enrolment) -> dict[str, str]:
    """Every practical criterion met."""
    pack = content.parsed(enrolment.pack)
    return {criterion.key: Outcome.MET.value for criterion in pack.criteria if criterion.is_practical}


def watch(centre: Centre, session: Any, *, assessor: str = "assessor", at: datetime = NOW) -> Observation:
    """An assessor opens the observation of a running session."""
    return services.open_observation(
        session, enrolment=centre.enrolment, how=How.IN_PERSON, by=centre.actor(assessor), at=at
    )


def decide(
    centre: Centre, observation: Observation, *, marks: dict[str, str] | None = None, at: datetime = NOW
) -> Decision:
    """Close the observation and decide, everything met unless told otherwise."""
    by = actor_of(centre, observation.assessor_id)
    if observation.closed_at is None:
        services.close_observation(observation, by=by, at=at)
    observation.item.refresh_from_db()
    return services.decide(
        observation.item,
        marks=marks if marks is not None else all_met(centre.enrolment),
        judgement=GOOD,
        comments="Calm, even, well explained.",
        further_actions="Read the disposal policy again.",
        by=by,
        at=at + timedelta(minutes=5),
    )


def actor_of(centre: Centre, staff_id: UUID) -> Actor:
    """The actor of a person by id."""
    role = next(role for role, staff in centre.world.people.items() if staff.id == staff_id)
    return centre.actor(role)


def client_of(centre: Centre) -> Client:
    """The client the learner treats."""
    return centre.world.own
