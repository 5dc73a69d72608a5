"""Phases of current and the skin checks during them (clinical-content.md D)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from clinic import audit
from clinic.actors import Actor
from clinic.catalogue import content as catalogue
from clinic.catalogue.models import Device
from clinic.errors import InvalidValue, RuleRefused
from treatments.choices import Level, Modality, Polarity, SessionState, SkinCheck
from treatments.guards import (
    EDITABLE,
    demand_performer,
    demand_running,
    demand_usable_still,
    demand_zone,
    pause_running,
    take,
)
from treatments.models import ElectroPhase, Lot, LotUse, Session
from treatments.rules import electro
from treatments.rules.moves import RUNNING


def _numbers(given: Mapping[str, Any]) -> dict[str, float]:
    """What was set, as numbers above nothing; a number below, or none at all, counts as left out."""
    return {key: float(value) for key, value in given.items() if isinstance(value, (int, float)) and value > 0}


def _demand_numbers(numbers: Mapping[str, float], needed: Iterable[str]) -> None:
    """Raises InvalidValue naming the number that a limit needs."""
    if not numbers.get("area_cm2"):
        raise InvalidValue("Set the electrode's contact area in cm².", code="out_of_range", field="area_cm2")
    if not 0 < numbers.get("minutes", 0) <= electro.MAX_MINUTES:
        raise InvalidValue("Set the minutes of this phase.", code="out_of_range", field="minutes")
    for name in needed:
        if name not in numbers:
            label, unit = electro.FIELDS.get(name, (name.replace("_", " "), ""))
            raise InvalidValue(f"Set the {label}{f' in {unit}' if unit else ''}.", code="required", field=name)


def _so_far(session: Session, mode: str, polarity: str) -> electro.Totals:
    """Dose and minutes of the phases already recorded in this session."""
    done = [
        electro.Done(str(row.setting.get("polarity", "")), row.setting.get("minutes") or 0.0,
                     row.setting.get("dose_ma_min") or 0.0)
        for row in session.phases.all() if row.mode == mode
    ]  # fmt: skip
    return electro.totals(done, polarity)


def _limits(mode: str) -> list[electro.Limit]:
    return [
        electro.Limit(row.id, row.parameter, row.label, row.unit, row.soft_max, row.hard_max)
        for row in catalogue.limits_for(mode)
    ]


def _setting(
    given: Mapping[str, Any], mode: str, device: Device, so_far: electro.Totals
) -> tuple[dict[str, Any], tuple[electro.Breach, ...]]:
    """Numbers of a phase with what follows from them, and what lies beyond a limit of the phase or the session."""
    limits = _limits(mode)
    ranges = {
        row.parameter: (float(row.minimum), float(row.maximum)) for row in device.ranges.all() if row.mode == mode
    }
    needed = electro.needed(limits, ranges)
    numbers = _numbers(given)
    _demand_numbers(numbers, (name for name in needed if name not in electro.SET_BY_UNIT or name in ranges))
    values = electro.measured(**numbers)
    found = electro.breaches(electro.with_session(values, so_far), limits, ranges)
    kept = {key: value for key, value in given.items() if isinstance(value, str) or key in numbers}
    totals = electro.session_values(values, so_far)
    not_shown = [name for name in needed if name not in numbers]
    return {**kept, **numbers, **values, **totals, "not_shown": not_shown}, found


def _demand_reason_for(not_shown: Sequence[str], reason: str) -> None:
    if not_shown and not reason:
        label, unit = electro.FIELDS[not_shown[0]]
        raise RuleRefused(
            f"The {label} ({unit}) is not set. Set it, or write down what the device shows instead.",
            code="reason_required",
            field="reason",
            details=list(not_shown),
        )


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


def _demand_seen(outputs: Sequence[electro.Breach], *, is_seen: bool) -> None:
    """Raises RuleRefused naming every output above the warning of D16 that nobody has said they have seen."""
    if not outputs or is_seen:
        return
    found = ", ".join(f"{row.label} {row.value:g} {row.unit}" for row in outputs)
    raise RuleRefused(
        f"Output warning: {found} is above {outputs[0].limit:g} mA rms or {outputs[0].limit:g} V. "
        "Check the setting; to go on, tick that you have seen the warning.",
        code="output_warning",
        field="output_seen",
        details=_plain(outputs),
    )


def _plain(outputs: Sequence[electro.Breach]) -> list[dict[str, Any]]:
    return [{"parameter": b.parameter, "value": b.value, "unit": b.unit, "limit": b.limit} for b in outputs]


def _kept_warning(outputs: Sequence[electro.Breach], by: Actor, at: datetime) -> dict[str, Any]:
    if not outputs:
        return {}
    seen = {"seen_by": str(by.staff_id), "seen_at": at.isoformat(timespec="seconds")}
    return {"output_warning": {"above": _plain(outputs), **seen}}


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
        demand_zone(session, zone)
    if lot is not None and not LotUse.objects.filter(session=session, lot=lot).exists():
        raise RuleRefused("Take the lot into the hand first.", code="lot_not_chosen", field="lot")
    if lot is not None:
        demand_usable_still(lot)
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
    output_seen: bool = False,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> ElectroPhase:
    """Record a phase of current. `setting`: area_cm2, current_ma, minutes, polarity, frequency and so on (D2), reason.

    Density (mA/cm²) and dose (mA·min) are computed; dose and time count with the phases before (D03, D04, D13).
    `output_seen`: the warning of an output above 10 mA rms or 10 V was read (D16).
    Raises InvalidValue naming the number a limit needs, RuleRefused (`beyond_limit`, `reason_required`,
    `output_warning`), Refused.
    """
    locked = take(session, by=by, version=version, states={SessionState.STARTED})
    demand_performer(locked, by)
    chosen = _device_for(locked, device, mode)
    demand_running(locked, at)
    treated = _demand_all(locked, zones or locked.zones, lot)
    reason = str(setting.get("reason") or "").strip()
    polarity = _polarity(setting, lot, reason)
    values, found = _setting(setting, mode, chosen, _so_far(locked, mode, polarity))
    _refuse_breaches(found, reason)
    _demand_reason_for(values["not_shown"], reason)
    outputs = electro.strong_outputs(values, _limits(mode))
    _demand_seen(outputs, is_seen=output_seen)
    warnings = [*(breach.limit_id for breach in found), *dict.fromkeys(breach.limit_id for breach in outputs)]
    values |= {"polarity": polarity, "warnings": warnings, **_kept_warning(outputs, by, at)}
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
    look = _look(locked, seen, note, at)
    row: ElectroPhase = ElectroPhase.objects.locked(phase.pk)
    row.skin_checks = [*row.skin_checks, look]
    row.save(update_fields=["skin_checks"])
    _pause_on(seen, locked, at)
    audit.record(by, "session.skin_checked", row, at=at, version=row.version)
    return row


def _look(session: Session, seen: str, note: str, at: datetime) -> dict[str, Any]:
    """What is kept of a look: when, seconds of treatment on the clock, what was seen."""
    if seen not in SkinCheck.values:
        raise InvalidValue("Choose what you saw.", code="invalid_choice", field="seen")
    ran_s = int(session.running_for(at).total_seconds())
    return {"at": at.isoformat(), "ran_s": ran_s, "seen": seen, "note": note.strip()}


def _pause_on(seen: str, session: Session, at: datetime) -> None:
    if seen in {SkinCheck.HOT_SPOT, SkinCheck.STINGING} and session.state == SessionState.STARTED:
        pause_running(session, at)


@audit.audited
def look_at_skin(session: Session, *, seen: str, note: str = "", by: Actor, at: datetime) -> Session:
    """Look at the skin of a running electro session (D18): the check belongs to the newest phase, before the first
    phase to the session. Its time on the session's clock is kept.

    Raises InvalidValue, RuleRefused (`other_modality`), TransitionRefused when it does not run, Refused.
    """
    locked = take(session, by=by, states=RUNNING)
    if locked.modality != Modality.ELECTRO:
        raise RuleRefused("Skin checks belong to electro sessions.", code="other_modality", field="seen")
    newest = locked.phases.last()
    if newest is not None:
        check_skin(newest, seen=seen, note=note, by=by, at=at)
        return Session.objects.get(pk=locked.pk)
    locked.skin_checks = [*(locked.skin_checks or ()), _look(locked, seen, note, at)]
    locked.save(update_fields=["skin_checks"])
    _pause_on(seen, locked, at)
    audit.record(by, "session.skin_checked", locked, at=at, version=locked.version)
    return locked
