"""What must hold whatever is left out, split up, changed afterwards, or done by somebody else."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from clinic import clock
from clinic.access import Refused
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import Membership, Supervision
from clinic.services import clients
from consultations import services as steps
from consultations.choices import Trigger
from consultations.models import ScreeningRun
from tests.consultations import support as consultations
from tests.factories import NOW, World
from tests.treatments import support
from tests.treatments.test_electro_and_stock import SETTING, clear_all, make_electro
from treatments import geometry, queries, services, upstream
from treatments.choices import Phase
from treatments.models import Session

LATER = NOW + timedelta(minutes=5)
MODES = ["iontophoresis", "pulsed_wave", "electroporation", "microcurrent"]
PULSED = {
    "area_cm2": 10, "minutes": 5, "polarity": "none", "carrier_frequency_khz": 1.5, "modulation_frequency_hz": 1,
    "peak_voltage_v": 50,
}  # fmt: skip
PORATION = {"area_cm2": 10, "minutes": 15, "polarity": "none", "pulse_width_ms": 5, "pulse_amplitude_v": 60}


@pytest.fixture
def electro(world: World) -> Session:
    """A running electro session with a device of every mode."""
    support.make_house(world)
    support.make_standing(world)
    session, by = make_electro(world), world.actor("practitioner")
    device = support.make_device(world, modes=MODES, serial="S-2")
    services.choose_device(session, device=device, by=by, at=NOW)
    clear_all(world, session)
    return services.start_session(support.fresh(session), by=by, at=NOW)


def _phase(world: World, session: Session, mode: str, setting: dict[str, Any], **more: Any) -> Any:
    values = {"by": world.actor("practitioner"), "at": LATER, "output_seen": True, **more}
    return services.record_phase(session, mode=mode, setting=setting, **values)


# limits that cannot be passed by leaving a number out -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("mode", "setting", "missing"),
    [
        ("iontophoresis", SETTING, "current_ma"),
        ("iontophoresis", SETTING, "area_cm2"),
        ("iontophoresis", SETTING, "minutes"),
        ("microcurrent", SETTING, "current_ma"),
        ("electroporation", PORATION, "minutes"),
        ("pulsed_wave", PULSED, "carrier_frequency_khz"),
        ("pulsed_wave", PULSED, "modulation_frequency_hz"),
    ],
)
def test_a_limit_is_not_passed_by_leaving_its_number_out(
    world: World, electro: Session, mode: str, setting: dict[str, Any], missing: str
) -> None:
    """Table D1 (D01–D04, D08, D09, D13, D15): what a limit needs is asked for by its name."""
    for left_out in ({}, {missing: 0}, {missing: -1.0}, {missing: float("nan")}):
        given = {key: value for key, value in setting.items() if key != missing} | left_out
        with pytest.raises(InvalidValue) as refusal:
            _phase(world, electro, mode, given)
        assert refusal.value.field == missing


@pytest.mark.parametrize(
    ("mode", "setting", "missing"),
    [("pulsed_wave", PULSED, "peak_voltage_v"), ("electroporation", PORATION, "pulse_amplitude_v")],
)
def test_what_the_device_does_not_show_needs_a_reason(
    world: World, electro: Session, mode: str, setting: dict[str, Any], missing: str
) -> None:
    """D10–D12: set by the unit; without the number the record says why."""
    given = {key: value for key, value in setting.items() if key != missing}
    with pytest.raises(RuleRefused) as refusal:
        _phase(world, electro, mode, given)
    assert refusal.value.code == "reason_required"
    phase = _phase(world, electro, mode, {**given, "reason": "The unit shows levels only: level 3."})
    assert missing in phase.setting["not_shown"]
    assert _phase(world, electro, mode, setting).setting["not_shown"] == []


def test_the_devices_own_range_is_not_passed_by_leaving_the_number_out(world: World, electro: Session) -> None:
    """RULE-R056."""
    row = {"mode": "iontophoresis", "parameter": "voltage_v", "minimum": Decimal(1), "maximum": Decimal(9)}
    device = support.make_device(world, modes=MODES, serial="S-3", ranges=[row])
    with pytest.raises(InvalidValue) as refusal:
        _phase(world, electro, "iontophoresis", SETTING, device=device)
    assert refusal.value.field == "voltage_v"


# limits of a session --------------------------------------------------------------------------------------------------
def test_dose_is_summed_over_the_session(world: World, electro: Session) -> None:
    """Table D1, D03: 8 + 8 + 8 mA·min are beyond the 20 that ask for a reason; 40 in all is the end."""
    first = {**SETTING, "current_ma": 1.0, "minutes": 8}
    _phase(world, electro, "iontophoresis", first)
    second = _phase(world, electro, "iontophoresis", {**first, "polarity": "positive"})
    assert second.setting["total_dose_ma_min"] == 16
    with pytest.raises(RuleRefused) as refusal:
        _phase(world, electro, "iontophoresis", {**first, "polarity": "positive", "minutes": 6})
    assert (refusal.value.code, refusal.value.details[0]["id"]) == ("reason_required", "D03")
    with pytest.raises(RuleRefused) as refusal:
        _phase(world, electro, "iontophoresis", {**first, "current_ma": 3.0, "reason": "Asked for more.", "minutes": 9})
    assert "D03" in {row["id"] for row in refusal.value.details if row["level"] == "block"}


def test_time_is_summed_for_each_polarity(world: World, electro: Session) -> None:
    """Table D1, D04: 10 min ask for a reason, 20 min are the end, of each polarity."""
    short = {**SETTING, "current_ma": 0.2, "minutes": 9}
    _phase(world, electro, "iontophoresis", short)
    _phase(world, electro, "iontophoresis", {**short, "polarity": "positive"})
    with pytest.raises(RuleRefused) as refusal:
        _phase(world, electro, "iontophoresis", {**short, "minutes": 2})
    assert [row["id"] for row in refusal.value.details] == ["D04"]
    _phase(world, electro, "iontophoresis", {**short, "reason": "Maker's second pass."})
    with pytest.raises(RuleRefused) as refusal:
        _phase(world, electro, "iontophoresis", {**short, "minutes": 3, "reason": "Once more."})
    assert refusal.value.code == "beyond_limit"


def test_time_of_a_mode_is_summed(world: World, electro: Session) -> None:
    """Table D1, D13: 40 min of electroporation a session; another mode has its own clock."""
    _phase(world, electro, "electroporation", {**PORATION, "minutes": 25})
    with pytest.raises(RuleRefused) as refusal:
        _phase(world, electro, "electroporation", {**PORATION, "minutes": 20, "reason": "Slow skin."})
    assert refusal.value.code == "beyond_limit"
    assert _phase(world, electro, "pulsed_wave", PULSED).position == 2


# the screen belongs to what is chosen ---------------------------------------------------------------------------------
def _runs(session: Session) -> list[ScreeningRun]:
    return list(ScreeningRun.objects.filter(subject_id=session.id).order_by("number"))


def test_other_areas_are_screened_again(world: World) -> None:
    """Design 4: rules run when what is planned changes; the run before stays as it was."""
    session, by = support.make_ready(world), world.actor("practitioner")
    before = _runs(session)
    services.set_zones(session, zones=["forehead"], by=by, at=LATER)
    old, new = _runs(session)
    assert [old] == before
    assert (new.trigger, new.inputs["plans"][0]["zones"]) == (Trigger.SESSION, ["forehead"])
    assert upstream.screening(support.fresh(session), LATER).run == new


def test_another_lot_is_screened_again_and_the_same_one_is_not(world: World) -> None:
    session, by = support.make_ready(world), world.actor("practitioner")
    use = session.lot_uses.get()
    services.choose_lot(session, lot=use.lot, drawn_ml=3, by=by, at=LATER)
    assert len(_runs(session)) == 1
    other = support.make_lot(world, session.course.plan.product, number="B200")
    services.choose_lot(session, lot=other, drawn_ml=1, by=by, at=LATER)
    assert len(_runs(session)[-1].inputs["plans"][0]["products"]) == 2


def test_another_device_is_screened_again(world: World) -> None:
    support.make_house(world)
    support.make_standing(world)
    session, by = make_electro(world), world.actor("practitioner")
    device = support.make_device(world, modes=["microcurrent"], serial="S-9", ranges=[])
    services.choose_device(session, device=device, by=by, at=LATER)
    assert _runs(session)[-1].inputs["plans"][0]["facts"]["d.mode"] == "microcurrent"


def test_nothing_is_screened_before_somebody_asks(world: World) -> None:
    support.make_house(world)
    session = services.prepare_session(support.make_course(world), by=world.actor("practitioner"), at=NOW)
    services.set_zones(session, zones=["forehead"], by=world.actor("practitioner"), at=NOW)
    assert _runs(session) == []


def _changed_zones(world: World, session: Session) -> None:
    session.zones = ["forehead"]
    session.save(update_fields=["zones"])


def _changed_allergies(world: World, session: Session) -> None:
    clients.record_allergy(world.own, tag="latex", words="Gloves", by=world.actor("practitioner"), at=LATER)


@pytest.mark.parametrize("change", [_changed_zones, _changed_allergies])
def test_a_stale_screen_starts_nothing(world: World, change: Any) -> None:
    """The run judges what was chosen then; anything else asks for a new run."""
    session, by = support.make_ready(world), world.actor("practitioner")
    change(world, session)
    with pytest.raises(RuleRefused) as refusal:
        services.start_session(support.fresh(session), by=by, at=LATER)
    assert [gate["gate"] for gate in refusal.value.details] == ["findings"]
    assert "changed" in refusal.value.message


# only the treating person ---------------------------------------------------------------------------------------------
def test_a_colleague_places_no_points_and_does_not_resume(world: World) -> None:
    """SEC-S3: the person who signs is the person who treated."""
    session, colleague = support.make_started(world), world.actor("colleague")
    with pytest.raises(Refused):
        support.place(session, world, by=colleague)
    services.pause_session(session, by=colleague, at=LATER)
    with pytest.raises(Refused):
        services.resume_session(support.fresh(session), by=colleague, at=LATER)
    assert support.fresh(session).state == "paused"


def test_a_colleague_records_no_phase(world: World, electro: Session) -> None:
    """SEC-S3."""
    with pytest.raises(Refused):
        _phase(world, electro, "iontophoresis", SETTING, by=world.actor("colleague"))


def test_both_doors_answer_a_colleague_with_403(world: World) -> None:
    """SEC-S3: a page and the API, before the shape of what was sent is looked at."""
    session = support.make_started(world)
    desk = Browser()
    desk.force_login(world.people["colleague"])
    with clock.set_to(LATER):
        sent = {"content_type": "application/json", "data": json.dumps({})}
        assert desk.post(f"/api/v1/sessions/{session.id}/passes/", **sent).status_code == 403
        fill = {"zone": "forehead", "depth_mm": "0.5", "volume_per_point_ml": "0.01", "spacing_mm": "12"}
        assert desk.post(f"/sessions/{session.id}/fill/", fill).status_code == 403
        assert desk.post(f"/api/v1/sessions/{session.id}/resume/", HTTP_IF_MATCH='"1"', **sent).status_code in {
            403,
            409,
        }


# learners -------------------------------------------------------------------------------------------------------------
def test_a_learner_with_a_last_day_is_a_learner_until_then(world: World) -> None:
    """Decision 43."""
    support.make_house(world)
    learner = world.people["learner"]
    membership = Membership.objects.get(staff=learner, role="learner")
    membership.until_on = NOW.date() + timedelta(days=30)
    membership.save(update_fields=["until_on"])
    named = Supervision.objects.get(learner=learner)  # the practitioner, since long ago
    named.until_on = membership.until_on
    named.save(update_fields=["until_on"])
    course = support.make_course(world)
    session = services.prepare_session(course, practitioner=learner, by=world.actor("practitioner"), at=NOW)
    assert session.supervisor == world.people["practitioner"]
    session.supervisor = None
    session.save(update_fields=["supervisor"])
    gates = {gate.gate: gate for gate in queries.readiness(support.fresh(session), NOW)}
    assert gates["supervisor"].blocks


# a technique without a product ----------------------------------------------------------------------------------------
def _prepared_dry(world: World) -> Session:
    consultation, by = consultations.decided(world), world.actor("practitioner")
    draft = {**consultations.PLAN, "technique": "T13", "product": None}
    plan = steps.draft_plan(consultation, by=by, at=NOW, **draft)
    plan = steps.agree_plan(plan, agreed_with="Amara Okafor", by=by, at=NOW)
    support.give_consent(world, plan)
    session = services.prepare_session(services.start_course(plan, by=by, at=NOW), by=by, at=NOW)
    support.get_ready(world, session)
    return support.fresh(session)


def test_dry_needling_starts_without_a_lot(world: World) -> None:
    """T13 of table C2 takes no product."""
    support.make_house(world)
    support.make_standing(world)
    support.set_depth(world, "T13")
    session = _prepared_dry(world)
    assert [gate.message for gate in queries.readiness(session, NOW) if gate.blocks] == []
    by = world.actor("practitioner")
    started = services.start_session(session, by=by, at=NOW)
    points = [point.row() for point in geometry.fill_zone("forehead", 12)]
    row = support.place(started, world, points=points, lot=None, volume_per_point_ml=0)
    services.record_comfort(started, score=1, by=by, at=LATER)
    support.tick_phase(started, Phase.TREATMENT, by)
    assert services.finish_session(started, by=by, at=LATER).state == "finished"
    assert row.lot is None
