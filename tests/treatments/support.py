"""How tests of treatments reach a state: through the real services."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from clinic import clock
from clinic.catalogue import services as catalogue_services
from clinic.choices import CredentialKind
from clinic.middleware import actor_of_handover
from clinic.services import handover, house
from consent import services as consent_services
from consent import wording
from consent.models import Consent
from consent.signatures import Signature
from tests.consultations import support as consultations
from tests.factories import NOW, World
from tests.replay import replayed
from treatments import geometry, library, services
from treatments.choices import Phase
from treatments.models import Course, Lot, Session

NEXT_YEAR = date(2027, 11, 1)
CURRENT_RANGE = {
    "mode": "iontophoresis", "parameter": "current_ma", "minimum": Decimal("0.1"), "maximum": Decimal(3),
}  # fmt: skip


@replayed
def make_standing(world: World, role: str = "practitioner") -> None:
    """Everything a treating person must have on file."""
    person, by = world.people[role], world.actor("manager")
    rows: tuple[tuple[str, dict[str, Any]], ...] = (
        (CredentialKind.REGISTRATION, {}),
        (CredentialKind.QUALIFICATION, {"level": 7}),
        (CredentialKind.INSURANCE, {}),
        (CredentialKind.BLS, {}),
        (CredentialKind.ANAPHYLAXIS, {}),
    )
    for kind, more in rows:
        house.add_credential(
            world.organisation, staff=person, kind=kind, title=str(kind), from_on=date(2026, 1, 1), until_on=NEXT_YEAR,
            verified_by=world.people["lead"], by=by, at=NOW, **more,
        )  # fmt: skip


@replayed
def make_house(world: World) -> None:
    """Content published, the kit checked, depth limits set."""
    consultations.open_world(world)
    house.check_kit(
        world.site, adrenaline_expires_on=NEXT_YEAR, is_complete=True, next_due_on=NEXT_YEAR,
        by=world.actor("practitioner"), at=NOW,
    )  # fmt: skip
    for technique in ("T01", "T02"):
        set_depth(world, technique)


def set_depth(world: World, technique: str) -> None:
    """The clinic's own row of a technique."""
    catalogue_services.set_depth_limit(
        world.organisation, technique=technique, level=5, depth_mm=Decimal("1.0"), source="Clinic's own decision",
        by=world.actor("lead"), at=NOW,
    )  # fmt: skip


def make_lot(world: World, product: Any, **changes: Any) -> Lot:
    """A lot in stock."""
    values: dict[str, Any] = {"number": "A100", "expires_on": NEXT_YEAR, "units": 5, **changes}
    return services.receive_lot(product, site=world.site, by=world.actor("practitioner"), at=NOW, **values)


def make_device(world: World, **changes: Any) -> Any:
    """An electro device in service."""
    values: dict[str, Any] = {
        "kind": "electro", "make": "Maker", "model": "Ion 2", "serial": "S-1", "modes": ["iontophoresis"],
        "electrode_cm2": Decimal(10), "serviced_on": date(2026, 6, 1), "safety_tested_on": date(2026, 6, 1),
        "ranges": [CURRENT_RANGE],
    }  # fmt: skip
    return catalogue_services.add_device(world.organisation, by=world.actor("lead"), at=NOW, **{**values, **changes})


def give_consent(world: World, plan: Any, *, role: str = "practitioner", permissions: bool | None = True) -> Any:
    """The consent of the client of a plan: told eight days ago, talked about and signed yesterday."""
    told, signed, by = NOW - timedelta(days=8), NOW - timedelta(days=1), world.actor(role)
    consent = consent_services.offer_consent(plan, performer=world.people[role], by=by, at=told)
    consent_services.record_conversation(
        consent, how="in_person", matters="Looking rested.", capacity={"doubt": False}, by=by, at=told
    )
    with clock.set_to(signed):
        _, token = handover.start_handover(plan.client, "consent", consent.id, by=by, at=signed)
        client = actor_of_handover(token)
        assert client is not None
        consent_services.sign_consent(
            consent,
            statements=wording.statement_ids(consent.snapshot),
            permissions=dict.fromkeys(wording.permission_codes(consent.snapshot), permissions),
            signature=Signature("typed", name="Amara Okafor"),
            text_digest=consent.text_digest,
            by=client,
            at=signed,
        )
    return Consent.objects.get(pk=consent.pk)


@replayed
def make_course(world: World, **plan: Any) -> Course:
    """A course of an agreed plan whose consent is given."""
    agreed = consultations.planned(world, **plan).plans.get()
    give_consent(world, agreed)
    return services.start_course(agreed, by=world.actor("practitioner"), at=NOW)


@replayed
def make_ready(world: World, *, is_house_made: bool = False, **plan: Any) -> Session:
    """A prepared session with every gate open."""
    if not is_house_made:
        make_house(world)
        make_standing(world)
    session = services.prepare_session(make_course(world, **plan), by=world.actor("practitioner"), at=NOW)
    get_ready(world, session)
    return fresh(session)


def get_ready(world: World, session: Session) -> None:
    """Do everything the gates ask of the treating person."""
    by = world.people[_role_of(world, session)]
    actor = world.actor(_role_of(world, session))
    assert by.id == session.practitioner_id
    for kind, outcome in (("consent", "yes"), ("capacity", "no_doubt"), ("answers", "unchanged")):
        services.confirm_today(session, kind=kind, outcome=outcome, by=actor, at=NOW)
    services.score_hazards(session, by=actor, at=NOW)
    tick_phase(session, Phase.PREPARATION, actor)
    product = session.course.plan.product
    if product is not None:
        lot = Lot.objects.filter(product=product).first() or make_lot(world, product)
        services.choose_lot(session, lot=lot, drawn_ml=Decimal(2), by=actor, at=NOW)
    if session.modality == "electro":
        services.choose_device(session, device=make_device(world), by=actor, at=NOW)
    services.screen_session(session, by=actor, at=NOW)


def _role_of(world: World, session: Session) -> str:
    return next(role for role, staff in world.people.items() if staff.id == session.practitioner_id)


def tick_phase(session: Session, phase: str, actor: Any) -> None:
    """Tick all items of a phase."""
    items = [
        item.id
        for row in library.checklists(session.checklists).values()
        for item in row.items
        if item.when == phase and item.applies(session.modality) and item.id != library.HAZARD_ITEM
    ]
    services.tick(session, items=items, phase=phase, by=actor, at=NOW)


def fresh(session: Session) -> Session:
    """The session as it stands."""
    return Session.objects.get(pk=session.pk)


@replayed
def make_started(world: World, **plan: Any) -> Session:
    """A running session."""
    session = make_ready(world, **plan)
    return services.start_session(session, by=world.actor("practitioner"), at=NOW)


def place(session: Session, world: World, zone: str = "forehead", **changes: Any) -> Any:
    """Points of one zone."""
    use = session.lot_uses.first()
    values: dict[str, Any] = {
        "zone": zone, "points": [point.row() for point in geometry.fill_zone(zone, 12)], "depth_mm": 0.8,
        "anatomy_digest": geometry.anatomy().digest, "volume_per_point_ml": 0.01, "lot": use.lot if use else None,
        "spacing_mm": 12.0, "by": world.actor("practitioner"), "at": NOW + timedelta(minutes=3),
    }  # fmt: skip
    return services.place_pass(session, **{**values, **changes})


@replayed
def make_finished(world: World, **plan: Any) -> Session:
    """A finished session with points, comfort and its checklist."""
    session, by = make_started(world, **plan), world.actor("practitioner")
    place(session, world)
    services.record_comfort(session, score=2, by=by, at=NOW + timedelta(minutes=4))
    tick_phase(session, Phase.TREATMENT, by)
    return services.finish_session(session, end_check={"bleeding_stopped": True}, by=by, at=NOW + timedelta(minutes=12))


@replayed
def make_signed(world: World, **plan: Any) -> Session:
    """A signed session, without its aftercare sheet (which is the next app's)."""
    session, by = make_finished(world, **plan), world.actor("practitioner")
    services.review_safety(session, waste=["KD01"], words="Nothing to change.", by=by, at=NOW + timedelta(minutes=15))
    return services.sign_session(session, by=by, at=NOW + timedelta(minutes=20))
