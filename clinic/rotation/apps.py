"""The rotation app."""

from django.apps import AppConfig


class RotationConfig(AppConfig):
    """Windows in which ciphertext of frozen rows may be replaced, and the rotation of keys."""

    name = "clinic.rotation"
    label = "rotation"

    def ready(self) -> None:
        """A closed window stays as it was; every window has its entries in the log."""
        from clinic import frozen, verification
        from clinic.rotation import window

        frozen.register(window.TABLE, when="closed_at IS NOT NULL")
        verification.register(window.faults)
