"""How a person stands to evidence, as queries: the twin of `clinic.access.decide` for the tables of this app.

A person reads evidence because it is their own, because it was offered to them, because it waits for a qualified
countersigner of the centre, or because they sample it. Membership of the centre alone opens portfolios, not sessions.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from clinic.access import GRANTS, Can, Relation
from clinic.actors import Actor
from clinic.choices import Role
from evidence.choices import DecisionState


def centres(actor: Actor, can: Can, relation: Relation) -> frozenset[UUID]:
    """Organisations in which one of the person's roles is granted the verb under this relation."""
    if actor.kind != "staff":
        return frozenset()
    return frozenset(
        organisation_id
        for organisation_id, roles in actor.roles.items()
        if any(can in GRANTS.get((role, relation), frozenset()) for role in roles)
    )


def where(actor: Actor, can: Can, *, to_item: str = "", to_enrolment: str = "enrolment__") -> Q:
    """The rows on which the verb is allowed; `to_item` is the path from the row to its evidence item."""
    centre = f"{to_item}organisation_id__in"
    allowed = Q(**{centre: centres(actor, can, Relation.MEMBER) & sampling(actor)})
    allowed |= Q(**{centre: centres(actor, can, Relation.OWN), f"{to_item}{to_enrolment}learner_id": actor.staff_id})
    offered = centres(actor, can, Relation.OFFERED)
    allowed |= Q(**{centre: offered, f"{to_item}assessor_id": actor.staff_id})
    allowed |= Q(
        **{
            centre: offered & assessing(actor),
            f"{to_item}decisions__state": DecisionState.AWAITING_COUNTERSIGNATURE,
        }
    )
    allowed |= Q(**{f"{to_item}decisions__countersignature__signed_by_id": actor.staff_id, centre: offered})
    return allowed | Q(
        **{centre: centres(actor, can, Relation.SAMPLED), f"{to_item}decisions__samplings__iqa_id": actor.staff_id}
    )


def assessing(actor: Actor) -> frozenset[UUID]:
    """Organisations in which the person is an assessor."""
    return _holding(actor, Role.ASSESSOR)


def sampling(actor: Actor) -> frozenset[UUID]:
    """Organisations in which the person assures quality: only they see as members that evidence exists (SEC-A3)."""
    return _holding(actor, Role.IQA)


def _holding(actor: Actor, role: Role) -> frozenset[UUID]:
    return frozenset(organisation_id for organisation_id, roles in actor.roles.items() if role in roles)
