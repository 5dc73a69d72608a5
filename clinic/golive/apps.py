"""The going-live app."""

from django.apps import AppConfig


class GoLiveConfig(AppConfig):
    """The key ceremony and what else a clinic needs before it treats."""

    name = "clinic.golive"
    label = "golive"

    def ready(self) -> None:
        """An opening stays as it is."""
        from clinic import frozen

        frozen.register("golive_opening", when="TRUE")
