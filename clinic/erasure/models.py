"""Holds, and what became of the records they did not protect. Reasons are sealed with the clinic's key, since the
client's is destroyed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinic.encryption import SealedText
from clinic.erasure.choices import Ground
from clinic.models import Staff
from clinic.records import ClientRecord, History


class LegalHold(ClientRecord):
    """While it is not lifted nothing of the client is erased."""

    reason = SealedText(sealed_as="legal_hold.reason", holder="organisation_id")
    placed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_because = SealedText(sealed_as="legal_hold.lifted_because", holder="organisation_id", default="")
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="erasure_hold_lifted_by_whom",
            )
        ]


class Erasure(ClientRecord):
    """The decision that was carried out: ground, source and reason, and the entry of the ledger it follows.

    `source` is where the wish came from (letter, e-mail, retention review); `despite_retention` the reason why the
    record did not have to be kept. `decided_by` is empty when a restored copy was erased again from the ledger alone.
    """

    ground = models.CharField(max_length=10, choices=Ground.choices)
    source = SealedText(sealed_as="erasure.source", holder="organisation_id", default="")
    reason = SealedText(sealed_as="erasure.reason", holder="organisation_id", default="")
    despite_retention = SealedText(sealed_as="erasure.despite_retention", holder="organisation_id", default="")
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()
    ledger_seq = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client"], name="erasure_once"),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="erasure_ground"),
        ]
