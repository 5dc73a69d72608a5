"""`visible_to` holds exactly the rows on which `decide` allows the verb, for every model that has it (decision 6).

Full enumeration: every kind of record that the matrix makes, of the own client, the colleague's, the other clinic and
the other centre, watched, decided, waiting, countersigned and sampled; every person of the world, people with several
roles or in several organisations, the client with the tablet, the system, and somebody without any role; every verb.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps

from clinic import access
from clinic.access import Allow, Can
from clinic.actors import SYSTEM, Actor
from clinic.choices import Role
from clinic.records import ClientQuerySet, ClientRecord, OrganisationQuerySet, Record
from evidence import services as evidence
from evidence.models import Decision
from tests.access.policy import WRITTEN
from tests.factories import NOW, World

pytestmark = pytest.mark.django_db
MODELS = [model for model in apps.get_models() if hasattr(model._default_manager.all(), "visible_to")]
PLAIN = {
    (OrganisationQuerySet.visible_to, Record.resource_for),
    (ClientQuerySet.visible_to, ClientRecord.resource_for),
}


def pair(model: Any) -> tuple[Any, Any]:
    """How a model finds its visible rows, and what it tells the policy."""
    return type(model._default_manager.all()).visible_to, model.resource_for


def kinds_of_verbs() -> list[Can]:
    """One verb of each row of the table: verbs that the same roles hold by the same relations are one kind."""
    kinds: dict[Any, Can] = {}
    for can in Can:
        kinds.setdefault(frozenset(cell for cell, verbs in WRITTEN.items() if can in verbs), can)
    return list(kinds.values())


def staff_actors(world: World) -> dict[str, Actor]:
    """Every person of the world, and people nobody planned for."""
    here, there = world.organisation.id, world.other_organisation.id
    learner, assessor, outsider = world.actor("learner"), world.actor("assessor"), world.actor("outsider")
    every = frozenset(Role)
    return {
        **{name: world.actor(name) for name in world.people},
        "learner of both clients": replace(learner, treating=frozenset({world.own.id, world.colleague.id})),
        "learner of a client elsewhere": replace(learner, treating=frozenset({world.other.id})),
        "learner and reception": replace(learner, roles={here: frozenset({Role.LEARNER, Role.RECEPTION})}),
        "assessor who is lead": replace(assessor, roles={here: frozenset({Role.ASSESSOR, Role.LEAD})}),
        "assessor elsewhere only": replace(assessor, roles={there: frozenset({Role.ASSESSOR})}),
        "reception here, lead there": replace(
            outsider, roles={here: frozenset({Role.RECEPTION}), there: frozenset({Role.LEAD})}
        ),
        "learner there, treating here": replace(learner, roles={there: frozenset({Role.LEARNER})}),
        "every role here": replace(outsider, roles={here: every}, treating=frozenset({world.own.id})),
        "no role": replace(outsider, roles={}, treating=frozenset({world.own.id, world.other.id})),
        "an empty role": replace(outsider, roles={here: frozenset()}),
    }


def other_actors(world: World) -> dict[str, Actor]:
    """Who is not a member of staff."""
    held = Actor(kind="client", client_id=world.own.id, handover_id=world.own.id, organisation_id=world.organisation.id)
    return {
        "client": held,
        "client of the other clinic": replace(held, client_id=world.other.id),
        "client with roles": replace(held, roles={world.organisation.id: frozenset(Role)}),
        "system": SYSTEM,
        "unknown kind": replace(held, kind="visitor", roles={world.organisation.id: frozenset(Role)}),
    }


@pytest.fixture(scope="module")
def scene(house: tuple[World, Any]) -> World:
    """The world with a countersigned and a returned decision besides the waiting and the effective ones."""
    world, _ = house
    waiting = Decision.objects.filter(state="awaiting_countersignature", organisation=world.organisation).first()
    evidence.countersign(waiting, action="agree", by=world.actor("assessor"), at=NOW)
    return world


def differences(model: Any, actors: dict[str, Actor], verbs: list[Can]) -> list[str]:
    """Where visible and allowed are not the same rows."""
    rows = list(model._default_manager.all())
    wrong = []
    for name, actor in actors.items():
        resources = {row.pk: row.resource_for(actor) for row in rows}
        for can in verbs:
            allowed = {pk for pk, resource in resources.items() if access.decide(actor, can, resource) == Allow()}
            visible = list(model._default_manager.visible_to(actor, can).values_list("pk", flat=True))
            if set(visible) != allowed or len(visible) != len(set(visible)):
                wrong.append(f"{name} {can}: visible {len(visible)}, allowed {len(allowed)}")
    return wrong


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_visible_is_what_is_allowed(model, scene):
    """SEC-A2 SEC-A8 SEC-A15 SEC-S3: and no row twice. Models with a way of their own are asked for every verb."""
    verbs = kinds_of_verbs() if pair(model) in PLAIN else list(Can)
    actors = staff_actors(scene) | other_actors(scene)
    assert differences(model, actors, verbs) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_model_with_a_way_of_its_own_has_rows_to_try(model, scene):
    """SEC-A15: a model without rows in this world must use a pair that is tried on other models."""
    assert pair(model) in PLAIN or model._default_manager.exists(), pair(model)
