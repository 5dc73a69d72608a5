"""Vocabularies of treatments."""

from __future__ import annotations

from django.db.models import TextChoices


class Modality(TextChoices):
    """How the active substance is delivered."""

    INJECTION = "injection", "Injection"
    ELECTRO = "electro", "Electro-mesotherapy"


class CourseState(TextChoices):
    """Life of a course (design.md 3)."""

    PLANNED = "planned", "Planned"
    ACTIVE = "active", "Active"
    REVIEW_DUE = "review_due", "Review due"
    MAINTENANCE = "maintenance", "Maintenance"
    COMPLETED = "completed", "Completed"
    STOPPED = "stopped", "Stopped"


class SessionState(TextChoices):
    """Life of a session (design.md 3)."""

    PREPARED = "prepared", "Prepared"
    STARTED = "started", "Running"
    PAUSED = "paused", "Paused"
    STOPPED = "stopped", "Stopped early"
    FINISHED = "finished", "Finished"
    SIGNED = "signed", "Signed"
    CANCELLED = "cancelled", "Cancelled"


class Phase(TextChoices):
    """When a checklist item is ticked (decision 44)."""

    PREPARATION = "preparation", "Preparation"
    TREATMENT = "treatment", "Treatment"
    AFTER = "after", "After"


class LotState(TextChoices):
    """Whether a lot may be used."""

    USABLE = "usable", "In use"
    QUARANTINED = "quarantined", "Quarantined"
    RECALLED = "recalled", "Recalled"


class MoveKind(TextChoices):
    """Why stock moved."""

    RECEIVED = "received", "Received"
    USED = "used", "Used in a session"
    WASTED = "wasted", "Drawn up and not used"
    DISCARDED = "discarded", "Thrown away"
    CORRECTED = "corrected", "Counted and corrected"


class Level(TextChoices):
    """What a gate says."""

    OK = "ok", "Ready"
    WARN = "warn", "Take care"
    BLOCK = "block", "Not yet"


class Polarity(TextChoices):
    """Sign of the active electrode."""

    NEGATIVE = "negative", "Negative"
    POSITIVE = "positive", "Positive"
    ALTERNATING = "alternating", "Alternating"
    NONE = "none", "Not applicable"


class EventState(TextChoices):
    """Life of an adverse event (design.md 3)."""

    REPORTED = "reported", "Reported"
    IN_CARE = "in_care", "In care"
    RESOLVED = "resolved", "Resolved"
    ESCALATED = "escalated", "Escalated"


class Timing(TextChoices):
    """A visit against its protocol."""

    TOO_SOON = "too_soon", "Before the protocol's minimum"
    EARLY = "early", "Early"
    ON_TIME = "on_time", "In its window"
    LATE = "late", "Late"


class NextStep(TextChoices):
    """What follows an outcome review (requirements S200)."""

    MAINTENANCE = "maintenance", "Maintenance every 2 to 3 months"
    ANOTHER_COURSE = "another", "Another course"
    STOP = "stop", "Stop here"


class PatchResult(TextChoices):
    """What a patch test showed."""

    CALM = "calm", "Calm skin"
    REACTION = "reaction", "A reaction"


class SkinCheck(TextChoices):
    """What was seen at a skin check during electro treatment."""

    CALM = "calm", "Calm"
    PINK = "pink", "Slightly pink"
    RED = "red", "Red"
    HOT_SPOT = "hot_spot", "Hot spot"
    STINGING = "stinging", "Stinging"
