"""Electro-mesotherapy: computed density and dose, and guard rails (clinical-content.md D).

The device's own range comes first; soft limits warn, hard limits refuse. Units are in the names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from treatments.choices import Level


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


def density_ma_cm2(current_ma: float, area_cm2: float) -> float:
    """Current density in mA/cm² (D01). Raises ValueError for an area of zero."""
    if area_cm2 <= 0:
        raise ValueError("The electrode's area must be more than 0 cm².")
    return round(current_ma / area_cm2, 4)


def dose_ma_min(current_ma: float, minutes: float) -> float:
    """Dose in mA·min (D03)."""
    return round(current_ma * minutes, 3)


def measured(
    *, current_ma: float | None, area_cm2: float | None, minutes: float | None, **others: float | None
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
