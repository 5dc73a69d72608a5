"""Lots: receive, count, quarantine, release, recall. Quantities are packs in the product's own unit."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue.models import Product
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import Site
from clinic.rules import check_move, check_version
from treatments.choices import LotState, MoveKind
from treatments.models import Lot, StockMove
from treatments.rules.moves import LOT_NEXT


@audit.audited
def receive_lot(
    product: Product,
    *,
    site: Site,
    number: str,
    expires_on: date,
    units: Decimal | int,
    received_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Lot:
    """Take a lot into stock; more of a known lot adds to it. `units` are packs. Raises InvalidValue."""
    access.require(by, Can.MANAGE_STOCK, site)
    number, units = number.strip(), Decimal(units)
    if not number:
        raise InvalidValue("Type or scan the lot number.", code="required", field="number")
    if not 0 < units <= 10_000:
        raise InvalidValue("Receive between 1 and 10 000 packs.", code="out_of_range", field="units")
    if product.organisation_id != site.organisation_id:
        raise InvalidValue("Choose a product of this clinic.", code="wrong_product", field="product")
    lot = Lot.objects.filter(product=product, number=number, site=site).first()
    if lot is None:
        lot = Lot(
            organisation_id=site.organisation_id,
            product=product,
            site=site,
            number=number,
            expires_on=expires_on,
            received_on=received_on or at.date(),
            recorded_at=at,
        )
        lot.save()
    elif lot.expires_on != expires_on:
        raise InvalidValue(
            "This lot is on file with another expiry date. Check the pack.", code="other_expiry", field="expires_on"
        )
    _move_stock(lot, MoveKind.RECEIVED, units, by=by, at=at)
    audit.record(by, "lot.received", lot, at=at, product=product.id, units=units)
    return lot


def _move_stock(lot: Lot, kind: MoveKind, units: Decimal, *, by: Actor, at: datetime) -> StockMove:
    move = StockMove(
        organisation_id=lot.organisation_id,
        lot=lot,
        kind=kind,
        units=units,
        moved_by_id=by.staff_id,
        occurred_at=at,
        recorded_at=at,
    )
    move.save()
    return move


@audit.audited
def count_stock(lot: Lot, *, counted_units: Decimal, by: Actor, at: datetime) -> StockMove:
    """Correct the stock to what was counted. Raises InvalidValue."""
    access.require(by, Can.MANAGE_STOCK, lot)
    if counted_units < 0:
        raise InvalidValue("Count 0 or more packs.", code="out_of_range", field="counted_units")
    locked = Lot.objects.locked(lot.pk)
    move = _move_stock(locked, MoveKind.CORRECTED, counted_units - locked.in_stock, by=by, at=at)
    audit.record(by, "lot.counted", locked, at=at, units=counted_units)
    return move


def _set_state(lot: Lot, to: LotState, reason: str, *, by: Actor, at: datetime, version: int | None) -> Lot:
    access.require(by, Can.MANAGE_STOCK, lot)
    locked: Lot = Lot.objects.locked(lot.pk)
    check_version(locked.version, version, now={"state": locked.state, "version": locked.version})
    check_move(LOT_NEXT, LotState(locked.state), to)
    if to != LotState.USABLE and not reason.strip():
        raise RuleRefused("Write down why.", code="reason_required", field="reason")
    locked.state, locked.state_reason = to, reason.strip()
    locked.save(update_fields=["state", "state_reason"])
    audit.record(by, f"lot.{to}", locked, at=at, version=locked.version)
    return locked


@audit.audited
def quarantine_lot(lot: Lot, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Lot:
    """Set a lot aside; no session can use it. Raises RuleRefused without a reason, TransitionRefused."""
    return _set_state(lot, LotState.QUARANTINED, reason, by=by, at=at, version=version)


@audit.audited
def release_lot(lot: Lot, *, reason: str = "", by: Actor, at: datetime, version: int | None = None) -> Lot:
    """Put a quarantined lot back into use."""
    return _set_state(lot, LotState.USABLE, reason, by=by, at=at, version=version)


@audit.audited
def recall_lot(lot: Lot, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Lot:
    """The maker or regulator recalled the lot; for good."""
    return _set_state(lot, LotState.RECALLED, reason, by=by, at=at, version=version)
