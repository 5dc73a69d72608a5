"""How tests of this app reach a state: through the real services."""

from __future__ import annotations

from datetime import date
from typing import Any

from clinic.actors import Actor
from clinic.choices import CredentialKind
from clinic.services import house
from consultations import example, library, rules, services
from consultations.models import Consultation, QuestionnaireResponse
from consultations.services.analysis import SkinFindings
from tests.factories import NOW, TODAY, World, publish_all
from tests.replay import replayed

PRE_CHECKS = tuple(check["id"] for check in library.shipped_instruments()["pre_checks"])
STAFF_ONLY = {"id_doc": "passport", "id_capacity": "yes"}


@replayed
def open_world(world: World) -> World:
    """The world with all content published."""
    publish_all(world.organisation, world.people["lead"])
    return world


def healthy(**changes: Any) -> dict[str, Any]:
    """Safe answers to every question, for a person who agrees with the client record of `world.own`."""
    answers = example.healthy_answers(library.shipped_questionnaire(), TODAY)
    answers |= {"id_name": "Amara Okafor", "id_known_as": "Amy", "id_dob": "1988-05-04", "id_contact": "07700 900100"}
    answers.pop("id_needs")
    answers.pop("id_emergency")
    answers.pop("id_sex")
    answers.pop("gp_name")
    return answers | {"id_emergency": "Ada", "id_sex": "female"} | changes


def start(world: World, **changes: Any) -> Consultation:
    """An open full consultation of `world.own` by the practitioner."""
    values: dict[str, Any] = {
        "kind": "full",
        "practitioner": world.people["practitioner"],
        "by": actor(world),
        "at": NOW,
    }
    return services.start_consultation(world.own, **{**values, **changes})


def actor(world: World, role: str = "practitioner") -> Actor:
    """The actor of a role."""
    return world.actor(role)


def saved(world: World, consultation: Consultation, **changes: Any) -> QuestionnaireResponse:
    """Its answers saved, all but the staff-only ones."""
    answers = {key: value for key, value in healthy(**changes).items() if key not in STAFF_ONLY}
    return services.save_answers(consultation.response, answers, by=actor(world), at=NOW)


@replayed
def answered(world: World, *, kind: str = "full", interest: str = "injection", **changes: Any) -> Consultation:
    """A consultation whose answers are confirmed and screened."""
    consultation = start(world, kind=kind, interest=interest)
    response = saved(world, consultation, **changes)
    response = services.submit_answers(response, by=actor(world), at=NOW)
    services.confirm_answers(response, STAFF_ONLY, by=actor(world), at=NOW)
    return Consultation.objects.get(pk=consultation.pk)


def skin(**changes: Any) -> SkinFindings:
    """A skin analysis: phototype II by score and eye."""
    values: dict[str, Any] = {
        "phototype_items": {f"fst_{number}": 1 for number in range(1, 11)}, "clinician_type": 2, "glogau": 2,
        "pre_checks": PRE_CHECKS,
        "zones": {scale: dict.fromkeys(("forehead", "cheeks", "chin"), 1) for scale in ("PORE", "TEXTURE", "TONE")},
    }  # fmt: skip
    return SkinFindings(**{**values, **changes})


def conclusion(**changes: Any) -> rules.Conclusion:
    """What stands before a decision: two methods, a summary, nothing open, realistic expectations."""
    values: dict[str, Any] = {
        "summary": "Dull, dry skin; no reason against treatment.",
        "methods": {"questioning": "Well, no medicines.", "examination": "Dry over the cheeks."},
        "expectation": "realistic",
    }
    return rules.Conclusion(**{**values, **changes})


def decide(world: World, consultation: Consultation, kind: str = "suitable", **changes: Any) -> Any:
    """A decision with its conclusion."""
    values: dict[str, Any] = {"reason": "No stop, realistic aims.", "conclusion": conclusion(), **changes}
    return services.decide(consultation, kind=kind, by=actor(world), at=NOW, **values)


def decision_form(**changes: Any) -> dict[str, Any]:
    """A posted decision page."""
    values: dict[str, Any] = {
        "kind": "suitable", "reason": "Fine.", "summary": "Dry skin.", "expectation": "realistic",
        "method_questioning": "on", "showed_questioning": "Well.",
    }  # fmt: skip
    return {**values, **changes}


def decision_body(**changes: Any) -> dict[str, Any]:
    """A decision as programs send it."""
    values: dict[str, Any] = {
        "kind": "suitable", "reason": "Fine.", "summary": "Dry skin.", "expectation": "realistic",
        "methods": {"questioning": "Well."},
    }  # fmt: skip
    return {**values, **changes}


@replayed
def decided(world: World, **changes: Any) -> Consultation:
    """A consultation with analysis and the decision suitable."""
    consultation = answered(world, **changes)
    services.record_skin_analysis(consultation, skin(), by=actor(world), at=NOW)
    decide(world, consultation)
    return Consultation.objects.get(pk=consultation.pk)


def make_product(world: World, ingredients: tuple[str, ...] = ("I01",), **values: Any) -> Any:
    """A product of the clinic, made through the catalogue's service."""
    from clinic.catalogue import services as products

    data = {"name": f"Product {'-'.join(ingredients)}", "maker": "Maker", "legal": "device", "labelled_areas": ["face"]}
    rows = [{"id": name} for name in ingredients]
    return products.create_product(
        world.organisation, ingredients=rows, by=world.actor("lead"), at=NOW, **{**data, **values}
    )


PLAN = {
    "modality": "injection", "technique": "T01", "zones": ["forehead", "cheek_left"], "protocol": "L01", "sessions": 3,
    "interval_days": 14,
}  # fmt: skip


@replayed
def planned(world: World, **changes: Any) -> Consultation:
    """A consultation with an agreed plan."""
    consultation = decided(world)
    plan = services.draft_plan(
        consultation, product=make_product(world), by=actor(world), at=NOW, **{**PLAN, **changes}
    )
    services.agree_plan(plan, agreed_with="Amara Okafor", by=actor(world), at=NOW)
    return Consultation.objects.get(pk=consultation.pk)


def insure(world: World, role: str = "practitioner", **changes: Any) -> Any:
    """Indemnity insurance of a person, for everything, this year."""
    values = {"from_on": date(2026, 1, 1), "until_on": date(2026, 12, 31), "title": "Indemnity", **changes}
    by = world.actor("manager")
    return house.add_credential(
        world.organisation, staff=world.people[role], kind=CredentialKind.INSURANCE, by=by, at=NOW, **values
    )


@replayed
def signed(world: World) -> Consultation:
    """A signed consultation."""
    insure(world)
    return services.sign_consultation(planned(world), summary="Well.", by=actor(world), at=NOW)
