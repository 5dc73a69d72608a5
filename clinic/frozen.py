"""Frozen rows: database triggers that refuse changes of signed rows and of the log, in both dialects (decision 17).

`register("app_table", when="signed_at IS NOT NULL")` in an app's `ready()`; `when="TRUE"` makes a table append-only.
Inside a logged window (decision 15) an update passes that changes ciphertext columns only.

Triggers are installed after every migration, because a rebuilt SQLite table loses them, and a database check
asserts them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.checks import Error
from django.db import connections

from clinic.encryption import sealed_fields

REFUSE_FUNCTION = """
CREATE OR REPLACE FUNCTION mesorecord_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'frozen: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
# While a window is open (clinic.rotation), an update that touches nothing but the named ciphertext columns passes.
WINDOW_TABLE = "rotation_cipherwindow"
WINDOW_OPEN = 'EXISTS (SELECT 1 FROM "rotation_cipherwindow" WHERE closed_at IS NULL)'
RESEAL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION mesorecord_refuse_but_ciphertext() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF TG_OP = 'UPDATE' THEN
    IF (to_jsonb(NEW) - TG_ARGV) = (to_jsonb(OLD) - TG_ARGV) AND {WINDOW_OPEN} THEN RETURN NEW; END IF;
END IF;
RAISE EXCEPTION 'frozen: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


@dataclass(frozen=True)
class Frozen:
    """A table and the condition under which one of its rows may never change again."""

    table: str
    when: str


_REGISTRY: dict[str, Frozen] = {}


def register(table: str, *, when: str) -> None:
    """Freeze rows of `table` for which `when` (SQL over its columns) holds."""
    _REGISTRY[table] = Frozen(table, when)


def registered() -> tuple[Frozen, ...]:
    """All frozen tables."""
    return tuple(_REGISTRY.values())


def _columns(table: str, *, sealed: bool = False) -> set[str]:
    """Names of all columns of a table, or of those that hold ciphertext."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            fields = sealed_fields(model) if sealed else model._meta.concrete_fields
            return {str(field.column) for field in fields}
    return set()


def _only_ciphertext(table: str) -> str:
    """SQLite's test that an update in an open window leaves every clear column as it was."""
    clear = sorted(_columns(table) - _columns(table, sealed=True))
    return " AND ".join([*(f'NEW."{name}" IS OLD."{name}"' for name in clear), WINDOW_OPEN])


def _condition(frozen: Frozen) -> str:
    columns = _columns(frozen.table)
    return re.sub(r"\b[a-z_]+\b", lambda m: f'OLD."{m[0]}"' if m[0] in columns else m[0], frozen.when)


def _sqlite_sql(frozen: Frozen, *, window: bool) -> list[str]:
    condition = "1" if frozen.when == "TRUE" else _condition(frozen)
    statements = []
    for event in ("update", "delete"):
        name = f"frozen_{frozen.table}_{event}"
        passes = window and event == "update" and _columns(frozen.table, sealed=True)
        when = f"({condition}) AND NOT ({_only_ciphertext(frozen.table)})" if passes else condition
        statements.append(f'DROP TRIGGER IF EXISTS "{name}"')
        statements.append(
            f'CREATE TRIGGER "{name}" BEFORE {event.upper()} ON "{frozen.table}" WHEN {when} '
            f"BEGIN SELECT RAISE(ABORT, 'frozen: {frozen.table}'); END"
        )
    return statements


def _postgresql_sql(frozen: Frozen, *, window: bool) -> list[str]:
    table, name = frozen.table, f"frozen_{frozen.table}"[:55]
    condition, call = _condition(frozen), "EXECUTE FUNCTION mesorecord_refuse()"
    sealed = sorted(_columns(table, sealed=True)) if window else []
    listed = ", ".join(f"'{column}'" for column in sealed)
    by_row = f"EXECUTE FUNCTION mesorecord_refuse_but_ciphertext({listed})" if sealed else call
    statements = [
        REFUSE_FUNCTION,
        RESEAL_FUNCTION,
        f'DROP TRIGGER IF EXISTS "{name}_row" ON "{table}"',
        f'CREATE TRIGGER "{name}_row" BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW WHEN ({condition}) {by_row}',
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}_row"',
    ]
    if frozen.when == "TRUE":
        statements += [
            f'DROP TRIGGER IF EXISTS "{name}_all" ON "{table}"',
            f'CREATE TRIGGER "{name}_all" BEFORE TRUNCATE ON "{table}" EXECUTE FUNCTION mesorecord_refuse()',
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}_all"',
        ]
    return statements


def _tables(connection: Any) -> set[str]:
    return set(connection.introspection.table_names())


def install(using: str = "default") -> None:
    """Install every registered trigger whose table exists; safe to repeat."""
    _settle(using)
    connection = connections[using]
    build = _postgresql_sql if connection.vendor == "postgresql" else _sqlite_sql
    tables = _tables(connection)
    with connection.cursor() as cursor:
        for frozen in registered():
            if frozen.table in tables:
                for statement in build(frozen, window=WINDOW_TABLE in tables):
                    cursor.execute(statement)


def _installed(connection: Any) -> dict[str, str]:
    """Triggers that are there and cannot be switched off by a replica's role, with their text (SQLite)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname, '' FROM pg_trigger WHERE tgname LIKE 'frozen_%' AND tgenabled = 'A'")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'frozen_%'")
        return dict(cursor.fetchall())


def _wanted(connection: Any, frozen: Frozen, *, window: bool) -> dict[str, str]:
    """Triggers a table must have, with their text (SQLite)."""
    if connection.vendor == "postgresql":
        name = f"frozen_{frozen.table}"[:55]
        return dict.fromkeys((f"{name}_row", f"{name}_all") if frozen.when == "TRUE" else (f"{name}_row",), "")
    made = [statement for statement in _sqlite_sql(frozen, window=window) if statement.startswith("CREATE")]
    return {statement.split('"')[1]: statement for statement in made}


def missing(using: str = "default") -> list[str]:
    """Frozen tables without a trigger, or with one that is not the one installed here."""
    connection = connections[using]
    tables, there = _tables(connection), _installed(connection)
    return [
        frozen.table
        for frozen in registered()
        if frozen.table in tables
        and any(there.get(n) != sql for n, sql in _wanted(connection, frozen, window=WINDOW_TABLE in tables).items())
    ]


def demand() -> None:
    """For the start of the site: raises RuntimeError when a frozen table is open to changes."""
    if tables := missing():
        raise RuntimeError(f"The frozen-row triggers of {', '.join(tables)} are missing or changed; run migrate.")


def remove(using: str = "default") -> None:
    """Drop every trigger; only for tests that must empty tables."""
    _settle(using)
    connection = connections[using]
    postgresql = connection.vendor == "postgresql"
    tables = _tables(connection)
    with connection.cursor() as cursor:
        for frozen in registered():
            if frozen.table not in tables:
                continue
            name = f"frozen_{frozen.table}"
            for suffix in ("_row", "_all") if postgresql else ("_update", "_delete"):
                trigger = f"{name[:55]}{suffix}" if postgresql else f"{name}{suffix}"
                cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger}"' + (f' ON "{frozen.table}"' if postgresql else ""))


@contextmanager
def suspended(using: str = "default") -> Iterator[None]:
    """Without triggers inside the block; only for tests that must empty tables or tamper with rows."""
    remove(using)
    try:
        yield
    finally:
        install(using)


def _settle(using: str) -> None:
    """PostgreSQL changes no table while checks of this transaction are still to come."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def check_installed(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Error]:
    """Database check: every frozen table has its triggers. `migrate` is let through, since it is what installs them."""
    if "default" not in (databases or []) or sys.argv[1:2] == ["migrate"]:
        return []
    return [
        Error(f"The frozen-row trigger of {table} is missing or changed; run migrate.", id="clinic.E002")
        for table in missing()
    ]
