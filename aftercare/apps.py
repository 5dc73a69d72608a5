"""The aftercare app."""

from django.apps import AppConfig


class AftercareConfig(AppConfig):
    """See design.md for what this app holds."""

    name = "aftercare"
