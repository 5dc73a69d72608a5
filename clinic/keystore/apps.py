"""The key store app; its tables live in the database `keys`."""

from django.apps import AppConfig


class KeyStoreConfig(AppConfig):
    """Keys apart from the records they open."""

    name = "clinic.keystore"
    label = "keystore"

    def ready(self) -> None:
        """Keys are closed to other users of the machine."""
        from django.core import checks

        from clinic.keystore.checks import check_permissions

        checks.register(check_permissions)
