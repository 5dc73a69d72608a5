"""Readiness: everything that must hold before a session starts, as one list of gates (design.md 4).

Pure: a `Situation` of plain values in, verdicts out. Words belong to `content/gates.yaml`; a verdict names the gate,
its level, and a reason key with its values. The page, the API and `start_session` use the same list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from treatments.choices import Level, Modality, Timing
from treatments.rules.measures import HAZARD_LIMIT

ADULT = 18
OTHER_MODALITY_DAYS = 7  # R020


@dataclass(frozen=True)
class Standing:
    """What counts of a person on the day. `depth_limits_mm` by technique; None as value: no figure set."""

    level: int | None = None
    is_registered: bool = False
    is_insured: bool = False
    insurance_covers: bool = True
    has_life_support: bool = False
    has_anaphylaxis: bool = False


@dataclass(frozen=True)
class LotChoice:
    """A lot in the hand on the day."""

    label: str
    is_expired: bool
    is_blocked: bool
    has_stock: bool
    matches_plan: bool


@dataclass(frozen=True)
class DeviceChoice:
    """The device on the day."""

    label: str
    is_in_service: bool
    safety_test_ok: bool
    has_mode: bool = True


@dataclass(frozen=True)
class Situation:
    """All facts the gates read, on one day. Missing facts block or warn as each gate says; unknown is never ready."""

    modality: str
    on: date
    age_years: int | None
    consent_ok: bool
    consent_reasons: tuple[str, ...] = ()
    hours_since_info: float | None = None
    cooling_off_hours: float = 0.0
    reflection_over: bool = True
    consent_confirmed: bool = False
    capacity: str = ""
    answers_confirmed: bool = False
    screened: bool = False
    screen_is_stale: bool = False
    open_findings: tuple[str, ...] = ()
    has_skin_analysis: bool = False
    last_session_on: date | None = None
    timing: Timing = Timing.ON_TIME
    timing_reason: str = ""
    other_modality_days: int | None = None
    allergy_matches: tuple[str, ...] = ()
    needs_product: bool = True
    lots: tuple[LotChoice, ...] = ()
    device: DeviceChoice | None = None
    blocked_zones: tuple[str, ...] = ()
    performer: Standing = field(default_factory=Standing)
    is_learner: bool = False
    needs_registration: bool = True
    supervisor: Standing | None = None
    technique_depth_mm: float = 0.0
    planned_depth_mm: float | None = None
    depth_limit_mm: float | None = None
    depth_row: bool = False
    depth_warns_only: bool = False
    needs_prescription: bool = False
    has_prescription: bool = False
    kit_complete: bool = False
    kit_in_date: bool = False
    modalities: int = 1
    for_assessment: bool = False
    observer_permitted: bool = False
    evidence_permitted: bool = False
    told_learner: bool = False
    rule_set_confirmed: bool = False
    open_stops: tuple[str, ...] = ()
    top_risk: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What one gate says; `reason` is a key of the gate's words, `values` fill them."""

    gate: str
    level: Level
    reason: str = "ok"
    values: Mapping[str, Any] = field(default_factory=dict)


Check = Callable[[Situation], Verdict]


def _plain(gate: str, is_ok: bool, reason: str = "missing", level: Level = Level.BLOCK, **values: Any) -> Verdict:
    return Verdict(gate, Level.OK) if is_ok else Verdict(gate, level, reason, values)


def _age(s: Situation) -> Verdict:
    if s.age_years is None:
        return Verdict("age", Level.BLOCK, "unknown")
    return _plain("age", s.age_years >= ADULT, "under", years=s.age_years)


def _consent(s: Situation) -> Verdict:
    return _plain("consent", s.consent_ok, "not_valid", reasons="; ".join(s.consent_reasons))


def _consent_today(s: Situation) -> Verdict:
    return _plain("consent_today", s.consent_confirmed)


def _capacity(s: Situation) -> Verdict:
    if s.capacity == "doubt":
        return Verdict("capacity", Level.BLOCK, "doubt")
    return _plain("capacity", s.capacity == "no_doubt")


def _reflection(s: Situation) -> Verdict:
    if s.reflection_over:
        return Verdict("reflection", Level.OK)
    rest = max(s.cooling_off_hours - (s.hours_since_info or 0.0), 0.0)
    return Verdict("reflection", Level.BLOCK, "running", {"hours": round(rest), "of": round(s.cooling_off_hours)})


def _answers(s: Situation) -> Verdict:
    return _plain("answers_today", s.answers_confirmed)


def _findings(s: Situation) -> Verdict:
    if s.screen_is_stale:
        return Verdict("findings", Level.BLOCK, "changed")
    if not s.screened:
        return Verdict("findings", Level.BLOCK, "not_screened")
    return _plain("findings", not s.open_findings, "open", count=len(s.open_findings), what="; ".join(s.open_findings))


def _skin(s: Situation) -> Verdict:
    return _plain("skin_analysis", s.has_skin_analysis)


def _interval(s: Situation) -> Verdict:
    if s.timing == Timing.ON_TIME:
        return Verdict("interval", Level.OK)
    days = (s.on - s.last_session_on).days if s.last_session_on else 0
    level = Level.BLOCK if s.timing == Timing.TOO_SOON else Level.WARN
    return Verdict("interval", level, str(s.timing), {"days": days})


def _allergies(s: Situation) -> Verdict:
    return _plain("allergies", not s.allergy_matches, "match", what=", ".join(s.allergy_matches))


def _lot(s: Situation) -> Verdict:
    if not s.lots:
        return _plain("lot", not s.needs_product, "none")
    for lot in s.lots:
        flaws = (
            ("blocked", lot.is_blocked),
            ("expired", lot.is_expired),
            ("empty", not lot.has_stock),
            ("other_product", not lot.matches_plan),
        )
        for reason, is_flawed in flaws:
            if is_flawed:
                return Verdict("lot", Level.BLOCK, reason, {"lot": lot.label})
    return Verdict("lot", Level.OK)


def _device(s: Situation) -> Verdict:
    if s.modality != Modality.ELECTRO:
        return Verdict("device", Level.OK)
    if s.device is None:
        return Verdict("device", Level.BLOCK, "none")
    if not s.device.is_in_service:
        return Verdict("device", Level.BLOCK, "service", {"device": s.device.label})
    return _plain("device", s.device.safety_test_ok, "safety_test", device=s.device.label)


def _zones(s: Situation) -> Verdict:
    return _plain("zones", not s.blocked_zones, "blocked", what=", ".join(s.blocked_zones))


def _covering(s: Situation) -> Standing:
    """Whose standing counts for level, depth and cover: a learner works on the supervisor's (decision 43)."""
    return s.supervisor if s.is_learner and s.supervisor is not None else s.performer


def _registration(s: Situation) -> Verdict:
    if not s.needs_registration:
        return Verdict("registration", Level.OK)
    return _plain("registration", _covering(s).is_registered or s.performer.is_registered)


def _level(s: Situation) -> Verdict:
    return _plain("level", _covering(s).level is not None, "unknown")


def _depth(s: Situation) -> Verdict:
    if s.modality == Modality.ELECTRO:
        return Verdict("depth", Level.OK)
    if not s.depth_row:
        return Verdict("depth", Level.BLOCK, "no_row")
    depth = s.planned_depth_mm if s.planned_depth_mm is not None else s.technique_depth_mm
    if s.depth_limit_mm is None or depth <= s.depth_limit_mm:
        return Verdict("depth", Level.OK)
    level = Level.WARN if s.depth_warns_only else Level.BLOCK
    return Verdict("depth", level, "too_deep", {"depth": f"{depth:g}", "limit": f"{s.depth_limit_mm:g}"})


def _insurance(s: Situation) -> Verdict:
    if not (s.performer.is_insured or _covering(s).is_insured):
        return Verdict("insurance", Level.BLOCK, "expired")
    return _plain("insurance", _covering(s).insurance_covers, "not_covered", level=Level.WARN)


def _life_support(s: Situation) -> Verdict:
    return _plain("life_support", s.performer.has_life_support)


def _anaphylaxis(s: Situation) -> Verdict:
    level = Level.BLOCK if s.modality == Modality.INJECTION else Level.WARN
    return _plain("anaphylaxis", s.performer.has_anaphylaxis, level=level)


def _kit(s: Situation) -> Verdict:
    level = Level.BLOCK if s.modality == Modality.INJECTION else Level.WARN
    if not s.kit_in_date:
        return Verdict("kit", level, "due")
    return _plain("kit", s.kit_complete, "incomplete", level=level)


def _supervisor(s: Situation) -> Verdict:
    return _plain("supervisor", not s.is_learner or s.supervisor is not None)


def _modality(s: Situation) -> Verdict:
    if s.modalities > 1:
        level = Level.BLOCK if s.for_assessment else Level.WARN
        return Verdict("modality", level, "combined_assessed" if s.for_assessment else "combined")
    if s.other_modality_days is not None and s.other_modality_days < OTHER_MODALITY_DAYS:
        return Verdict("modality", Level.WARN, "other_recent", {"days": s.other_modality_days})
    return Verdict("modality", Level.OK)


def _prescription(s: Situation) -> Verdict:
    return _plain("prescription", not s.needs_prescription or s.has_prescription)


def _rule_set(s: Situation) -> Verdict:
    return _plain("rule_set", s.rule_set_confirmed)


def _assessment(s: Situation) -> Verdict:
    if not s.for_assessment:
        return Verdict("assessment", Level.OK)
    for reason, is_ok in (
        ("observer", s.observer_permitted),
        ("evidence", s.evidence_permitted),
        ("told", s.told_learner or not s.is_learner),
    ):
        if not is_ok:
            return Verdict("assessment", Level.BLOCK, reason)
    return Verdict("assessment", Level.OK)


def _checklist(s: Situation) -> Verdict:
    return _plain("checklist", not s.open_stops, "open", count=len(s.open_stops), what="; ".join(s.open_stops[:3]))


def _risk(s: Situation) -> Verdict:
    if s.top_risk is None:
        return Verdict("risk", Level.BLOCK, "missing")
    return _plain("risk", s.top_risk < HAZARD_LIMIT, "too_high", score=s.top_risk, limit=HAZARD_LIMIT)


CHECKS: tuple[Check, ...] = (
    _age,
    _consent,
    _consent_today,
    _capacity,
    _reflection,
    _answers,
    _findings,
    _skin,
    _interval,
    _allergies,
    _lot,
    _device,
    _zones,
    _prescription,
    _registration,
    _level,
    _depth,
    _insurance,
    _life_support,
    _anaphylaxis,
    _kit,
    _supervisor,
    _modality,
    _assessment,
    _rule_set,
    _risk,
    _checklist,
)


def verdicts(situation: Situation) -> tuple[Verdict, ...]:
    """What every gate says, in the order a person works through them."""
    return tuple(check(situation) for check in CHECKS)


def blocks(found: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Gates that hold a session back."""
    return tuple(verdict for verdict in found if verdict.level == Level.BLOCK)
