"""Transactional tests get a copy of the migrated databases instead of a flush: frozen rows refuse to be deleted."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.test.utils import setup_databases

from clinic import frozen
from tests.architecture import LAYERS

KEPT = 12


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


def _migrated_folder() -> Path:
    """Where migrated SQLite files are kept between runs: of exactly these migrations and these triggers."""
    total = hashlib.sha256(repr(sorted(map(repr, frozen.registered()))).encode())
    root = Path(settings.BASE_DIR)
    own = (path for layer in LAYERS for path in (root / layer).rglob("migrations/*.py"))
    beside = ("requirements/run.lock", "tests/settings.py", "clinic/frozen.py")
    for path in sorted([*own, *(root / name for name in beside)]):
        total.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return root / "build" / "migrated" / total.hexdigest()[:32]


def create() -> None:
    """Both test databases, migrated; SQLite files of an unchanged source are copied instead."""
    if any(connection.vendor != "sqlite" for connection in connections.all()):
        setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        return
    folder = _migrated_folder()
    if (folder / "complete").exists():
        for alias in connections:
            _use(alias, folder / f"{alias}.sqlite3")
        return
    setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    _keep(folder)


def _use(alias: str, source: Path) -> None:
    connection = connections[alias]
    name = str(connection.settings_dict["TEST"]["NAME"])
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES[alias]["NAME"] = name
    _copy_sqlite(str(source), name)


def _keep(folder: Path) -> None:
    """Keep the migrated files; the oldest of other sources go."""
    folder.mkdir(parents=True, exist_ok=True)
    for alias in connections:
        part = folder / f"{alias}.{os.getpid()}"
        _copy_sqlite(str(connections[alias].settings_dict["NAME"]), str(part))
        part.rename(folder / f"{alias}.sqlite3")
    (folder / "complete").touch()
    for old in sorted(folder.parent.iterdir(), key=lambda one: one.stat().st_mtime)[:-KEPT]:
        for file in old.iterdir():
            file.unlink(missing_ok=True)
        old.rmdir()
