"""Vocabularies of the consent app."""

from __future__ import annotations

from django.db.models import TextChoices


class ConsentState(TextChoices):
    """Information given (the clock runs), then yes or no. Withdrawal is a row of its own."""

    OFFERED = "offered", "Information given"
    GIVEN = "given", "Given"
    DECLINED = "declined", "Declined"


class InformationForm(TextChoices):
    """How the written information reached the client."""

    PAPER = "paper", "On paper"
    SCREEN = "screen", "Read on the screen"
    EMAIL = "email", "By e-mail"


class ConversationHow(TextChoices):
    """How the person who treats spoke with the client."""

    IN_PERSON = "in_person", "In person"
    VIDEO = "video", "By video"
    TELEPHONE = "telephone", "By telephone"


class ConversationKind(TextChoices):
    """The talk before the signature, or the check on the day of a session."""

    BEFORE = "before", "Before the signature"
    TODAY = "today", "Confirmed on the day"


class SignedHow(TextChoices):
    """A drawn signature, or the name typed by someone who cannot draw."""

    DRAWN = "drawn", "Drawn"
    TYPED = "typed", "Typed"
