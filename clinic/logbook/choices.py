"""What an alarm is about, and what came of it."""

from django.db.models import TextChoices


class AlarmKind(TextChoices):
    """Kinds of alarm (security document S17); the action of their entry is `alarm.<kind>`."""

    MANY_CLIENTS = "many_clients", "Many clients opened in a short time"
    OUT_OF_HOURS = "out_of_hours", "A chart opened outside opening hours"
    OWN_RECORD = "own_record", "A chart of a client with the same surname opened"
    DENIALS = "denials", "Many refused attempts in a short time"
    BREAK_GLASS = "break_glass", "A closed chart opened by breaking the glass"
    CANNOT_BE_READ = "cannot_be_read", "A value that cannot be read"
    VERIFICATION = "verification", "A record that is not what was written"


class Answer(TextChoices):
    """What the data protection lead found; a choice, because the log holds no free text."""

    EXPLAINED = "explained", "Explained: part of the work"
    FOLLOWED_UP = "followed_up", "Followed up with the person"
    INCIDENT = "incident", "An incident; recorded elsewhere"
    REPAIRED = "repaired", "Repaired"
