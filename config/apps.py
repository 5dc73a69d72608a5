"""The composition root as an installed app, for its pages and management commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds what needs every app: Today, timelines, exports, the demo."""

    name = "config"
    label = "config"
