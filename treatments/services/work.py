"""What is recorded while a session runs: passes, electro phases, skin checks, comfort; then the safety review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from clinic import audit
from clinic.actors import Actor
from clinic.catalogue import content as catalogue
from clinic.catalogue.content_rows import Technique
from clinic.catalogue.models import Device
from clinic.errors import InvalidValue, RuleRefused
from clinic.rules import check_version
from treatments import library, queries
from treatments.choices import Level, Modality, Phase, Polarity, SessionState, SkinCheck
from treatments.geometry import anatomy, read_points
from treatments.guards import EDITABLE, demand_consent, demand_performer, pause_running, take
from treatments.models import ChecklistEntry, ComfortScore, ElectroPhase, Lot, LotUse, Pass, Session
from treatments.rules import electro
from treatments.rules.measures import (
    COMFORT_RANGE,
    MAX_DEPTH_MM,
    MAX_VOLUME_PER_POINT_ML,
    SEVERE_COMFORT,
    deepest_allowed_mm,
)
from treatments.rules.moves import CLOSING, RUNNING


def _demand_zone(session: Session, zone: str) -> library.ZoneGuide:
    guide = library.treated_zone(zone)
    if zone not in session.zones:
        raise RuleRefused(f"{guide.label} is not in today's plan and consent.", code="zone_not_planned", field="zone")
    return guide


def _demand_depth(session: Session, guide: library.ZoneGuide, depth_mm: float, reason: str) -> None:
    if not 0 < depth_mm <= MAX_DEPTH_MM:
        raise InvalidValue(f"Set a depth up to {MAX_DEPTH_MM:g} mm.", code="out_of_range", field="depth_mm")
    limit = queries.clinic_depth(session)
    deepest = deepest_allowed_mm(guide.depth_limit_mm(session.technique), limit.depth_mm)
    if deepest is None or depth_mm <= deepest:
        return
    if limit.warns_only and depth_mm <= (guide.depth_limit_mm(session.technique) or depth_mm) and reason:
        return
    raise RuleRefused(
        f"{depth_mm:g} mm is too deep for {guide.label}: at most {deepest:g} mm.",
        code="too_deep",
        field="depth_mm",
        details={"limit_mm": deepest, "zone": guide.id},
    )


def _lot_in_hand(session: Session, lot: Lot | None, technique: Technique) -> Lot | None:
    if lot is None and not technique.needs_product:
        return None
    if lot is None or not LotUse.objects.filter(session=session, lot=lot).exists():
        raise RuleRefused("Take the lot into the hand first.", code="lot_not_chosen", field="lot")
    _demand_usable_still(lot)
    return lot


def _demand_usable_still(lot: Lot) -> None:
    """A lot recalled or quarantined while it is in the hand is not used any further (R012)."""
    now = Lot.objects.get(pk=lot.pk)
    if now.state != "usable":
        raise RuleRefused(f"Lot {now.number} is {now.get_state_display().lower()}.", code="lot_blocked", field="lot")


def _demand_volume(session: Session, row: Pass, technique: Technique, reason: str) -> None:
    volume = row.volume_per_point_ml
    if not 0 <= volume <= MAX_VOLUME_PER_POINT_ML:
        raise InvalidValue(
            f"Set 0 to {MAX_VOLUME_PER_POINT_ML:g} ml per point.", code="out_of_range", field="volume_per_point_ml"
        )
    usual = technique.volume_max_ml
    if usual is not None and volume > usual and not reason:
        raise RuleRefused(
            f"{volume:g} ml per point is more than usual ({usual:g} ml). Write down why.",
            code="reason_required",
            field="reason",
        )
    limit = row.lot.product.max_session_ml if row.lot else None
    others = sum(other.volume_ml for other in session.passes.all() if other.pk != row.pk and other.lot_id == row.lot_id)
    if limit is not None and others + row.volume_ml > float(limit) + 1e-6:
        raise RuleRefused(
            f"{others + row.volume_ml:.2f} ml is above the product's limit of {limit:g} ml a session.",
            code="volume_above_limit",
            field="volume_per_point_ml",
        )


def _demand_running(session: Session, at: datetime) -> None:
    demand_consent(session, at)
    if queries.day_outcome(session, "capacity", at) == "doubt":
        raise RuleRefused(
            "There is doubt whether the client can decide; the session can only be stopped.", code="capacity_doubt"
        )


def _demand_technique(session: Session, technique: str) -> None:
    if session.modality != Modality.INJECTION:
        raise RuleRefused("This is an electro session; record phases.", code="other_modality", field="technique")
    if technique and technique != session.technique:
        raise RuleRefused(
            "This technique is not the one of the agreed plan and consent.",
            code="technique_not_planned",
            field="technique",
        )


def _locked_pass(placed: Pass, version: int | None) -> Pass:
    row: Pass = Pass.objects.locked(placed.pk)
    check_version(row.version, version, now={"version": row.version, "points": len(row.points)})
    return row


def _blank_pass(session: Session, zone: str, at: datetime) -> Pass:
    position = max((row.position for row in session.passes.all()), default=0) + 1
    surface = anatomy()
    return Pass(
        organisation_id=session.organisation_id,
        client_id=session.client_id,
        session=session,
        position=position,
        technique=session.technique,
        zone=zone,
        anatomy_format=surface.format,
        anatomy_digest=surface.digest,
        occurred_at=at,
        recorded_at=at,
    )


@audit.audited
def place_pass(
    session: Session,
    *,
    zone: str,
    points: Sequence[Any],
    anatomy_digest: str,
    depth_mm: float,
    volume_per_point_ml: float,
    lot: Lot | None = None,
    technique: str = "",
    spacing_mm: float | None = None,
    reason: str = "",
    placed: Pass | None = None,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Pass:
    """Place points: a new pass, or the new state of `placed` (`version` is then the pass's). mm, ml a point.

    Raises InvalidValue (points, ranges), RuleRefused (`zone_not_planned`, `too_deep`, `lot_not_chosen`,
    `volume_above_limit`, `reason_required`, `technique_not_planned`, `consent_not_valid`), StaleRecord.
    """
    locked = take(session, by=by, states={SessionState.STARTED})
    _demand_technique(locked, technique)
    _demand_running(locked, at)
    used = library.technique(locked.technique)
    guide = _demand_zone(locked, zone)
    row = _locked_pass(placed, version) if placed else _blank_pass(locked, zone, at)
    read = read_points(points, zone_id=zone, digest=anatomy_digest)
    row.zone, row.lot, row.points = zone, _lot_in_hand(locked, lot, used), [point.row() for point in read]
    numbers = {"depth_mm": depth_mm, "volume_per_point_ml": volume_per_point_ml, "spacing_mm": spacing_mm}
    row.setting = {**numbers, "reason": reason.strip()}
    _demand_depth(locked, guide, depth_mm, reason.strip())
    _demand_volume(locked, row, used, reason.strip())
    row.save()
    audit.record(by, "session.points_placed", row, at=at, count=len(read), version=row.version)
    return row


def _setting(given: Mapping[str, Any], mode: str, device: Device) -> tuple[dict[str, Any], tuple[electro.Breach, ...]]:
    """Numbers of a phase with what follows from them, and what lies beyond a limit."""
    numbers = {key: float(value) for key, value in given.items() if isinstance(value, (int, float)) and value >= 0}
    area, current, minutes = numbers.get("area_cm2"), numbers.get("current_ma"), numbers.get("minutes")
    if minutes is None or not 0 < minutes <= 90:
        raise InvalidValue("Set the minutes of this phase.", code="out_of_range", field="minutes")
    if not area:
        raise InvalidValue("Set the electrode's contact area in cm².", code="out_of_range", field="area_cm2")
    others = {key: value for key, value in numbers.items() if key not in {"area_cm2", "current_ma", "minutes"}}
    values = electro.measured(current_ma=current, area_cm2=area, minutes=minutes, **others)
    limits = [
        electro.Limit(row.id, row.parameter, row.label, row.unit, row.soft_max, row.hard_max)
        for row in catalogue.limits_for(mode)
    ]
    ranges = {
        row.parameter: (float(row.minimum), float(row.maximum)) for row in device.ranges.all() if row.mode == mode
    }
    return {**given, **values, "area_cm2": area}, electro.breaches(values, limits, ranges)


def _refuse_breaches(found: tuple[electro.Breach, ...], reason: str) -> None:
    hard = [breach for breach in found if breach.level == Level.BLOCK]
    if not hard and (not found or reason):
        return
    worst = (hard or list(found))[0]
    name = worst.label.replace("_", " ")
    origin = "the device's own range" if worst.by_device else "the limit"
    text = f"{name}: {worst.value:g} {worst.unit} is beyond {origin} of {worst.limit:g} {worst.unit}."
    raise RuleRefused(
        text if hard else text + " Write down why.",
        code="beyond_limit" if hard else "reason_required",
        field=worst.parameter if hard else "reason",
        details=[
            {"id": b.limit_id, "parameter": b.parameter, "value": b.value, "limit": b.limit, "level": str(b.level)}
            for b in found
        ],
    )


def _polarity(given: Mapping[str, Any], lot: Lot | None, reason: str) -> str:
    polarity = str(given.get("polarity") or Polarity.NONE)
    if polarity not in Polarity.values:
        raise InvalidValue("Choose the polarity.", code="invalid_choice", field="polarity")
    declared = lot.product.polarity if lot else ""
    if (
        declared in {"negative", "positive"}
        and polarity in {"negative", "positive"}
        and declared != polarity
        and not reason
    ):
        raise RuleRefused(
            f"The product's active ion is {declared}; the electrode has the same sign. Write down why not.",
            code="reason_required",
            field="polarity",
        )
    return polarity


def _device_for(session: Session, device: Device | None, mode: str) -> Device:
    if session.modality != Modality.ELECTRO:
        raise RuleRefused("This is an injection session; place points.", code="other_modality", field="mode")
    chosen = device or session.device
    if chosen is None or mode not in chosen.modes:
        raise InvalidValue("Choose a mode of the device.", code="invalid_choice", field="mode")
    return chosen


def _demand_all(session: Session, zones: Sequence[str], lot: Lot | None) -> list[str]:
    for zone in zones:
        _demand_zone(session, zone)
    if lot is not None and not LotUse.objects.filter(session=session, lot=lot).exists():
        raise RuleRefused("Take the lot into the hand first.", code="lot_not_chosen", field="lot")
    if lot is not None:
        _demand_usable_still(lot)
    return list(zones)


@audit.audited
def record_phase(
    session: Session,
    *,
    mode: str,
    setting: Mapping[str, Any],
    zones: Sequence[str] = (),
    device: Device | None = None,
    lot: Lot | None = None,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> ElectroPhase:
    """Record a phase of current. `setting`: area_cm2, current_ma, minutes, polarity, frequency and so on (D2), reason.

    Density (mA/cm²) and dose (mA·min) are computed. Raises RuleRefused (`beyond_limit`, `reason_required`).
    """
    locked = take(session, by=by, version=version, states={SessionState.STARTED})
    chosen = _device_for(locked, device, mode)
    _demand_running(locked, at)
    treated = _demand_all(locked, zones or locked.zones, lot)
    reason = str(setting.get("reason") or "").strip()
    values, found = _setting(setting, mode, chosen)
    _refuse_breaches(found, reason)
    values |= {"polarity": _polarity(setting, lot, reason), "warnings": [breach.limit_id for breach in found]}
    phase = ElectroPhase(
        organisation_id=locked.organisation_id,
        client_id=locked.client_id,
        session=locked,
        position=locked.phases.count() + 1,
        device=chosen,
        lot=lot,
        mode=mode,
        zones=treated,
        setting=values,
        occurred_at=at,
        recorded_at=at,
    )
    phase.save()
    audit.record(by, "session.phase_recorded", phase, at=at, device=chosen.id)
    return phase


@audit.audited
def check_skin(phase: ElectroPhase, *, seen: str, note: str = "", by: Actor, at: datetime) -> ElectroPhase:
    """Look at the skin during a phase (D18). A hot spot or stinging pauses the session. Raises InvalidValue."""
    locked = take(phase.session, by=by, states=EDITABLE)
    if seen not in SkinCheck.values:
        raise InvalidValue("Choose what you saw.", code="invalid_choice", field="seen")
    row: ElectroPhase = ElectroPhase.objects.locked(phase.pk)
    row.skin_checks = [*row.skin_checks, {"at": at.isoformat(), "seen": seen, "note": note.strip()}]
    row.save(update_fields=["skin_checks"])
    if seen in {SkinCheck.HOT_SPOT, SkinCheck.STINGING} and locked.state == SessionState.STARTED:
        pause_running(locked, at)
    audit.record(by, "session.skin_checked", row, at=at, version=row.version)
    return row


@audit.audited
def record_comfort(
    session: Session, *, score: int, words: str = "", action: str = "", by: Actor, at: datetime
) -> ComfortScore:
    """Record comfort from 0 to 10. From 7 on a running session is paused (R225). Raises InvalidValue."""
    locked = take(session, by=by, states=RUNNING | CLOSING)
    if score not in COMFORT_RANGE:
        raise InvalidValue("Score comfort from 0 to 10.", code="out_of_range", field="score")
    row = ComfortScore(
        organisation_id=locked.organisation_id,
        client_id=locked.client_id,
        session=locked,
        score=score,
        words=words.strip(),
        action=action.strip(),
        occurred_at=at,
        recorded_at=at,
    )
    row.save()
    if score >= SEVERE_COMFORT and locked.state == SessionState.STARTED:
        pause_running(locked, at)
    audit.record(by, "session.comfort_scored", locked, at=at)
    return row


@audit.audited
def note_adaptation(
    session: Session, *, adapted_because: str = "", notes: str = "", by: Actor, at: datetime, version: int | None = None
) -> Session:
    """Keep why the technique was adapted (criterion Y 4.5) and free notes; until the session is signed."""
    locked = take(session, by=by, version=version, states=EDITABLE)
    locked.adapted_because, locked.notes = adapted_because.strip(), notes.strip()
    locked.save(update_fields=["adapted_because", "notes"])
    audit.record(by, "session.noted", locked, at=at, version=locked.version)
    return locked


@audit.audited
def review_safety(
    session: Session, *, waste: Sequence[str] = (), words: str = "", by: Actor, at: datetime
) -> ChecklistEntry:
    """Waste by stream after treatment, and the review of what was safe and what was not (decision 44, D 3.5)."""
    locked = take(session, by=by, states=CLOSING)
    demand_performer(locked, by)
    for name in waste:
        item = library.item(locked.checklists, name)
        if item.when != "disposal":
            raise InvalidValue("This is not a waste stream.", code="unknown_item", field="waste")
    rows = [(name, "") for name in waste] + [(library.SAFETY_REVIEW, words.strip())]
    entries = [
        ChecklistEntry(
            organisation_id=locked.organisation_id,
            client_id=locked.client_id,
            session=locked,
            item=name,
            phase=Phase.AFTER,
            is_done=True,
            note=note,
            occurred_at=at,
            recorded_at=at,
        )
        for name, note in rows
    ]
    for entry in entries:
        entry.save()
    audit.record(by, "session.safety_reviewed", locked, at=at, waste=list(waste))
    return entries[-1]
