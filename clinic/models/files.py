"""Sealed files: photographs and documents. Bytes lie in the file store, sealed with the client's key; rows say
what they are.
"""

from __future__ import annotations

from django.db import models

from clinic.encryption import SealedJSON, SealedText
from clinic.records import ClientRecord, History


class Photo(ClientRecord):
    """A re-encoded photograph. `files` maps size (master, display, thumbnail) to its hash (SHA-256 of the
    ciphertext).
    """

    view = models.CharField(max_length=20)
    zone = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=20)
    taken_at = models.DateTimeField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    files = models.JSONField(default=dict)
    note = SealedText(sealed_as="photo.note", default="")
    history = History()


class Document(ClientRecord):
    """A PDF of ours: consent record or aftercare sheet. `sha256` is of the plain sealed (signed) bytes;
    reading copy beside it.
    """

    kind = models.CharField(max_length=40)
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.UUIDField(null=True)
    title = SealedText(sealed_as="document.title", default="")
    sha256 = models.CharField(max_length=64)
    reading_sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField()
    facts = SealedJSON(sealed_as="document.facts", default=dict)
