"""Vocabularies of erasure."""

from __future__ import annotations

from django.db.models import TextChoices


class Ground(TextChoices):
    """Why a client's record is erased; the ledger holds this word, never a reason in free text."""

    REQUEST = "request", "The client asked for it"
    RETENTION = "retention", "The time it had to be kept is over"
    MISTAKE = "mistake", "Recorded by mistake: no such client here"
    ORDER = "order", "A court or the regulator ordered it"
