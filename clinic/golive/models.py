"""When a clinic was opened."""

from __future__ import annotations

from django.db import models

from clinic.models import Staff
from clinic.records import OrganisationRecord


class Opening(OrganisationRecord):
    """The clinic may treat from `opened_at` on. `opened_by` is empty for one that was at work before there were
    ceremonies.
    """

    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="golive_opening_once")]
