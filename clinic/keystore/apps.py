"""The key store app; its tables live in the database `keys`."""

from django.apps import AppConfig


class KeyStoreConfig(AppConfig):
    """Keys apart from the records they open."""

    name = "clinic.keystore"
    label = "keystore"
