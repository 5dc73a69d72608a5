"""Verbs of the catalogue: products, devices, depth limits. Lead or manager; depth limits the lead alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from clinic import access, audit, rules
from clinic.access import Can
from clinic.actors import Actor
from clinic.audit import audited
from clinic.catalogue import content
from clinic.catalogue.checks import checked_device, checked_product, checked_range
from clinic.catalogue.models import DepthLimit, Device, DeviceRange, Product, ProductIngredient, ProductTag
from clinic.catalogue.rules import LEVELS, MAX_DEPTH_MM, asked_tags
from clinic.errors import InvalidValue
from clinic.models import Organisation


@audited
def create_product(
    organisation: Organisation,
    *,
    ingredients: Iterable[Mapping[str, str]],
    tags: Mapping[str, bool | None] | None = None,
    by: Actor,
    at: datetime,
    **values: Any,
) -> Product:
    """Add a product. `ingredients` are `{"id": "I06", "strength": "10 %"}`; `tags` answers uncertain allergen tags.

    Raises InvalidValue naming the field.
    """
    access.require(by, Can.MANAGE_CATALOGUE, organisation)
    rows = _checked_ingredients(ingredients)
    product = Product(organisation=organisation, recorded_at=at, **checked_product(values, whole=True))
    _refuse_twice(product)
    product.save()
    _write_ingredients(product, rows, at)
    _write_tags(product, tags or {}, at)
    audit.record(by, "product.created", product, at=at, legal=product.legal, ingredients=[row["id"] for row in rows])
    return product


@audited
def edit_product(
    product: Product,
    *,
    ingredients: Iterable[Mapping[str, str]] | None = None,
    tags: Mapping[str, bool | None] | None = None,
    by: Actor,
    at: datetime,
    version: int | None = None,
    **values: Any,
) -> Product:
    """Correct a product, its ingredients or its answers. Raises StaleRecord, InvalidValue."""
    access.require(by, Can.MANAGE_CATALOGUE, product)
    locked: Product = Product.objects.locked(product.pk)
    _check_version(locked, values, version)
    changed = {name: value for name, value in checked_product(values).items() if getattr(locked, name) != value}
    for name, value in changed.items():
        setattr(locked, name, value)
    _refuse_twice(locked)
    locked.save()
    if ingredients is not None:
        _write_ingredients(locked, _checked_ingredients(ingredients), at)
    if tags is not None or ingredients is not None:
        _write_tags(locked, {**locked.tag_answers, **(tags or {})}, at)
    audit.record(by, "product.edited", locked, at=at, fields=sorted(changed), version=locked.version)
    return locked


@audited
def add_device(
    organisation: Organisation,
    *,
    ranges: Iterable[Mapping[str, Any]] = (),
    by: Actor,
    at: datetime,
    **values: Any,
) -> Device:
    """Add a device. `ranges` are `{"mode", "parameter", "minimum", "maximum"}`, inside the guard rails of table D1."""
    access.require(by, Can.MANAGE_CATALOGUE, organisation)
    device = Device(organisation=organisation, recorded_at=at, **checked_device(values, whole=True))
    rows = [checked_range(row, device.modes) for row in ranges]
    if Device.objects.filter(organisation=organisation, make=device.make, serial=device.serial).exists():
        raise InvalidValue("This device is already in the list.", code="exists_already", field="serial")
    device.save()
    _write_ranges(device, rows, at)
    audit.record(by, "device.added", device, at=at, kind=device.kind, modes=device.modes)
    return device


@audited
def edit_device(
    device: Device,
    *,
    ranges: Iterable[Mapping[str, Any]] | None = None,
    by: Actor,
    at: datetime,
    version: int | None = None,
    **values: Any,
) -> Device:
    """Correct a device or its ranges, or take it out of use (`is_active` False). Raises StaleRecord, InvalidValue."""
    access.require(by, Can.MANAGE_CATALOGUE, device)
    locked: Device = Device.objects.locked(device.pk)
    _check_version(locked, values, version)
    changed = {name: value for name, value in checked_device(values).items() if getattr(locked, name) != value}
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.save()
    if ranges is not None:
        _write_ranges(locked, [checked_range(row, locked.modes) for row in ranges], at)
    audit.record(by, "device.edited", locked, at=at, fields=sorted(changed), version=locked.version)
    return locked


@audited
def record_device_check(
    device: Device, *, check: str, done_on: date, due_on: date | None = None, by: Actor, at: datetime
) -> Device:
    """Write down a service or an electrical safety test (`check` is "service" or "safety_test")."""
    access.require(by, Can.MANAGE_CATALOGUE, device)
    fields = {
        "service": ("serviced_on", "service_due_on"),
        "safety_test": ("safety_tested_on", "safety_test_due_on"),
    }
    if check not in fields:
        raise InvalidValue("Choose service or safety test.", code="invalid_choice", field="check")
    if done_on > at.date() or (due_on is not None and due_on <= done_on):
        raise InvalidValue("These dates cannot be right.", code="invalid_date", field="done_on")
    locked: Device = Device.objects.locked(device.pk)
    done, due = fields[check]
    setattr(locked, done, done_on)
    setattr(locked, due, due_on)
    locked.save(update_fields=[done, due])
    audit.record(by, f"device.{check}", locked, at=at, done_on=done_on)
    return locked


@audited
def set_depth_limit(
    organisation: Organisation,
    *,
    technique: str,
    level: int,
    depth_mm: Decimal,
    source: str,
    force: str = "clinic_policy",
    action: str = "block",
    by: Actor,
    at: datetime,
) -> DepthLimit:
    """Set how deep (mm) a level may go with a technique here; replaces the row. The clinical lead's alone (R014)."""
    access.require(by, Can.PUBLISH_CONTENT, organisation)
    if technique not in content.techniques():
        raise InvalidValue("Choose a technique.", code="invalid_choice", field="technique")
    if level not in LEVELS:
        raise InvalidValue("Choose a level from 3 to 7.", code="invalid_choice", field="level")
    if not 0 <= depth_mm <= MAX_DEPTH_MM:
        raise InvalidValue(f"Give a depth from 0 to {MAX_DEPTH_MM} mm.", code="out_of_range", field="depth_mm")
    if not source.strip():
        raise InvalidValue("Say what this limit rests on.", code="required", field="source")
    row = DepthLimit.objects.filter(organisation=organisation, technique=technique, level=level).first()
    row = row or DepthLimit(organisation=organisation, technique=technique, level=level, recorded_at=at)
    row.depth_mm, row.source, row.force, row.action = depth_mm, source.strip(), force, action
    row.save()
    audit.record(by, "depth_limit.set", row, at=at, technique=technique, level=level, depth_mm=str(depth_mm))
    return row


def _check_version(locked: Product | Device, values: Mapping[str, Any], version: int | None) -> None:
    known = {field.name for field in locked._meta.concrete_fields}
    now = {name: getattr(locked, name) for name in values if name in known}
    rules.check_version(
        locked.version, version, now={**now, "version": locked.version}, yours={**values, "version": version}
    )


def _refuse_twice(product: Product) -> None:
    same = Product.objects.filter(organisation_id=product.organisation_id, name=product.name, maker=product.maker)
    if same.exclude(pk=product.pk).exists():
        raise InvalidValue("This product is already in the list.", code="exists_already", field="name")


def _checked_ingredients(ingredients: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    rows = [{"id": str(row.get("id", "")), "strength": str(row.get("strength", "")).strip()} for row in ingredients]
    ids = [row["id"] for row in rows]
    if not rows:
        raise InvalidValue("Name at least one ingredient.", code="required", field="ingredients")
    if len(set(ids)) != len(ids):
        raise InvalidValue("An ingredient is named twice.", code="named_twice", field="ingredients")
    if not set(ids) <= set(content.ingredients()):
        raise InvalidValue("Choose ingredients from the list.", code="invalid_choice", field="ingredients")
    return rows


def _write_ingredients(product: Product, rows: list[dict[str, str]], at: datetime) -> None:
    old = {row.ingredient: row for row in product.ingredients.all()}
    for code in set(old) - {row["id"] for row in rows}:
        old[code].delete()
    for position, given in enumerate(rows):
        row = old.get(given["id"]) or ProductIngredient(
            organisation_id=product.organisation_id, product=product, ingredient=given["id"], recorded_at=at
        )
        row.strength, row.position = given["strength"], position
        row.save()
    _forget_prefetched(product)


def _write_tags(product: Product, tags: Mapping[str, bool | None], at: datetime) -> None:
    asked = asked_tags(product.ingredient_ids)
    unknown = set(tags) - set(content.tags())
    if unknown:
        raise InvalidValue("Unknown allergen tag.", code="invalid_choice", field="tags")
    old = {row.tag: row for row in product.tags.all()}
    for tag in sorted(set(old) - asked):
        old[tag].delete()
    for tag in sorted(asked & set(tags)):
        row = old.get(tag) or ProductTag(
            organisation_id=product.organisation_id, product=product, tag=tag, recorded_at=at
        )
        row.is_present = tags[tag]
        row.save()
    _forget_prefetched(product)


def _write_ranges(device: Device, rows: list[dict[str, Any]], at: datetime) -> None:
    old = {(row.mode, row.parameter): row for row in device.ranges.all()}
    given = {(row["mode"], row["parameter"]): row for row in rows}
    for key in set(old) - set(given):
        old[key].delete()
    for (mode, parameter), values in given.items():
        row = old.get((mode, parameter)) or DeviceRange(
            organisation_id=device.organisation_id, device=device, mode=mode, parameter=parameter, recorded_at=at
        )
        row.minimum, row.maximum = values["minimum"], values["maximum"]
        row.save()
    _forget_prefetched(device)


def _forget_prefetched(record: Product | Device) -> None:
    record.__dict__.pop("_prefetched_objects_cache", None)
