"""Electro sessions, lots, courses and adverse events."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from clinic import clock
from clinic.errors import InvalidValue, RuleRefused, StaleRecord, TransitionRefused
from consultations import services as steps
from consultations.queries import latest_run, open_findings
from tests.consultations import support as consultations
from tests.factories import NOW, World
from tests.treatments import support
from treatments import queries, services
from treatments.choices import Phase
from treatments.models import Session
from treatments.queries.lists import course_view

LATER = NOW + timedelta(minutes=5)
ELECTRO = {"modality": "electro", "technique": "T14", "protocol": "L15", "zones": ["forehead", "cheek_left"]}
SETTING = {"area_cm2": 10, "current_ma": 1.0, "minutes": 5, "polarity": "negative"}


@pytest.fixture
def electro(world: World) -> Session:
    """A running electro session."""
    support.make_house(world)
    support.make_standing(world)
    session = make_electro(world)
    clear_all(world, session)
    return services.start_session(support.fresh(session), by=world.actor("practitioner"), at=NOW)


def make_electro(world: World) -> Session:
    """A prepared electro session; its patch test is still to come."""
    product = consultations.make_product(world, labelled_for_electro=True, polarity="negative", name="Serum")
    consultation = consultations.decided(world, interest="electro")
    by = world.actor("practitioner")
    plan = steps.draft_plan(consultation, product=product, sessions=5, interval_days=7, by=by, at=NOW, **ELECTRO)
    plan = steps.agree_plan(plan, agreed_with="Amara Okafor", by=by, at=NOW)
    support.give_consent(world, plan)
    course = services.start_course(plan, by=by, at=NOW)
    session = services.prepare_session(course, by=by, at=NOW)
    support.get_ready(world, session)
    return support.fresh(session)


def clear_all(world: World, session: Session) -> None:
    """What the rules still ask of an electro session (a patch test), overridden by the lead with a reason."""
    run = latest_run(session.consultation, subject_id=session.id)
    for finding in open_findings(world.own, run):
        if finding.is_blocking:
            steps.clear_finding(
                run, rule=finding.rule, seen="patch_test", reason="Patch test calm.", by=world.actor("lead"), at=NOW
            )


def test_a_phase_keeps_its_computed_density(world: World, electro: Session) -> None:
    by = world.actor("practitioner")
    phase = services.record_phase(electro, mode="iontophoresis", setting=SETTING, by=by, at=LATER)
    assert phase.setting["current_density_ma_cm2"] == 0.1
    assert phase.setting["dose_ma_min"] == 5
    services.check_skin(phase, seen="calm", by=by, at=LATER)
    services.record_comfort(electro, score=1, by=by, at=LATER)
    support.tick_phase(electro, Phase.TREATMENT, by)
    finished = services.finish_session(electro, by=by, at=LATER)
    assert queries.session_summary(finished)["phases"][0]["polarity"] == "negative"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"current_ma": 4.5, "area_cm2": 30}, "beyond_limit"),
        ({"current_ma": 3.5, "area_cm2": 30}, "beyond_limit"),
        ({"current_ma": 2.5, "area_cm2": 20}, "reason_required"),
        ({"current_ma": 2.0, "area_cm2": 5, "reason": "x"}, ""),
        ({"current_ma": 2.9, "area_cm2": 5}, "beyond_limit"),
        ({"polarity": "positive"}, "reason_required"),
    ],
)
def test_guard_rails_hold(world: World, electro: Session, changes: dict[str, Any], code: str) -> None:
    """RULE-R056: soft limits ask a reason, hard limits and the device's range refuse."""
    values = {
        "mode": "iontophoresis",
        "setting": {**SETTING, **changes},
        "by": world.actor("practitioner"),
        "at": LATER,
    }
    use = electro.lot_uses.get()
    if not code:
        assert services.record_phase(electro, lot=use.lot, **values).setting["warnings"]
        return
    with pytest.raises(RuleRefused) as refusal:
        services.record_phase(electro, lot=use.lot, **values)
    assert refusal.value.code == code


@pytest.mark.parametrize("changes", [{"minutes": 0}, {"area_cm2": 0}, {"polarity": "sideways"}])
def test_nonsense_in_a_phase_is_named(world: World, electro: Session, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        services.record_phase(
            electro, mode="iontophoresis", setting={**SETTING, **changes}, by=world.actor("practitioner"), at=LATER
        )


def test_a_hot_spot_pauses(world: World, electro: Session) -> None:
    by = world.actor("practitioner")
    phase = services.record_phase(electro, mode="iontophoresis", setting=SETTING, by=by, at=LATER)
    services.check_skin(phase, seen="hot_spot", by=by, at=LATER)
    assert support.fresh(electro).state == "paused"


def test_points_do_not_belong_into_an_electro_session(world: World, electro: Session) -> None:
    with pytest.raises(RuleRefused):
        support.place(electro, world)


# stock ----------------------------------------------------------------------------------------------------------------
def test_a_lot_is_received_counted_and_recalled(world: World) -> None:
    """RULE-R012."""
    product, by = consultations.make_product(world), world.actor("practitioner")
    lot = support.make_lot(world, product)
    again = support.make_lot(world, product, units=3)
    assert again.pk == lot.pk
    assert lot.in_stock == 8
    services.count_stock(lot, counted_units=Decimal(6), by=by, at=NOW)
    assert type(lot).objects.get(pk=lot.pk).in_stock == 6
    for changes in ({"number": " "}, {"units": 0}, {"expires_on": date(2028, 1, 1)}):
        with pytest.raises(InvalidValue):
            support.make_lot(world, product, **changes)
    with pytest.raises(RuleRefused):
        services.quarantine_lot(lot, reason="", by=by, at=NOW)
    held = services.quarantine_lot(lot, reason="Cloudy.", by=by, at=NOW)
    with pytest.raises(StaleRecord):
        services.release_lot(held, by=by, at=NOW, version=held.version - 1)
    services.release_lot(held, by=by, at=NOW)
    services.recall_lot(held, reason="Maker's notice.", by=by, at=NOW)
    with pytest.raises(TransitionRefused):
        services.release_lot(held, by=by, at=NOW)


@pytest.mark.parametrize(
    ("changes", "code"), [({"expires_on": date(2026, 11, 1)}, "lot_expired"), ({"number": "B2"}, "lot_blocked")]
)
def test_a_lot_that_must_not_be_used_stays_out_of_the_hand(world: World, changes: dict[str, Any], code: str) -> None:
    """RULE-R012."""
    session, by = support.make_ready(world), world.actor("practitioner")
    lot = support.make_lot(world, session.course.plan.product, **{"number": "C3", **changes})
    if code == "lot_blocked":
        lot = services.quarantine_lot(lot, reason="Cloudy.", by=by, at=NOW)
    with pytest.raises(RuleRefused) as refusal:
        services.choose_lot(session, lot=lot, drawn_ml=1, by=by, at=NOW)
    assert refusal.value.code == code


def test_a_lot_of_another_product_is_not_in_the_plan(world: World) -> None:
    session = support.make_ready(world)
    lot = support.make_lot(world, consultations.make_product(world, ("I02",)), number="Z9")
    with pytest.raises(RuleRefused) as refusal:
        services.choose_lot(session, lot=lot, drawn_ml=1, by=world.actor("practitioner"), at=NOW)
    assert refusal.value.code == "other_product"


# courses --------------------------------------------------------------------------------------------------------------
def test_a_course_needs_an_agreed_plan_once(world: World) -> None:
    support.make_house(world)
    course = support.make_course(world)
    assert [row.number for row in course.planned.all()] == [1, 2, 3]
    with pytest.raises(RuleRefused) as refusal:
        services.start_course(course.plan, by=world.actor("practitioner"), at=NOW)
    assert refusal.value.code == "course_exists"
    view = course_view(course, NOW + timedelta(days=60))
    assert [stop.timing for stop in view.stops] == ["late", "late", "late"]
    stopped = services.stop_course(course, reason="Moved away.", by=world.actor("practitioner"), at=NOW)
    assert stopped.state == "stopped"
    with pytest.raises(RuleRefused):
        services.prepare_session(stopped, by=world.actor("practitioner"), at=NOW)


def test_one_session_of_a_course_is_open_at_a_time(world: World) -> None:
    session = support.make_ready(world)
    with pytest.raises(RuleRefused) as refusal:
        services.prepare_session(session.course, by=world.actor("practitioner"), at=NOW)
    assert refusal.value.code == "session_open"


# events ---------------------------------------------------------------------------------------------------------------
def test_an_event_is_reported_and_followed(world: World) -> None:
    """REQ-S127."""
    by = world.actor("practitioner")
    event = services.report_event(world.own, kind="E04", grade=1, description="Bruise, 2 cm.", by=by, at=NOW)
    services.add_event_entry(event, detail={"description": "Fading."}, state="resolved", by=by, at=LATER)
    with pytest.raises(TransitionRefused):
        services.add_event_entry(event, detail={"description": "Again."}, state="in_care", by=by, at=LATER)
    for changes in ({"kind": "E99"}, {"grade": 9}, {"description": " "}):
        values: dict[str, Any] = {"kind": "E04", "grade": 1, "description": "Bruise.", **changes}
        with pytest.raises((InvalidValue, RuleRefused)):
            services.report_event(world.own, by=by, at=NOW, **values)


def test_findings_of_the_session_are_settled_on_its_page(world: World) -> None:
    """Decision 33: a patch test clears what waits for it; nobody clears a stop."""
    support.make_house(world)
    support.make_standing(world)
    session = make_electro(world)
    desk = Browser()
    desk.force_login(world.people["lead"])
    with clock.set_to(LATER):
        run = latest_run(session.consultation, subject_id=session.id)
        waiting = [f for f in open_findings(world.own, run) if f.is_blocking]
        assert waiting
        for finding in waiting:
            values = {"rule": finding.rule, "seen": "patch_test", "reason": "Calm after 48 hours."}
            assert desk.post(f"/sessions/{session.id}/clear/", values).status_code == 303
        page = desk.get(f"/sessions/{session.id}/").content.decode()
    assert "Open findings" not in page
