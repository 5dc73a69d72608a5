"""Electro-mesotherapy: computed density and dose, and guard rails (clinical-content.md D).

The device's own range comes first; soft limits warn, hard limits refuse. Units are in the names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from treatments.choices import Level, Polarity

MAX_MINUTES = 90
FIELDS: Mapping[str, tuple[str, str]] = {  # what is set on a device, with its unit (table D2)
    "current_ma": ("current", "mA"),
    "carrier_frequency_khz": ("carrier frequency", "kHz"),
    "modulation_frequency_hz": ("modulation frequency", "Hz"),
    "peak_voltage_v": ("peak voltage", "V"),
    "pulse_width_ms": ("pulse width", "ms"),
    "pulse_amplitude_v": ("pulse amplitude", "V"),
    "voltage_v": ("voltage", "V"),
}
NEEDS: Mapping[str, tuple[str, ...]] = {  # what a guard rail of table D1 is worked out from
    "current_density_ma_cm2": ("current_ma", "area_cm2"),
    "dose_ma_min": ("current_ma", "minutes"),
    "current_ma": ("current_ma",),
    "current_microa": ("current_ma",),
    "minutes_per_polarity": ("minutes",),
    "minutes_face": ("minutes",),
    "carrier_frequency_khz": ("carrier_frequency_khz",),
    "modulation_frequency_hz": ("modulation_frequency_hz",),
    "peak_voltage_v": ("peak_voltage_v",),
    "pulse_width_ms": ("pulse_width_ms",),
    "pulse_amplitude_v": ("pulse_amplitude_v",),
}
SET_BY_UNIT = frozenset({"peak_voltage_v", "pulse_width_ms", "pulse_amplitude_v"})  # D10–D12; D06 follows the current
SIGNED = frozenset({Polarity.NEGATIVE, Polarity.POSITIVE})
OUTPUT_WARNING = "output_warning"  # the parameter of D16
OUTPUTS = ("current_ma", "voltage_v", "peak_voltage_v", "pulse_amplitude_v")  # what D16 looks at, mA and V


@dataclass(frozen=True)
class Limit:
    """One guard rail: `soft_max` warns, `hard_max` refuses; None: the device sets it."""

    id: str
    parameter: str
    label: str
    unit: str
    soft_max: float | None
    hard_max: float | None


@dataclass(frozen=True)
class Breach:
    """A value beyond a limit."""

    limit_id: str
    parameter: str
    label: str
    unit: str
    value: float
    limit: float
    level: Level
    by_device: bool = False


@dataclass(frozen=True)
class Done:
    """A phase of the same mode already recorded in the session."""

    polarity: str
    minutes: float
    dose_ma_min: float


@dataclass(frozen=True)
class Totals:
    """What the phases before add up to: dose (mA·min) and minutes of the mode, minutes of the polarity."""

    dose_ma_min: float = 0.0
    minutes: float = 0.0
    minutes_of_polarity: float = 0.0


def needed(limits: Iterable[Limit], ranges: Iterable[str]) -> tuple[str, ...]:
    """The numbers without which a guard rail, or the device's own range, could not be looked at."""
    watched = [limit.parameter for limit in limits if limit.soft_max is not None or limit.hard_max is not None]
    names = [name for parameter in watched for name in NEEDS.get(parameter, ())]
    names += [name for parameter in ranges for name in NEEDS.get(parameter, (parameter,))]
    return tuple(dict.fromkeys(names))


def totals(done: Iterable[Done], polarity: str) -> Totals:
    """Phases of one mode added up. A phase without one sign counts for both (D04); dose and time of the mode are
    the session's, whatever the sign (D03, D13).
    """
    rows = list(done)
    same = [row for row in rows if polarity == row.polarity or not {polarity, row.polarity} <= SIGNED]
    return Totals(
        dose_ma_min=round(sum(row.dose_ma_min for row in rows), 3),
        minutes=round(sum(row.minutes for row in rows), 3),
        minutes_of_polarity=round(sum(row.minutes for row in same), 3),
    )


def with_session(values: Mapping[str, float], so_far: Totals) -> dict[str, float]:
    """A phase's values as the limits of a session see them."""
    added = {
        "dose_ma_min": so_far.dose_ma_min,
        "minutes_face": so_far.minutes,
        "minutes_per_polarity": so_far.minutes_of_polarity,
    }
    return {key: round(value + added.get(key, 0.0), 4) for key, value in values.items()}


def session_values(values: Mapping[str, float], so_far: Totals) -> dict[str, float]:
    """What the record keeps of the session so far, this phase included."""
    seen = with_session(values, so_far)
    kept = {"total_minutes": seen["minutes_face"], "total_minutes_of_polarity": seen["minutes_per_polarity"]}
    return kept | ({"total_dose_ma_min": seen["dose_ma_min"]} if "dose_ma_min" in seen else {})


def density_ma_cm2(current_ma: float, area_cm2: float) -> float:
    """Current density in mA/cm² (D01). Raises ValueError for an area of zero."""
    if area_cm2 <= 0:
        raise ValueError("The electrode's area must be more than 0 cm².")
    return round(current_ma / area_cm2, 4)


def dose_ma_min(current_ma: float, minutes: float) -> float:
    """Dose in mA·min (D03)."""
    return round(current_ma * minutes, 3)


def measured(
    *,
    current_ma: float | None = None,
    area_cm2: float | None = None,
    minutes: float | None = None,
    **others: float | None,
) -> dict[str, float]:
    """Everything the guard rails look at, computed values included; what was not set is left out."""
    values = {key: value for key, value in others.items() if value is not None}
    if current_ma is not None:
        values["current_ma"] = current_ma
        values["current_microa"] = current_ma * 1000
        if area_cm2:
            values["current_density_ma_cm2"] = density_ma_cm2(current_ma, area_cm2)
        if minutes is not None:
            values["dose_ma_min"] = dose_ma_min(current_ma, minutes)
    if minutes is not None:
        values["minutes_face"] = values["minutes_per_polarity"] = minutes
    return values


def strong_outputs(values: Mapping[str, float], limits: Iterable[Limit]) -> tuple[Breach, ...]:
    """Outputs above the warning of any stimulator: 10 mA rms or 10 V (D16, source S48). A peak counts as shown."""
    edges = [limit for limit in limits if limit.parameter == OUTPUT_WARNING and limit.soft_max is not None]
    return tuple(
        Breach(limit.id, name, *FIELDS[name], values[name], float(limit.soft_max or 0), Level.WARN)
        for limit in edges
        for name in OUTPUTS
        if values.get(name, 0.0) > float(limit.soft_max or 0)
    )


@dataclass(frozen=True)
class SkinGap:
    """Treatment without a look at the skin, in seconds of the session's clock."""

    from_s: int
    to_s: int


def skin_gaps(checks_s: Iterable[int], *, until_s: int, limit_s: int) -> tuple[SkinGap, ...]:
    """Stretches of treatment longer than the limit without a skin check (D18); all in seconds, pauses left out."""
    marks = [0, *sorted(checks_s), until_s]
    return tuple(SkinGap(a, b) for a, b in pairwise(marks) if b - a > limit_s)


def breaches(
    values: Mapping[str, float],
    limits: Iterable[Limit],
    device_range: Mapping[str, tuple[float | None, float | None]],
) -> tuple[Breach, ...]:
    """All values beyond a guard rail or outside the device's own range, worst first."""
    found = [breach for limit in limits if (breach := _beyond(limit, values.get(limit.parameter)))]
    for parameter, (low, high) in device_range.items():
        value = values.get(parameter)
        if value is None:
            continue
        edge = high if high is not None and value > high else low if low is not None and value < low else None
        if edge is not None:
            found.append(Breach("device", parameter, parameter, "", value, edge, Level.BLOCK, by_device=True))
    return tuple(sorted(found, key=lambda breach: breach.level != Level.BLOCK))


def _beyond(limit: Limit, value: float | None) -> Breach | None:
    if value is None:
        return None
    for edge, level in ((limit.hard_max, Level.BLOCK), (limit.soft_max, Level.WARN)):
        if edge is not None and value > edge:
            return Breach(limit.id, limit.parameter, limit.label, limit.unit, value, edge, level)
    return None
