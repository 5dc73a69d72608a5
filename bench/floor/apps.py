"""The floor as an installed app of the bench's settings."""

from django.apps import AppConfig


class FloorConfig(AppConfig):
    """One table, two views."""

    name = "bench.floor"
    label = "floor"
