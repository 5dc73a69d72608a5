"""Vocabularies of the aftercare app."""

from __future__ import annotations

from django.db.models import TextChoices


class SheetState(TextChoices):
    """Life of a sheet (design.md 3)."""

    DRAFTED = "drafted", "Drafted"
    ISSUED = "issued", "Issued"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"


class Channel(TextChoices):
    """How the client got the sheet."""

    SCREEN = "screen", "Read on the screen"
    PRINT = "print", "Printed"
    PDF = "pdf", "As a file"


class Acknowledged(TextChoices):
    """By the client with the tablet, or recorded by staff with the reason why not."""

    CLIENT = "client", "By the client"
    STAFF = "staff", "Recorded by staff"


class Reached(TextChoices):
    """How a check-in call ended."""

    ANSWERED = "answered", "Answered"
    NOT_REACHED = "not_reached", "Not reached"


class Asked(TextChoices):
    """Where a check-in stands; what time decides is computed (design.md 3)."""

    AHEAD = "ahead", "Ahead"
    DUE = "due", "Due"
    OVERDUE = "overdue", "Overdue"
    ANSWERED = "answered", "Answered"
    PASSED = "passed", "Passed"


class Report(TextChoices):
    """What a client reports after leaving."""

    PAIN = "pain", "Pain in the treated area"
    INFLAMMATION = "inflammation", "Inflammation in the treated area"
    SWELLING = "swelling", "Swelling"
    BRUISE = "bruise", "Bruise"
    ALLERGIC = "allergic", "Allergic reaction"
    OTHER = "other", "Something else"
