"""Vocabulary of identity."""

from __future__ import annotations

from django.db.models import TextChoices


class AttemptKind(TextChoices):
    """What is being guessed. Each kind counts for itself, per account and per device."""

    PASSWORD = "password", "Password"
    CODE = "code", "Authenticator or recovery code"
    PIN = "pin", "PIN"
