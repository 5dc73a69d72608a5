"""What makes a repeated request safe."""

from __future__ import annotations

from django.db import models

from clinic.encryption import SealedJSON
from clinic.records import Record


class IdempotentAnswer(Record):
    """The stored answer to one request key of one actor (decision 29); sealed with the key of the client or
    organisation.
    """

    organisation_id = models.UUIDField()
    holder_id = models.UUIDField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField()
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = SealedJSON(sealed_as="idempotent.answer", holder="holder_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor_kind", "actor_id", "key"], name="clinic_idempotent_actor_key")
        ]


class NameGeneration(models.Model):
    """Counter per clinic, moved by every edit or erasure of a client; name caches compare it (decision 22)."""

    organisation_id = models.UUIDField(primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
