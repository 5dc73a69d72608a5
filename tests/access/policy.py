"""Judges of the permission policy: each raises AssertionError when `clinic.access` decides otherwise than written here.

They read nothing but the module and `policy.csv`, so that they can be run again against every mutant of the policy
(tests/access/mutants.py).
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from clinic import access
from clinic.access import Allow, Can, Deny, Relation, Resource
from clinic.actors import SYSTEM, Actor
from clinic.choices import Role
from clinic.models import Client

TABLE = Path(__file__).parent / "policy.csv"
HERE, ELSEWHERE = UUID(int=1), UUID(int=2)
PERSON, OWN, COLLEAGUES, FOREIGN = UUID(int=10), UUID(int=20), UUID(int=21), UUID(int=22)
HANDED = Actor(kind="client", client_id=OWN, handover_id=UUID(int=30), organisation_id=HERE)
CELLS = [(role, relation) for role in (*Role, access.HANDED_ROLE) for relation in Relation]


def written() -> dict[tuple[str, str], frozenset[Can]]:
    """The verbs of each role and relation, as the table lists them."""
    cells: dict[tuple[str, str], set[Can]] = {}
    with TABLE.open(encoding="utf-8") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            for role in row["roles"].split():
                cells.setdefault((role, row["relation"]), set()).add(Can(row["verb"]))
    return {cell: frozenset(verbs) for cell, verbs in cells.items()}


WRITTEN = written()


def listed_of(role: str) -> frozenset[Can]:
    """The verbs of a role under any relation."""
    return frozenset(can for (held, _), verbs in WRITTEN.items() if held == role for can in verbs)


def staff(*roles: Role, here: UUID = HERE, treating: frozenset[UUID] = frozenset()) -> Actor:
    """A member of staff with roles in one organisation."""
    return Actor(kind="staff", staff_id=PERSON, roles={here: frozenset(roles)}, treating=treating)


def subject(role: str) -> Actor:
    """Whoever has a role of the table."""
    return HANDED if role == access.HANDED_ROLE else staff(Role(role))


def allowed(actor: Actor, relations: frozenset[Relation], organisation_id: UUID = HERE) -> frozenset[Can]:
    """The verbs that `decide` allows."""
    resource = Resource(organisation_id, relations)
    return frozenset(can for can in Can if access.decide(actor, can, resource) == Allow())


def judge_cell(role: str, relation: Relation) -> None:
    """The verbs of one role under one relation; absence means denied, and the reason says which."""
    listed = WRITTEN.get((str(role), str(relation)), frozenset())
    for can in Can:
        found = access.decide(subject(role), can, Resource(HERE, frozenset({relation})))
        assert found == (Allow() if can in listed else Deny("not_granted")), (role, relation, can)


def judge_every_cell() -> None:
    """Role × relation × verb is exactly the table."""
    for role, relation in CELLS:
        judge_cell(role, relation)


def judge_no_relation() -> None:
    """An empty set of relations is nothing, never all."""
    for role in (*Role, access.HANDED_ROLE):
        for can in Can:
            assert access.decide(subject(role), can, Resource(HERE, frozenset())) == Deny("no_relation")


def judge_denials() -> None:
    """A denial wins over every grant; of several the first by name is given."""
    for role in (*Role, access.HANDED_ROLE):
        for can in Can:
            barred = Resource(HERE, frozenset(Relation), frozenset({"own_work", "a_hold"}))
            assert access.decide(subject(role), can, barred) == Deny("a_hold")


def judge_relations_add_up() -> None:
    """Several roles and several relations allow what one of them allows, and no more."""
    for first in Role:
        for second in Role:
            both = staff(first, second)
            listed = frozenset[Can]().union(
                *(WRITTEN.get((r, n), frozenset()) for r in (first, second) for n in Relation)
            )
            assert allowed(both, frozenset(Relation)) == listed, (first, second)


def judge_elsewhere() -> None:
    """A role in another organisation is no role here; nobody and the system are granted nothing by `decide`."""
    for role in Role:
        assert allowed(staff(role), frozenset(Relation), ELSEWHERE) == frozenset()
    nobody = (staff(), SYSTEM, replace(HANDED, kind="nobody"), replace(SYSTEM, roles={HERE: frozenset(Role)}))
    assert all(allowed(actor, frozenset(Relation)) == frozenset() for actor in nobody)
    every = Resource(None, frozenset(Relation))
    assert all(access.decide(staff(*Role), can, every) == Deny("not_granted") for can in Can)
    assert allowed(replace(HANDED, roles={HERE: frozenset(Role)}), frozenset({Relation.MEMBER})) == frozenset()


def judge_could() -> None:
    """At the door a verb passes when any role holds it under any relation; a client has only the client's verbs."""
    for role in (*Role, access.HANDED_ROLE):
        assert frozenset(can for can in Can if access.could(subject(role), can)) == listed_of(role), role
    two = Actor(
        kind="staff", staff_id=PERSON, roles={HERE: frozenset({Role.RECEPTION}), ELSEWHERE: frozenset({Role.IQA})}
    )
    assert access.could(two, Can.FIND_CLIENT)
    assert access.could(two, Can.SAMPLE_DECISIONS)
    assert not any(access.could(staff(), can) for can in Can)
    assert not access.could(replace(HANDED, roles={HERE: frozenset({Role.LEAD})}), Can.READ_CHART)


def judge_scope() -> None:
    """Everywhere by membership, else treated clients only; an empty scope is nothing."""
    for role in Role:
        for can in Can:
            found = access.scope(staff(role), can)
            member = can in WRITTEN.get((role, "member"), frozenset())
            treating = can in WRITTEN.get((role, "treating"), frozenset()) and not member
            assert found.everywhere == (frozenset({HERE}) if member else frozenset()), (role, can)
            assert found.treating == (frozenset({HERE}) if treating else frozenset()), (role, can)
            for relation in ("closed", "glass"):
                listed = can in WRITTEN.get((role, relation), frozenset())
                assert getattr(found, relation) == (frozenset({HERE}) if listed else frozenset()), (role, can)
    both = Actor(
        kind="staff", staff_id=PERSON, roles={HERE: frozenset({Role.LEARNER}), ELSEWHERE: frozenset({Role.LEAD})}
    )  # fmt: skip
    found = access.scope(both, Can.READ_CHART)
    assert (found.everywhere, found.treating) == (frozenset({ELSEWHERE}), frozenset({HERE}))
    empty = access.Scope(frozenset(), frozenset())
    for actor in (staff(), SYSTEM, HANDED, replace(HANDED, roles={HERE: frozenset(Role)})):
        assert all(access.scope(actor, can) == empty for can in Can)


def judge_relations_of_records() -> None:
    """Which relations hold: member by a role there, treating by an open care relation, handed by the very client."""
    learner, far = staff(Role.LEARNER, treating=frozenset({OWN, FOREIGN})), staff(Role.LEARNER, here=ELSEWHERE)
    member, treating = frozenset({Relation.MEMBER}), frozenset({Relation.MEMBER, Relation.TREATING})
    handed, none = frozenset({Relation.HANDED}), frozenset[Relation]()
    assert access.member_resource(learner, HERE) == Resource(HERE, member)
    assert access.member_resource(far, HERE) == Resource(HERE, none)
    assert access.member_resource(replace(HANDED, roles={HERE: frozenset(Role)}), HERE) == Resource(HERE, none)
    assert access.client_resource(learner, HERE, OWN) == Resource(HERE, treating)
    assert access.client_resource(learner, HERE, COLLEAGUES) == Resource(HERE, member)
    assert access.client_resource(learner, ELSEWHERE, FOREIGN) == Resource(ELSEWHERE, none)
    assert access.client_resource(replace(far, treating=frozenset({OWN})), HERE, OWN) == Resource(HERE, none)
    lead = replace(staff(Role.LEAD), closed=frozenset({OWN}), glass=frozenset({COLLEAGUES}))
    broken = replace(lead, glass=frozenset({OWN}))
    closed, glass = frozenset({Relation.CLOSED}), frozenset({Relation.CLOSED, Relation.GLASS})
    assert access.client_resource(lead, HERE, OWN) == Resource(HERE, closed)
    assert access.client_resource(lead, HERE, COLLEAGUES) == Resource(HERE, member)
    assert access.client_resource(broken, HERE, OWN) == Resource(HERE, glass)
    assert access.client_resource(broken, ELSEWHERE, OWN) == Resource(ELSEWHERE, none)
    assert access.client_resource(replace(broken, treating=frozenset({OWN})), HERE, OWN) == Resource(
        HERE, glass | {Relation.TREATING}
    )
    assert access.client_resource(HANDED, HERE, OWN) == Resource(HERE, handed)
    assert access.client_resource(HANDED, HERE, COLLEAGUES) == Resource(HERE, none)
    both = replace(HANDED, roles={HERE: frozenset(Role)}, treating=frozenset({OWN}))
    assert access.client_resource(both, HERE, OWN) == Resource(HERE, handed)


def refusal(actor: Actor, can: Can, record: Client) -> str:
    """What `require` raised: `404`, the reason of a refusal, or nothing."""
    try:
        access.require(actor, can, record)
    except Http404:
        return "404"
    except access.Refused as error:
        whole = isinstance(error, PermissionDenied) and (error.can, error.record, str(error)) == (
            can,
            record,
            error.reason,
        )
        return error.reason if whole else "a refusal that does not say what was refused"
    return ""


def judge_require() -> None:
    """Not yours is 404, yours but not allowed is refused with its reason, the system is not asked."""
    record = Client(id=OWN, organisation_id=HERE)
    assert refusal(staff(Role.PRACTITIONER), Can.READ_CHART, record) == ""
    assert refusal(staff(Role.RECEPTION), Can.READ_CHART, record) == "not_granted"
    assert refusal(staff(Role.PRACTITIONER, here=ELSEWHERE), Can.READ_CHART, record) == "404"
    assert refusal(staff(Role.LEARNER, treating=frozenset({OWN})), Can.READ_CHART, record) == ""
    assert refusal(staff(Role.LEARNER, treating=frozenset({COLLEAGUES})), Can.READ_CHART, record) == "not_granted"
    assert refusal(HANDED, Can.SIGN_HANDED, record) == ""
    assert refusal(replace(HANDED, client_id=COLLEAGUES), Can.SIGN_HANDED, record) == "404"
    assert refusal(SYSTEM, Can.READ_CHART, record) == ""


def judge_may() -> None:
    """The same as a yes or no."""
    record = Client(id=OWN, organisation_id=HERE)
    assert access.may(staff(Role.PRACTITIONER), Can.READ_CHART, record) is True
    assert access.may(staff(Role.RECEPTION), Can.READ_CHART, record) is False
    assert access.may(staff(Role.PRACTITIONER, here=ELSEWHERE), Can.READ_CHART, record) is False
    assert access.may(SYSTEM, Can.READ_CHART, record) is True


JUDGES: tuple[Callable[[], None], ...] = (
    judge_every_cell, judge_no_relation, judge_denials, judge_relations_add_up, judge_elsewhere, judge_could,
    judge_scope, judge_relations_of_records, judge_require, judge_may,
)  # fmt: skip
