"""Reads of the catalogue: lists for pages, facts for the rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue import content, rules
from clinic.catalogue.choices import Mode
from clinic.catalogue.models import DepthLimit, Device, Product


def products(actor: Actor, *, with_retired: bool = False) -> QuerySet[Product]:
    """Products this person may see, with ingredients and tag answers; a fixed number of queries."""
    rows = Product.objects.visible_to(actor, Can.READ_CATALOGUE).prefetch_related("ingredients", "tags")
    rows = rows if with_retired else rows.filter(is_active=True)
    return rows.order_by("name", "maker", "id")


def devices(actor: Actor, *, with_retired: bool = False) -> QuerySet[Device]:
    """Devices this person may see, with ranges."""
    rows = Device.objects.visible_to(actor, Can.READ_CATALOGUE).prefetch_related("ranges")
    rows = rows if with_retired else rows.filter(is_active=True)
    return rows.order_by("make", "model", "serial", "id")


def product_facts(product: Product) -> dict[str, Any]:
    """A product as the screening rules read it (keys of screen-format's `products`, lot aside)."""
    return {
        "ingredients": list(product.ingredient_ids),
        "legal": product.legal,
        "strength": product.strength,
        "polarity": product.polarity,
        "labelled_for_electro": product.labelled_for_electro,
        "labelled_areas": list(product.labelled_areas),
        "max_session_ml": None if product.max_session_ml is None else float(product.max_session_ml),
        "origin": product.origin,
        "tags": product.tag_answers,
    }


def product_tags(product: Product) -> dict[str, bool | None]:
    """Allergen tags of a product: True carried, None not looked up yet; what it does not carry is not there."""
    tags: dict[str, bool | None] = dict.fromkeys(sorted(rules.certain_tags(product.ingredient_ids)), True)
    tags |= {tag: answer for tag, answer in product.tag_answers.items() if answer is not False}
    return tags


def depth_limits(organisation_id: UUID) -> dict[str, dict[int, DepthLimit]]:
    """The clinic's own rows: technique, then level."""
    found: dict[str, dict[int, DepthLimit]] = {}
    for row in DepthLimit.objects.filter(organisation_id=organisation_id):
        found.setdefault(row.technique, {})[row.level] = row
    return found


def depth_limit_mm(organisation_id: UUID, technique: str, level: int | None) -> Decimal | None:
    """How deep (mm) a person of a level may go here; None when the clinic has set nothing (R014 fires).

    For microneedling the shipped rows hold until the clinic sets its own (decision 31).
    """
    rows = DepthLimit.objects.filter(organisation_id=organisation_id, technique=technique)
    limits: dict[int, Decimal | None] = {row.level: row.depth_mm for row in rows}
    if not limits:
        shipped = [row for row in content.depth_limits().values() if row.technique == technique]
        limits = {row.level: None if row.depth_mm is None else Decimal(str(row.depth_mm)) for row in shipped}
    return rules.depth_for(level, limits)


def device_facts(device: Device, today: date) -> dict[str, Any]:
    """A device as the screening rules read it (facts `d.` without prefix)."""
    return {
        "service_overdue": device.service_overdue(today),
        "safety_test_overdue": device.safety_test_overdue(today),
        "ifu_range": {
            f"{row.mode}.{row.parameter}": [float(row.minimum), float(row.maximum)] for row in device.ranges.all()
        },
    }


def contraindication_words(product: Product) -> list[str]:
    """Contraindication tags of a product, as words."""
    return [tag.replace("_", " ") for tag in sorted(rules.contraindications(product.ingredient_ids))]


def mode_labels(device: Device) -> list[str]:
    """Modes of a device in words."""
    return [Mode(mode).label for mode in device.modes]


def range_values(device: Device) -> list[dict[str, Any]]:
    """Ranges as the service takes them."""
    names = ("mode", "parameter", "minimum", "maximum")
    return [{name: getattr(row, name) for name in names} for row in device.ranges.all()]


def range_lines(device: Device) -> list[dict[str, Any]]:
    """Ranges of a device beside the guard rails of table D1."""
    lines = []
    for row in sorted(device.ranges.all(), key=lambda row: (row.mode, row.parameter)):
        limit = next((x for x in content.limits_for(row.mode) if x.parameter == row.parameter), None)
        lines.append(
            {
                "mode": Mode(row.mode).label,
                "label": limit.label if limit else row.parameter,
                "unit": limit.unit if limit else "",
                "minimum": row.minimum.normalize(),
                "maximum": row.maximum.normalize(),
                "hard_max": "by the device" if limit is None or limit.hard_max is None else f"{limit.hard_max:g}",
            }
        )
    return lines


def depth_lines(organisation_id: UUID) -> list[dict[str, Any]]:
    """The clinic's depth rows with the names of techniques."""
    rows = DepthLimit.objects.filter(organisation_id=organisation_id).order_by("technique", "level")
    return [{"technique": content.techniques()[row.technique], "row": row} for row in rows]
