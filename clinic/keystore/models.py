"""Wrapped keys: one data key per holder (client or organisation) and version, and the signing keys."""

from __future__ import annotations

import uuid

from django.db import models


class DataKey(models.Model):
    """A 256-bit data key of one holder, wrapped by the key-encryption key. Deleting every version erases the holder.

    `sealed` is about how many values it has closed: counted in steps of 256, so that few seals write.
    `settled_at` is when the last value that may change was sealed again with this version; empty until then.
    """

    holder_id = models.UUIDField()
    version = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    kek_version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    sealed = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["kek_version", "id"], name="keystore_datakey_kek")]
        constraints = [models.UniqueConstraint(fields=["holder_id", "version"], name="keystore_datakey_holder_version")]


class SigningKey(models.Model):
    """A private key (PEM, wrapped) with its public half or certificate in clear."""

    name = models.CharField(max_length=60, primary_key=True)
    wrapped = models.BinaryField()
    public = models.BinaryField()
    kek_version = models.PositiveIntegerField()
    created_at = models.DateTimeField()


class KeyRotation(models.Model):
    """One rotation: of the key-encryption key (`kek`) or of data keys (`data`). An unfinished one is resumed.

    `kek` goes to version `target`; `data` takes every holder whose newest key is older than `started_at`. When it is
    `compromised`, frozen rows, history and files are sealed again as well and the old keys are destroyed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    level = models.CharField(max_length=4, choices=[("kek", "Key-encryption key"), ("data", "Data keys")])
    target = models.PositiveIntegerField(default=0)
    holder_id = models.UUIDField(null=True)
    compromised = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level"], condition=models.Q(finished_at__isnull=True), name="keystore_rotation_one_open"
            )
        ]


class DestroyedHolder(models.Model):
    """A holder whose keys were destroyed: that nothing opens is meant, and no alarm."""

    holder_id = models.UUIDField(primary_key=True)
    destroyed_at = models.DateTimeField()


class EscrowCopy(models.Model):
    """A copy of the key-encryption key outside: who keeps it, the public key of its holder, when it was checked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    holder = models.CharField(max_length=120)
    recipient = models.BinaryField()
    kek_version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
