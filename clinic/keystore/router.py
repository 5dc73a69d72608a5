"""Sends the key store's tables to the database `keys` and everything else to `default`."""

from __future__ import annotations

from typing import Any


class KeyStoreRouter:
    """No relation crosses the two databases."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Where rows of `model` are read."""
        return "keys" if model._meta.app_label == "keystore" else "default"

    db_for_write = db_for_read

    def allow_relation(self, one: Any, two: Any, **hints: Any) -> bool:
        """Foreign keys stay inside one database."""
        return bool((one._meta.app_label == "keystore") == (two._meta.app_label == "keystore"))

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Each database gets only its own tables."""
        return bool((db == "keys") == (app_label == "keystore"))
