"""The window in which triggers let ciphertext, and nothing else, of frozen rows be replaced."""

from __future__ import annotations

import uuid

from django.db import models


class CipherWindow(models.Model):
    """Open from `opened_at` until `closed_at`; both moments are entries of the log (decision 15)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
