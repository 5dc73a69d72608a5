"""Addresses of evidence for the access matrix."""

from __future__ import annotations

from typing import Any

from clinic.actors import SYSTEM
from clinic.choices import OrganisationKind, Role
from clinic.services import house
from evidence import services
from tests.evidence import sessions
from tests.evidence.support import Centre, decide, enrol, give_standing, make_centre, watch
from tests.factories import NOW, World, go_live, make_client, make_staff

ROLES = (Role.LEARNER, Role.ASSESSOR, Role.LEAD, Role.MANAGER, Role.IQA, Role.PROTECTION)


def far_world(world: World) -> World:
    """Another centre with a learner, an assessor and evidence of its own."""
    far = house.create_organisation(
        name="Far Centre", kind=OrganisationKind.BOTH, country="England", telephone="020 7946 0300", by=SYSTEM, at=NOW
    )
    people = {role.value: make_staff(f"Far {role.label}", f"{role}@far.example", far, role) for role in ROLES}
    people["assessor2"] = make_staff("Far Second", "assessor2@far.example", far, Role.ASSESSOR)
    site = house.create_site(far, name="Far Road", address="3 Far Road", by=SYSTEM, at=NOW)
    go_live(far)
    client = make_client(far, "Dora Distant", phone="07700 900103")
    return World(far, site, world.other_organisation, world.other_site, people, client, client, client)


def _evidence(centre: Centre, *, learner: str, client: str, assessor: str) -> dict[str, Any]:
    """A running session, one that is watched, one that is decided."""
    free = sessions.running(centre, learner=learner, client=client)
    watched = watch(centre, sessions.running(centre, learner=learner, client=client), assessor=assessor)
    session = sessions.running(centre, learner=learner, client=client)
    observation = watch(centre, session, assessor=assessor)
    sessions.sign(session)
    decision = decide(centre, observation)
    return {"enrolment": centre.enrolment, "session": free, "observation": watched, "decision": decision}


def _kwargs(parts: dict[str, Any], centre: Any) -> dict[str, dict[str, Any]]:
    enrolment, session = parts["enrolment"], parts["session"]
    return {
        "enrolment": {"enrolment_id": enrolment.id},
        "criterion": {"enrolment_id": enrolment.id, "criterion": "U4-4.9"},
        "session": {"enrolment_id": enrolment.id, "session_id": session.id},
        "observation": {"observation_id": parts["observation"].id},
        "item": {"item_id": parts["observation"].item_id},
        "decision": {"decision_id": parts["decision"].id},
        "sampling": {"sampling_id": parts["sampling"].id},
        "appeal": {"appeal_id": parts["appeal"].id},
        "centre": {"organisation_id": centre.id},
    }


KIND_BY_ROUTE = {
    "portfolio-detail": "enrolment", "portfolio-criterion": "criterion", "portfolio-entry": "enrolment",
    "observation-open": "session", "product-offer": "session", "observation-detail": "observation",
    "observation-mark": "observation", "observation-close": "observation", "evidence-detail": "item",
    "evidence-decide": "item", "decision-countersign": "decision", "feedback-detail": "decision",
    "decision-sample": "decision", "sampling-detail": "sampling", "sampling-countersign": "sampling",
    "sampling-record": "sampling", "sampling-report": "sampling", "decision-appeal": "decision",
    "appeal-detail": "appeal", "centre-detail": "centre", "centre-set": "centre",
}  # fmt: skip


def objects(world: World) -> dict[str, dict[str, dict[str, Any]]]:
    """For each route the address of the own, the colleague's and the other centre's record."""
    near, far = make_centre(world), make_centre(far_world(world))
    own = _evidence(near, learner="learner", client="own", assessor="assessor")
    beside = Centre(world, enrol(world, "learner2", "L-0002"))
    give_standing(world, world.people["iqa"], award="iqa_level4", kind="iqa_award")
    colleague = _evidence(beside, learner="learner2", client="colleague", assessor="assessor2")
    other = _evidence(far, learner="learner", client="own", assessor="assessor")
    iqa, far_iqa = near.actor("iqa"), far.actor("iqa")
    own["sampling"] = services.plan_sample(own["decision"], moment="interim", by=iqa, at=NOW)
    other["sampling"] = services.plan_sample(other["decision"], moment="interim", by=far_iqa, at=NOW)
    colleague["sampling"] = own["sampling"]
    for centre, parts in ((near, own), (far, other)):
        learner = centre.actor("learner")
        parts["appeal"] = services.appeal_decision(parts["decision"], reason="It was met.", by=learner, at=NOW)
    colleague["appeal"] = own["appeal"]
    sets = {
        "own": _kwargs(own, world.organisation),
        "colleague": _kwargs(colleague, world.organisation),
        "other": _kwargs(other, far.world.organisation),
    }
    return {
        name: {relation: kwargs[kind] for relation, kwargs in sets.items()}
        for route, kind in KIND_BY_ROUTE.items()
        for name in (route, f"api-{route}")
    }
