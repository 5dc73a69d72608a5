"""The evidence app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """See design.md for what this app holds."""

    name = "evidence"
