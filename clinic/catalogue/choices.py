"""Vocabularies of the catalogue."""

from __future__ import annotations

from django.db.models import TextChoices


class Legal(TextChoices):
    """Legal status of a product, decided per product, never per ingredient (clinical-content.md E1)."""

    POM = "POM", "Prescription-only medicine"
    DEVICE = "device", "Medical device for use in the skin"
    COSMETIC = "cosmetic", "Cosmetic, surface use only"
    UNLICENSED = "unlicensed", "Unlicensed special or import"
    BLOCKED = "blocked", "Blocked by the clinic"
    UNKNOWN = "unknown", "Not checked yet"


class Strength(TextChoices):
    """Whether a product is of prescription strength (R015)."""

    STANDARD = "standard", "Standard"
    PHARMACEUTICAL = "pharmaceutical", "Prescription strength"


class Polarity(TextChoices):
    """Sign of the active ion of a product for electro use (D07, R057)."""

    NEGATIVE = "negative", "Negative"
    POSITIVE = "positive", "Positive"
    NEUTRAL = "neutral", "Not ionic"
    UNKNOWN = "unknown", "Not stated"


class Origin(TextChoices):
    """Where a product comes from, for belief and diet (R211)."""

    NONE = "none", "No animal or human origin"
    ANIMAL = "animal", "Animal"
    PORK = "pork", "Pork"
    BEEF = "beef", "Beef"
    FISH = "fish", "Fish"
    HUMAN = "human", "Human"


class DeviceKind(TextChoices):
    """What a device does."""

    ELECTRO = "electro", "Electro-mesotherapy"
    INJECTOR = "injector", "Injector"
    MICRONEEDLING = "microneedling", "Microneedling"


class Mode(TextChoices):
    """Modes of electro devices (table D1)."""

    IONTOPHORESIS = "iontophoresis", "Iontophoresis (direct current)"
    PULSED_WAVE = "pulsed_wave", "Pulsed wave"
    ELECTROPORATION = "electroporation", "Electroporation"
    DERMOELECTROPORATION = "dermoelectroporation", "Dermoelectroporation"
    MICROCURRENT = "microcurrent", "Microcurrent"


class Force(TextChoices):
    """What a depth limit rests on."""

    LAW = "law", "Law"
    AWARDING_BODY = "awarding_body", "Awarding body"
    GUIDANCE = "guidance", "Guidance"
    CLINIC_POLICY = "clinic_policy", "Clinic policy"


class Action(TextChoices):
    """What happens beyond a depth limit."""

    BLOCK = "block", "Block"
    WARN = "warn", "Warn and ask for a reason"
