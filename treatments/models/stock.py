"""Lots of products and their movements. Quantities are packs in the product's own unit (vials, syringes)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q

from clinic.catalogue.models import Product
from clinic.models import Client, Site, Staff
from clinic.records import History, OrganisationRecord
from treatments.choices import LotState, MoveKind


class Lot(OrganisationRecord):
    """One batch of a product at a site. A quarantined or recalled lot is never offered."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lots")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    expires_on = models.DateField()
    received_on = models.DateField()
    state = models.CharField(max_length=12, choices=LotState.choices, default=LotState.USABLE)
    state_reason = models.CharField(max_length=240, blank=True)
    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "product", "number", "site"], name="treatments_lot_once"),
            models.CheckConstraint(condition=Q(state__in=LotState.values), name="treatments_lot_state"),
        ]

    def __str__(self) -> str:
        return f"{self.product.name} · lot {self.number}"

    def is_expired(self, on: date) -> bool:
        """The expiry date is the last day of use."""
        return self.expires_on < on

    @property
    def in_stock(self) -> Decimal:
        """Packs left: the sum of all movements (prefetch `moves` for lists)."""
        return sum((move.units for move in self.moves.all()), Decimal(0))


class StockMove(OrganisationRecord):
    """Packs that came (+) or went (−). Use in a session names the client's id, so that a recall finds everybody."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=12, choices=MoveKind.choices)
    units = models.DecimalField(max_digits=9, decimal_places=3)
    session = models.ForeignKey("treatments.Session", on_delete=models.PROTECT, null=True, related_name="stock_moves")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, related_name="+")
    moved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MoveKind.values), name="treatments_stockmove_kind"),
            models.CheckConstraint(
                condition=~Q(kind=MoveKind.USED) | Q(session__isnull=False, client__isnull=False),
                name="treatments_stockmove_used_for_whom",
            ),
        ]
