"""What is recorded of a client beside sessions: patch tests and prescriptions. Both are append-only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinic.catalogue.models import Product
from clinic.encryption import SealedJSON, SealedText
from clinic.models import Staff
from clinic.records import ClientRecord


class PatchTest(ClientRecord):
    """A product tried on a small area and read later (R212). Where it was and what was seen are sealed."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    read_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    site = SealedText(sealed_as="patchtest.site")
    result = SealedText(sealed_as="patchtest.result")
    words = SealedText(sealed_as="patchtest.words", default="")
    placed_at = models.DateTimeField()
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["read_at", "recorded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at__gt=models.F("placed_at")), name="treatments_patchtest_read_after"
            )
        ]


class Prescription(ClientRecord):
    """A prescriber's prescription of a product for this client, who was seen face to face (decision 53, R010).

    `detail` holds seen_where, dose and instructions.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    prescriber = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()
    valid_until = models.DateField()
    detail = SealedJSON(sealed_as="prescription.detail", default=dict)
    prescribed_at = models.DateTimeField()

    class Meta:
        ordering = ["prescribed_at", "recorded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__lte=models.F("prescribed_at")), name="treatments_prescription_seen_before"
            )
        ]
