"""Transactional tests get a copy of the migrated databases instead of a flush: frozen rows refuse to be deleted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.test.utils import setup_databases


def _template(alias: str) -> str:
    name = str(connections[alias].settings_dict["NAME"])
    return f"{name}.template" if connections[alias].vendor == "sqlite" else f"{name}_template"


def _copy_sqlite(source: str, target: str) -> None:
    with closing(sqlite3.connect(source, timeout=20)) as one, closing(sqlite3.connect(target, timeout=20)) as other:
        one.backup(other)


def _copy_postgresql(connection: Any, source: str, target: str) -> None:
    connection.close()
    with connection._nodb_cursor() as cursor:
        quote = connection.ops.quote_name
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source])
        cursor.execute(f"DROP DATABASE IF EXISTS {quote(target)} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quote(target)} TEMPLATE {quote(source)}")


def keep_templates() -> None:
    """Remember both databases as they are after the migrations."""
    for alias in connections:
        connection = connections[alias]
        name = str(connection.settings_dict["NAME"])
        if connection.vendor == "sqlite":
            _copy_sqlite(name, _template(alias))
        else:
            _copy_postgresql(connection, name, _template(alias))


def restore_templates() -> None:
    """Put both databases back."""
    for alias in connections:
        connection = connections[alias]
        name = str(connection.settings_dict["NAME"])
        if connection.vendor == "sqlite":
            connection.close()
            _copy_sqlite(_template(alias), name)
        else:
            _copy_postgresql(connection, _template(alias), name)


def drop_templates() -> None:
    """Remove what `keep_templates` made."""
    for alias in connections:
        connection = connections[alias]
        if connection.vendor == "sqlite":
            Path(_template(alias)).unlink(missing_ok=True)
        else:
            connection.close()
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(_template(alias))}")


class _TablesFromModels(dict[str, None]):
    """No app has migrations: every table is made straight from its model, thirty times quicker."""

    def __contains__(self, label: object) -> bool:
        return True

    def __getitem__(self, label: str) -> None:
        return None


def create() -> None:
    """Both test databases: made from the models on SQLite, by the migrations on PostgreSQL and in `do.py demo`.

    `do.py check` holds models and migrations together; triggers come from `post_migrate` either way.
    """
    if all(connection.vendor == "sqlite" for connection in connections.all()):
        settings.MIGRATION_MODULES = _TablesFromModels()
    setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
