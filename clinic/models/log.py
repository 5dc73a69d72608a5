"""The access log's tables: append-only entries, chain heads, signed roots."""

from __future__ import annotations

import uuid

from django.db import models

NO_ORGANISATION = uuid.UUID(int=0)


class ChainHead(models.Model):
    """The newest entry of one chain (a client's, an organisation's, or the installation's)."""

    chain_id = models.UUIDField(primary_key=True)
    seq = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)


class AuditEntry(models.Model):
    """Who did what to which record, when, from where; never clinical text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
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
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain_id", "seq"], name="clinic_auditentry_chain_seq")]
        indexes = [
            models.Index(fields=["chain_id", "actor_id", "action", "at"], name="clinic_auditentry_sitting"),
            models.Index(fields=["actor_id", "at"], name="clinic_auditentry_actor"),
            models.Index(fields=["organisation_id", "at"], name="clinic_auditentry_org"),
        ]


class SignedRoot(models.Model):
    """A signed Merkle root over all chain heads; a copy is written outside the database."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    heads = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    signature = models.BinaryField()
