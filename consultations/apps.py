"""The consultations app."""

from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    """See design.md for what this app holds."""

    name = "consultations"
