"""The devices app."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """Enrolled tablets, the idle lock, the PIN, sessions that wait while a client holds the tablet."""

    name = "clinic.devices"
    label = "devices"

    def ready(self) -> None:
        """A session belongs to the device it was signed in on, from its first moment."""
        from django.contrib.auth.signals import user_logged_in

        from clinic.devices import locking

        user_logged_in.connect(locking.begin, dispatch_uid="devices-session-begins")
