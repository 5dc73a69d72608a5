"""Checks of catalogue values before they are written; each refusal names its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import TextChoices

from clinic.catalogue import content
from clinic.catalogue.choices import DeviceKind, Legal, Mode, Origin, Polarity, Strength
from clinic.catalogue.content_rows import ElectroLimit
from clinic.catalogue.rules import MAX_SESSION_ML
from clinic.errors import InvalidValue

PRODUCT_FIELDS = (
    "name", "maker", "legal", "strength", "concentration", "unit", "unit_ml", "labelled_areas", "max_session_ml",
    "polarity", "labelled_for_electro", "origin", "is_active",
)  # fmt: skip
DEVICE_FIELDS = (
    "kind", "make", "model", "serial", "mark", "ifu_version", "modes", "electrode_cm2", "serviced_on",
    "service_due_on", "safety_tested_on", "safety_test_due_on", "is_active",
)  # fmt: skip
_PRODUCT_CHOICES: dict[str, type[TextChoices]] = {
    "legal": Legal,
    "strength": Strength,
    "polarity": Polarity,
    "origin": Origin,
}


def regions() -> frozenset[str]:
    """Regions a label may name (areas.yaml)."""
    return frozenset(row.region for row in content.areas().values())


def parameters(mode: str) -> dict[str, ElectroLimit]:
    """Guard rails of a mode by parameter, those with a number."""
    return {row.parameter: row for row in content.limits_for(mode) if mode in row.modes and row.parameter != "polarity"}


def checked_product(values: Mapping[str, Any], *, whole: bool = False) -> dict[str, Any]:
    """Values of a product. Raises InvalidValue."""
    found = _known(values, PRODUCT_FIELDS, {"name": "the product's name", "maker": "the maker"} if whole else {})
    _demand_text(found, ("name", "maker"))
    _demand_choices(found, _PRODUCT_CHOICES)
    if not set(found.get("labelled_areas", ())) <= regions():
        raise InvalidValue("Choose areas from the list.", code="invalid_choice", field="labelled_areas")
    for name in ("max_session_ml", "unit_ml"):
        if found.get(name) is not None:
            found[name] = _decimal(found[name], name)
            if not 0 < found[name] <= MAX_SESSION_ML:
                raise InvalidValue(f"Give a volume up to {MAX_SESSION_ML} ml.", code="out_of_range", field=name)
    return found


def checked_device(values: Mapping[str, Any], *, whole: bool = False) -> dict[str, Any]:
    """Values of a device. Raises InvalidValue."""
    words = {"make": "the make", "model": "the model", "serial": "the serial number"}
    found = _known(values, DEVICE_FIELDS, words if whole else {})
    _demand_text(found, ("make", "model", "serial"))
    _demand_choices(found, {"kind": DeviceKind})
    if not set(found.get("modes", ())) <= set(Mode.values):
        raise InvalidValue("Choose modes from the list.", code="invalid_choice", field="modes")
    if found.get("electrode_cm2") is not None:
        found["electrode_cm2"] = _decimal(found["electrode_cm2"], "electrode_cm2")
    return found


def checked_range(row: Mapping[str, Any], modes: Iterable[str]) -> dict[str, Any]:
    """One range of a device, inside the guard rails (table D1). Raises InvalidValue."""
    mode, parameter = str(row.get("mode", "")), str(row.get("parameter", ""))
    if mode not in modes or parameter not in parameters(mode):
        raise InvalidValue("Choose a mode of the device and its setting.", code="invalid_choice", field="ranges")
    minimum, maximum = _decimal(row.get("minimum"), "ranges"), _decimal(row.get("maximum"), "ranges")
    if not 0 <= minimum <= maximum:
        raise InvalidValue("The lowest value comes first.", code="out_of_range", field="ranges")
    limit = parameters(mode)[parameter]
    if limit.hard_max is not None and maximum > Decimal(str(limit.hard_max)):
        raise InvalidValue(
            f"{limit.label.capitalize()}: at most {limit.hard_max:g} {limit.unit}.", code="guard_rail", field="ranges"
        )
    return {"mode": mode, "parameter": parameter, "minimum": minimum, "maximum": maximum}


def _known(values: Mapping[str, Any], names: Iterable[str], needed: Mapping[str, str]) -> dict[str, Any]:
    unknown = set(values) - set(names)
    if unknown:
        raise InvalidValue("Unknown field.", code="unknown_field", field=min(unknown))
    for name, words in needed.items():
        if name not in values:
            raise InvalidValue(f"Give {words}.", code="required", field=name)
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def _demand_text(values: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in names:
        if name in values and not values[name]:
            raise InvalidValue("This is needed.", code="required", field=name)


def _demand_choices(values: Mapping[str, Any], choices: Mapping[str, type[TextChoices]]) -> None:
    for name, vocabulary in choices.items():
        if name in values and values[name] not in vocabulary.values:
            raise InvalidValue("Choose from the list.", code="invalid_choice", field=name)


def _decimal(value: Any, field: str) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise InvalidValue("Give a number.", code="invalid_number", field=field) from error
    if not found.is_finite():
        raise InvalidValue("Give a number.", code="invalid_number", field=field)
    return found
