"""The policy: pure, deny by default, and exactly what `visible_to` shows (decision 6, SEC-A8, SEC-A15)."""

import uuid

import pytest

from clinic import access
from clinic.access import Allow, Can, Deny, Relation, Resource, decide
from clinic.actors import SYSTEM, Actor
from clinic.choices import Role
from clinic.models import Client

ORG, ELSEWHERE = uuid.uuid4(), uuid.uuid4()


def staff(*roles: Role, treating: frozenset = frozenset()) -> Actor:
    return Actor(kind="staff", staff_id=uuid.uuid4(), roles={ORG: frozenset(roles)}, treating=treating)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("can", list(Can))
def test_no_relation_means_nothing(role, can):
    """SEC-A15: an empty set of relations is nothing, never all."""
    assert decide(staff(role), can, Resource(ORG, frozenset())) == Deny("no_relation")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("can", list(Can))
def test_a_denial_wins_over_every_grant(role, can):
    resource = Resource(ORG, frozenset(Relation), frozenset({"own_work"}))
    assert decide(staff(role), can, resource) == Deny("own_work")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("can", list(Can))
def test_a_role_elsewhere_is_no_role_here(role, can):
    """SEC-A8."""
    assert isinstance(decide(staff(role), can, Resource(ELSEWHERE, frozenset(Relation))), Deny)


def test_nobody_without_a_role_may_do_anything():
    resource = Resource(ORG, frozenset(Relation))
    assert all(isinstance(decide(staff(), can, resource), Deny) for can in Can)


@pytest.mark.parametrize(
    ("role", "can", "allowed"),
    [
        (Role.RECEPTION, Can.READ_CONTACT, True),
        (Role.RECEPTION, Can.READ_CHART, False),
        (Role.RECEPTION, Can.READ_PHOTO, False),
        (Role.MANAGER, Can.READ_CHART, False),
        (Role.MANAGER, Can.READ_CONTACT, False),
        (Role.MANAGER, Can.MANAGE_STOCK, True),
        (Role.PRACTITIONER, Can.READ_CHART, True),
        (Role.PRACTITIONER, Can.OVERRIDE_FINDING, False),
        (Role.LEAD, Can.OVERRIDE_FINDING, True),
        (Role.PRESCRIBER, Can.OVERRIDE_FINDING, True),
        (Role.LEARNER, Can.READ_CHART, False),
        (Role.ASSESSOR, Can.READ_CHART, False),
        (Role.ASSESSOR, Can.READ_EVIDENCE, False),
        (Role.IQA, Can.DECIDE_EVIDENCE, False),
        (Role.PROTECTION, Can.READ_CHART, False),
        (Role.PROTECTION, Can.READ_LOG, True),
    ],
)
def test_what_a_member_may_do(role, can, allowed):
    """design.md 1 and decision 5: the manager never sees clinical content, reception no chart, an assessor
    only what is offered.
    """
    assert isinstance(decide(staff(role), can, Resource(ORG, frozenset({Relation.MEMBER}))), Allow) is allowed


def test_the_client_with_the_tablet_may_answer_and_sign_only():
    held = Actor(kind="client", client_id=uuid.uuid4(), handover_id=uuid.uuid4())
    resource = Resource(ORG, frozenset({Relation.HANDED}))
    assert {can for can in Can if isinstance(decide(held, can, resource), Allow)} == {
        Can.ANSWER_HANDED,
        Can.SIGN_HANDED,
    }


def test_no_verb_is_granted_by_a_relation_a_role_cannot_have():
    assert all(isinstance(grants, frozenset) for grants in access.GRANTS.values())
    assert {role for role, _ in access.GRANTS} == {*Role.values, access.HANDED_ROLE}


@pytest.mark.django_db
@pytest.mark.parametrize("can", list(Can))
def test_visible_to_is_the_twin_of_decide(world, can):
    """A client is visible for a verb exactly when the verb is allowed on it, for every person."""
    everyone = list(Client.objects.all())
    for name in world.people:
        actor = world.actor(name)
        visible = set(Client.objects.visible_to(actor, can).values_list("id", flat=True))
        allowed = {c.id for c in everyone if isinstance(decide(actor, can, c.resource_for(actor)), Allow)}
        assert visible == allowed, name
    assert not Client.objects.visible_to(SYSTEM, can).exists()


@pytest.mark.django_db
def test_a_learner_sees_the_clients_they_treat_and_no_others(world):
    """SEC-A2."""
    visible = Client.objects.visible_to(world.actor("learner"), Can.READ_CHART)
    assert [c.id for c in visible] == [world.own.id]
