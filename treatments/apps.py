"""The treatments app."""

from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    """See design.md for what this app holds."""

    name = "treatments"
