"""Frozen rows: every table of the registry refuses UPDATE, DELETE and (PostgreSQL) TRUNCATE, in both dialects.

A row is written by hand into each table, past the checks of its columns: only the trigger is tried, so that no table is
left out because the world of the tests has no such row yet (decision 17, SEC-D7, SEC-D8).
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction

from clinic import frozen
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TABLES = sorted(frozen.registered(), key=lambda one: one.table)
CONDITIONAL = [one for one in TABLES if one.when != "TRUE"]
IS_POSTGRESQL = connection.vendor == "postgresql"


def name_of(one: frozen.Frozen) -> str:
    return one.table


def value_of(field: Any) -> Any:
    """Something the column's type takes."""
    field = field.target_field if field.is_relation else field
    if field.null:
        return None
    plain: tuple[tuple[type, Any], ...] = (
        (models.UUIDField, uuid.uuid4()), (models.DateTimeField, NOW), (models.DateField, date(2026, 11, 16)),
        (models.BooleanField, True), (models.DecimalField, Decimal(1)), (models.IntegerField, 1),
        (models.FloatField, 1.0), (models.JSONField, {}), (models.BinaryField, b"x"),
        (models.CharField, "x"), (models.TextField, "x"),
    )  # fmt: skip
    return next((value for kind, value in plain if isinstance(field, kind)), b"x")


def candidates(one: frozen.Frozen, column: str) -> list[Any]:
    """What a column named in the condition may hold: words of the condition, an instant, an id, or nothing."""
    words = re.findall(r"'([a-z_]+)'", one.when)
    return [*words, "another", NOW, uuid.uuid4(), True, None] if re.search(rf"\b{column}\b", one.when) else []


def prepared(field: Any, value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, bytes):
        return connection.Database.Binary(value)
    target = field.target_field if field.is_relation else field
    return target.get_db_prep_value(value, connection)


def allow_anything(table: str) -> None:
    """Without the checks of the columns, until the test is rolled back."""
    with connection.cursor() as cursor:
        if not IS_POSTGRESQL:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            return
        constraints = connection.introspection.get_constraints(cursor, table)
        for name in (name for name, found in constraints.items() if found["check"] or found["foreign_key"]):
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        for column in connection.introspection.get_table_description(cursor, table):
            if column.name != "id":
                cursor.execute(f'ALTER TABLE "{table}" ALTER "{column.name}" DROP NOT NULL')


def insert(one: frozen.Frozen, *, is_frozen: bool) -> Any:
    """A row for which the condition holds, or does not; its key."""
    model = next(model for model in apps.get_models() if model._meta.db_table == one.table)
    fields = model._meta.concrete_fields
    values = {field.column: (field, value_of(field)) for field in fields}
    key = values[model._meta.pk.column][1]
    named = [field for field in fields if candidates(one, field.column)]
    allow_anything(one.table)
    for choice in [{}, *({field.column: value} for field in named for value in candidates(one, field.column))]:
        try:
            row = {column: prepared(field, choice.get(column, value)) for column, (field, value) in values.items()}
            with transaction.atomic(), connection.cursor() as cursor:
                names, marks = ", ".join(f'"{name}"' for name in row), ", ".join(["%s"] * len(row))
                cursor.execute(f'INSERT INTO "{one.table}" ({names}) VALUES ({marks})', list(row.values()))
                cursor.execute(f'SELECT count(*) FROM "{one.table}" WHERE {one.when}')
                if bool(cursor.fetchone()[0]) is is_frozen:
                    return key
                transaction.set_rollback(True)
        except (DatabaseError, ValidationError, TypeError, ValueError, AttributeError):
            continue
    raise AssertionError(f"No row of {one.table} makes {one.when} {is_frozen}.")


@contextmanager
def hand_made(one: frozen.Frozen, *, is_frozen: bool) -> Iterator[None]:
    """Such a row for the length of the block; other tests have the checks of columns back."""
    with transaction.atomic():
        insert(one, is_frozen=is_frozen)
        yield
        transaction.set_rollback(True)
    if not IS_POSTGRESQL:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def change(one: frozen.Frozen, event: str) -> None:
    model = next(model for model in apps.get_models() if model._meta.db_table == one.table)
    column = next(field.column for field in model._meta.concrete_fields if not field.primary_key)
    statements = {"UPDATE": f'UPDATE "{one.table}" SET "{column}" = "{column}"', "DELETE": f'DELETE FROM "{one.table}"'}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statements[event])


@pytest.mark.parametrize("event", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("one", TABLES, ids=name_of)
def test_a_frozen_row_is_not_changed(one, event):
    """SEC-D7 SEC-D8: neither updated nor deleted, by whoever may write to the table."""
    with hand_made(one, is_frozen=True), pytest.raises(DatabaseError, match="frozen"):
        change(one, event)


@pytest.mark.parametrize("event", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("one", CONDITIONAL, ids=name_of)
def test_a_row_that_is_not_frozen_yet_is_changed(one, event):
    """Decision 18: until it is signed a record is worked on."""
    with hand_made(one, is_frozen=False):
        change(one, event)


def test_the_log_and_what_was_signed_are_frozen():
    """SEC-D8: the tables nobody may forget."""
    always = {one.table for one in TABLES if one.when == "TRUE"}
    assert {"clinic_auditentry", "clinic_signedroot", "clinic_document", "consent_withdrawal"} <= always
    assert len(TABLES) >= 25


def test_missing_or_changed_triggers_stop_the_start():
    """Decision 17: a rebuilt table loses them silently; one that was made harmless is no better."""
    assert frozen.missing() == []
    frozen.demand()
    table, name = "clinic_auditentry", "frozen_clinic_auditentry_delete"
    with connection.cursor() as cursor:
        if IS_POSTGRESQL:
            cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "frozen_{table}_row"')  # no longer ALWAYS
        else:
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} WHEN 0 BEGIN SELECT 1; END")
    assert frozen.missing() == [table]
    assert [error.id for error in run_checks(databases=["default"]) if table in str(error)] == ["clinic.E002"]
    with pytest.raises(RuntimeError, match=table):
        frozen.demand()
    frozen.install()
    assert frozen.missing() == []


@pytest.mark.parametrize("one", [one for one in TABLES if one.when == "TRUE"], ids=name_of)
def test_a_frozen_table_is_not_emptied(one):
    """SEC-D8: TRUNCATE on PostgreSQL; SQLite has no such statement, and its DELETE without WHERE fires the triggers."""
    statement = f'TRUNCATE "{one.table}" CASCADE' if IS_POSTGRESQL else f'DELETE FROM "{one.table}"'
    with hand_made(one, is_frozen=True), pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_owner_as_a_replica_is_refused_too():
    """SEC-D7: PostgreSQL's `session_replication_role` switches ordinary triggers off, ALWAYS ones it does not."""
    one = next(one for one in TABLES if one.table == "clinic_auditentry")
    # The nearest SQLite has is a switch for triggers within triggers: it changes nothing here.
    switch = "SET LOCAL session_replication_role = replica" if IS_POSTGRESQL else "PRAGMA recursive_triggers = OFF"
    with hand_made(one, is_frozen=True):
        connection.cursor().execute(switch)
        with pytest.raises(DatabaseError, match="frozen"):
            change(one, "UPDATE")
