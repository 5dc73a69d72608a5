"""Tables of the pure rules: gates, moves, intervals, electro guard rails, volumes, comfort."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clinic.catalogue import content as catalogue
from clinic.content import read_file
from clinic.errors import TransitionRefused
from clinic.rules import check_move
from treatments import geometry
from treatments.choices import CourseState, Level, Modality, SessionState, Timing
from treatments.rules import electro, intervals, measures, moves
from treatments.rules.readiness import (
    CHECKS,
    DeviceChoice,
    LotChoice,
    Situation,
    Standing,
    Verdict,
    blocks,
    verdicts,
)

DAY = date(2026, 11, 16)
CONTENT = geometry.FOLDER.parent
STANDING = Standing(level=5, is_registered=True, is_insured=True, has_life_support=True, has_anaphylaxis=True)
LOT = LotChoice("A1", is_expired=False, is_blocked=False, has_stock=True, matches_plan=True)
READY = Situation(
    modality=Modality.INJECTION,
    on=DAY,
    age_years=38,
    consent_ok=True,
    consent_confirmed=True,
    capacity="no_doubt",
    answers_confirmed=True,
    screened=True,
    has_skin_analysis=True,
    lots=(LOT,),
    performer=STANDING,
    technique_depth_mm=1.0,
    depth_limit_mm=1.0,
    depth_row=True,
    kit_complete=True,
    kit_in_date=True,
    rule_set_confirmed=True,
    top_risk=6,
)


def _one(gate: str, **changes: Any) -> Verdict:
    return next(v for v in verdicts(replace(READY, **changes)) if v.gate == gate)


def test_a_ready_session_has_every_gate_open() -> None:
    found = verdicts(READY)
    assert len(found) == len(CHECKS)
    assert {v.level for v in found} == {Level.OK}
    assert blocks(found) == ()


@pytest.mark.parametrize(
    ("gate", "changes", "level", "reason"),
    [
        ("age", {"age_years": 17}, "block", "under"),
        ("age", {"age_years": None}, "block", "unknown"),
        ("consent", {"consent_ok": False}, "block", "not_valid"),
        ("consent_today", {"consent_confirmed": False}, "block", "missing"),
        ("capacity", {"capacity": ""}, "block", "missing"),
        ("capacity", {"capacity": "doubt"}, "block", "doubt"),
        ("reflection", {"reflection_over": False, "hours_since_info": 2, "cooling_off_hours": 168}, "block", "running"),
        ("answers_today", {"answers_confirmed": False}, "block", "missing"),
        ("findings", {"screened": False}, "block", "not_screened"),
        ("findings", {"screen_is_stale": True, "screened": False}, "block", "changed"),
        ("findings", {"open_findings": ("R101",)}, "block", "open"),
        ("skin_analysis", {"has_skin_analysis": False}, "block", "missing"),
        ("interval", {"timing": Timing.TOO_SOON, "last_session_on": date(2026, 11, 14)}, "block", "too_soon"),
        ("interval", {"timing": Timing.EARLY, "last_session_on": date(2026, 11, 8)}, "warn", "early"),
        ("interval", {"timing": Timing.LATE, "last_session_on": date(2026, 10, 1)}, "warn", "late"),
        ("allergies", {"allergy_matches": ("fish",)}, "block", "match"),
        ("lot", {"lots": ()}, "block", "none"),
        ("lot", {"lots": (), "needs_product": False}, "ok", "ok"),
        ("lot", {"lots": (replace(LOT, is_expired=True),)}, "block", "expired"),
        ("lot", {"lots": (replace(LOT, is_blocked=True),)}, "block", "blocked"),
        ("lot", {"lots": (replace(LOT, has_stock=False),)}, "block", "empty"),
        ("lot", {"lots": (LOT, replace(LOT, matches_plan=False))}, "block", "other_product"),
        ("device", {"modality": "electro"}, "block", "none"),
        (
            "device",
            {"modality": "electro", "device": DeviceChoice("X", is_in_service=False, safety_test_ok=True)},
            "block",
            "service",
        ),
        (
            "device",
            {"modality": "electro", "device": DeviceChoice("X", is_in_service=True, safety_test_ok=False)},
            "block",
            "safety_test",
        ),
        ("zones", {"blocked_zones": ("Nose, dorsum",)}, "block", "blocked"),
        ("prescription", {"needs_prescription": True}, "block", "missing"),
        ("prescription", {"needs_prescription": True, "has_prescription": True}, "ok", "ok"),
        ("registration", {"performer": replace(STANDING, is_registered=False)}, "block", "missing"),
        (
            "registration",
            {"performer": replace(STANDING, is_registered=False), "needs_registration": False},
            "ok",
            "ok",
        ),
        ("level", {"performer": replace(STANDING, level=None)}, "block", "unknown"),
        ("depth", {"depth_row": False}, "block", "no_row"),
        ("depth", {"planned_depth_mm": 1.5}, "block", "too_deep"),
        ("depth", {"planned_depth_mm": 1.5, "depth_warns_only": True}, "warn", "too_deep"),
        ("depth", {"planned_depth_mm": 0.8}, "ok", "ok"),
        ("depth", {"modality": "electro", "depth_row": False}, "ok", "ok"),
        ("insurance", {"performer": replace(STANDING, is_insured=False)}, "block", "expired"),
        ("insurance", {"performer": replace(STANDING, insurance_covers=False)}, "warn", "not_covered"),
        ("life_support", {"performer": replace(STANDING, has_life_support=False)}, "block", "missing"),
        ("anaphylaxis", {"performer": replace(STANDING, has_anaphylaxis=False)}, "block", "missing"),
        (
            "anaphylaxis",
            {"modality": "electro", "performer": replace(STANDING, has_anaphylaxis=False)},
            "warn",
            "missing",
        ),
        ("kit", {"kit_in_date": False}, "block", "due"),
        ("kit", {"kit_complete": False}, "block", "incomplete"),
        ("supervisor", {"is_learner": True}, "block", "missing"),
        ("supervisor", {"is_learner": True, "supervisor": STANDING}, "ok", "ok"),
        ("level", {"is_learner": True, "performer": Standing(), "supervisor": STANDING}, "ok", "ok"),
        ("modality", {"modalities": 2}, "warn", "combined"),
        ("modality", {"modalities": 2, "for_assessment": True}, "block", "combined_assessed"),
        ("modality", {"other_modality_days": 3}, "warn", "other_recent"),
        ("assessment", {"for_assessment": True}, "block", "observer"),
        ("assessment", {"for_assessment": True, "observer_permitted": True}, "block", "evidence"),
        (
            "assessment",
            {"for_assessment": True, "observer_permitted": True, "evidence_permitted": True, "is_learner": True},
            "block",
            "told",
        ),
        ("rule_set", {"rule_set_confirmed": False}, "block", "missing"),
        ("risk", {"top_risk": None}, "block", "missing"),
        ("risk", {"top_risk": 15}, "block", "too_high"),
        ("checklist", {"open_stops": ("KA01",)}, "block", "open"),
    ],
)
def test_each_gate_says_why(gate: str, changes: dict[str, Any], level: str, reason: str) -> None:
    """RULE-R005, RULE-R006, RULE-R012, RULE-R014, RULE-R016, RULE-R017, RULE-R019, RULE-R170: by gate."""
    found = _one(gate, **changes)
    assert (found.level, found.reason) == (level, reason)


def test_every_reason_has_its_words() -> None:
    words = {row["id"]: row for row in read_file(CONTENT / "gates.yaml")["rows"]}
    assert set(words) == {v.gate for v in verdicts(READY)}
    for row in words.values():
        assert row["messages"]
        assert row["clear"]
        assert row["evidence"]
        assert row["source"]


@pytest.mark.parametrize(
    ("table", "now", "to", "is_allowed"),
    [
        (moves.SESSION_NEXT, SessionState.PREPARED, SessionState.STARTED, True),
        (moves.SESSION_NEXT, SessionState.PREPARED, SessionState.SIGNED, False),
        (moves.SESSION_NEXT, SessionState.STOPPED, SessionState.SIGNED, True),
        (moves.SESSION_NEXT, SessionState.STOPPED, SessionState.STARTED, False),
        (moves.SESSION_NEXT, SessionState.PAUSED, SessionState.FINISHED, False),
        (moves.SESSION_NEXT, SessionState.SIGNED, SessionState.STARTED, False),
        (moves.COURSE_NEXT, CourseState.PLANNED, CourseState.ACTIVE, True),
        (moves.COURSE_NEXT, CourseState.ACTIVE, CourseState.COMPLETED, False),
    ],
)
def test_moves(table: Any, now: Any, to: Any, is_allowed: bool) -> None:
    if is_allowed:
        check_move(table, now, to)
        return
    with pytest.raises(TransitionRefused):
        check_move(table, now, to)


WINDOW = intervals.window_for(14, earliest_days=10, latest_days=21, min_days=7)


def test_a_course_is_laid_out_by_its_protocol() -> None:
    """REQ-S198: 14 days, window 10 to 21."""
    visits = intervals.lay_out(DAY, 3, WINDOW)
    assert [v.due_on.isoformat() for v in visits] == ["2026-11-16", "2026-11-30", "2026-12-14"]
    assert (visits[1].earliest_on, visits[1].latest_on) == (date(2026, 11, 26), date(2026, 12, 7))
    assert visits[0].earliest_on == DAY


@pytest.mark.parametrize(
    ("days", "timing"),
    [(3, "too_soon"), (6, "too_soon"), (7, "early"), (9, "early"), (10, "on_time"), (21, "on_time"), (22, "late")],
)
def test_early_and_late_are_flagged(days: int, timing: str) -> None:
    on = date.fromordinal(DAY.toordinal() + days)
    assert intervals.timing(on, last_on=DAY, window=WINDOW) == timing


def test_the_first_session_is_on_time_and_odd_counts_need_a_reason() -> None:
    assert intervals.timing(DAY, last_on=None, window=WINDOW) == Timing.ON_TIME
    assert [intervals.needs_reason(n) for n in (1, 2, 3, 15, 16)] == [True, True, False, False, True]
    assert intervals.due_after(DAY, WINDOW).due_on == date(2026, 11, 30)


LIMITS = [
    electro.Limit(r.id, r.parameter, r.label, r.unit, r.soft_max, r.hard_max)
    for r in catalogue.limits_for("iontophoresis")
]


@pytest.mark.parametrize(
    ("current", "area", "minutes", "levels"),
    [
        (1.0, 10.0, 5, set()),
        (2.5, 10.0, 5, {("D02", "warn")}),
        (2.0, 5.0, 5, {("D01", "warn")}),
        (4.0, 7.0, 11, {("D01", "block"), ("D02", "warn"), ("D03", "block"), ("D04", "warn")}),
        (4.5, 20.0, 5, {("D02", "block"), ("D03", "warn")}),
        (1.0, 10.0, 21, {("D03", "warn"), ("D04", "block")}),
    ],
)
def test_guard_rails(current: float, area: float, minutes: float, levels: set[tuple[str, str]]) -> None:
    values = electro.measured(current_ma=current, area_cm2=area, minutes=minutes)
    found = electro.breaches(values, LIMITS, {})
    assert {(b.limit_id, str(b.level)) for b in found if b.limit_id in {"D01", "D02", "D03", "D04"}} == levels
    assert [b.level for b in found] == sorted((b.level for b in found), key=lambda level: level != "block")


def test_the_device_range_is_the_inner_limit() -> None:
    values = electro.measured(current_ma=1.5, area_cm2=10, minutes=5)
    found = electro.breaches(values, LIMITS, {"current_ma": (0.1, 1.0)})
    assert [(b.limit_id, b.by_device) for b in found] == [("device", True)]
    assert electro.density_ma_cm2(1.5, 10) == 0.15
    assert electro.dose_ma_min(1.5, 10) == 15
    with pytest.raises(ValueError, match="more than 0"):
        electro.density_ma_cm2(1, 0)


@pytest.mark.parametrize(
    ("score", "band"), [(0, "none"), (1, "mild"), (3, "mild"), (4, "moderate"), (6, "moderate"), (7, "severe")]
)
def test_comfort_bands(score: int, band: str) -> None:
    """RULE-R224, RULE-R225."""
    assert measures.comfort_band(score) == band


def test_volumes_risk_and_depth() -> None:
    assert measures.volumes(3.0, [1.2, 0.6]) == measures.Volumes(3.0, 1.8, 1.2, 0.0)
    assert measures.volumes(1.0, [1.2]).missing_ml == pytest.approx(0.2)
    assert measures.risk_score(3, 5) == 15
    with pytest.raises(ValueError, match="scored 1 to 5"):
        measures.risk_score(0, 5)
    assert measures.deepest_allowed_mm(1.0, 2.0) == 1.0
    assert measures.deepest_allowed_mm(None, 2.0) == 2.0
    assert measures.deepest_allowed_mm(None, None) is None


def test_the_checklists_hold_every_item() -> None:
    """REQ-S122: sections K1 to K6, with criterion, stop flag, modality and phase."""
    lists = read_file(CONTENT / "checklists.yaml")["lists"]
    counts = {row["id"]: len(row["items"]) for row in lists}
    assert counts == {"risk": 13, "controls": 6, "infection": 15, "disposal": 8, "review": 5, "steps": 16}
    for item in (item for row in lists for item in row["items"]):
        assert item["criterion"]
        assert item["modality"] in {"both", "injection", "electro"}
        assert item["evidence"]
    events = read_file(CONTENT / "adverse_events.yaml")
    assert [len(events[key]) for key in ("grades", "events")] == [5, 32]
    assert len(read_file(CONTENT / "hazards.yaml")["rows"]) == 14
