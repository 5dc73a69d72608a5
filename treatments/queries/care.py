"""Patch tests and prescriptions: what the page shows, and what the rules are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinic.access import Can
from clinic.actors import Actor
from treatments.choices import PatchResult
from treatments.models import PatchTest, Prescription
from treatments.rules.measures import patch_test_counts


@dataclass(frozen=True)
class PatchLine:
    """A patch test with whether it lets treatment go on."""

    row: PatchTest
    hours: float
    counts: bool


def _line(row: PatchTest) -> PatchLine:
    hours = (row.read_at - row.placed_at).total_seconds() / 3600
    is_calm = row.result == PatchResult.CALM
    return PatchLine(row, round(hours, 1), patch_test_counts(hours, is_calm=is_calm))


def patch_tests_of(client: Any, actor: Actor) -> list[PatchLine]:
    """Patch tests of a client, newest first."""
    rows = PatchTest.objects.visible_to(actor, Can.READ_CHART).for_client(client).select_related("product", "read_by")
    return [_line(row) for row in rows.order_by("-read_at", "-recorded_at")]


def patch_test_done(client_id: Any, products: Iterable[Any]) -> bool:
    """Whether the newest patch test of every product counts (R212); no product needs none."""
    wanted = set(products)
    rows = PatchTest.objects.filter(client_id=client_id, product_id__in=wanted)
    newest = {row.product_id: _line(row).counts for row in rows.order_by("read_at", "recorded_at")}
    return all(newest.get(product) for product in wanted)


def prescriptions_of(client: Any, actor: Actor) -> list[Prescription]:
    """Prescriptions of a client, newest first."""
    rows = Prescription.objects.visible_to(actor, Can.READ_CHART).for_client(client)
    return list(rows.select_related("product", "prescriber").order_by("-prescribed_at", "-recorded_at"))


def is_prescribed(client_id: Any, products: Iterable[Any], on: date) -> bool:
    """Whether the newest prescription of every product still holds on a day (R010); False without a product."""
    wanted = set(products)
    rows = Prescription.objects.filter(client_id=client_id, product_id__in=wanted) if wanted else ()
    newest = {row.product_id: row.valid_until for row in rows}
    return bool(wanted) and all(product in newest and newest[product] >= on for product in wanted)
