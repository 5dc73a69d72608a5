"""Wrapped keys: one data key per holder (client or organisation) and version, and the signing keys."""

from __future__ import annotations

from django.db import models


class DataKey(models.Model):
    """A 256-bit data key of one holder, wrapped by the key-encryption key. Deleting every version erases the holder."""

    holder_id = models.UUIDField()
    version = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    kek_version = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder_id", "version"], name="keystore_datakey_holder_version")]


class SigningKey(models.Model):
    """A private key (PEM, wrapped) with its public half or certificate in clear."""

    name = models.CharField(max_length=60, primary_key=True)
    wrapped = models.BinaryField()
    public = models.BinaryField()
    kek_version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
