"""A plain row: the columns of a record without sealing, history, log or version."""

from __future__ import annotations

import uuid

from django.db import models

from clinic.encryption import SealedText

COLUMNS = ("one", "two", "three", "four", "five", "six", "seven", "eight")


class Plain(models.Model):
    """Eight columns, nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.UUIDField(default=uuid.uuid4)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=40)
    born_on = models.DateField()
    state = models.CharField(max_length=20)
    at = models.DateTimeField()
    note = models.TextField(default="")

    class Meta:
        app_label = "floor"
        ordering = ("at", "id")


class EightColumns(models.Model):
    """What a row of eight texts needs besides them, sealed or not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation_id = models.UUIDField()
    client_id = models.UUIDField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        app_label = "floor"


class Eight(EightColumns):
    """Eight plain texts."""

    one, two, three, four = (models.TextField() for _ in range(4))
    five, six, seven, eight = (models.TextField() for _ in range(4))


class SealedEight(EightColumns):
    """Eight sealed texts."""

    one, two, three, four = (SealedText(sealed_as=f"bench.{name}") for name in COLUMNS[:4])
    five, six, seven, eight = (SealedText(sealed_as=f"bench.{name}") for name in COLUMNS[4:])


class PlainEntry(models.Model):
    """A log entry without a chain: the columns of the access log, nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    chain_id = models.UUIDField()
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    device = models.CharField(max_length=60, blank=True)
    session = models.CharField(max_length=64, blank=True)
    request = models.CharField(max_length=36, blank=True)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    client_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=10)
    facts = models.JSONField(default=dict)

    class Meta:
        app_label = "floor"
        indexes = [
            models.Index(fields=["chain_id", "seq"], name="floor_entry_chain"),
            models.Index(fields=["organisation_id", "at"], name="floor_entry_organisation"),
            models.Index(fields=["actor_id", "at"], name="floor_entry_actor"),
        ]
