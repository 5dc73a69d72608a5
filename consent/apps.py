"""The consent app."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """See design.md for what this app holds."""

    name = "consent"
