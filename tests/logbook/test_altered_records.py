"""Every altered record is found by `verify_records` and named: a byte changed, rows swapped, an old version put back, a
row gone, files exchanged (SEC-D1, SEC-D2, SEC-D7, SEC-D12).

The world holds a record of every kind the access matrix makes; each test is undone, so that one world is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from clinic import frozen, verification
from clinic.actors import SYSTEM
from clinic.encryption import sealed_fields
from clinic.keystore import keys
from clinic.models import AuditEntry, Client, Photo
from clinic.photos import choices, files, storing
from clinic.services import clients
from evidence.models import Decision, Observation
from tests.factories import NOW, World
from tests.matrix.everything import everything

pytestmark = pytest.mark.django_db
SEALED = [model for model in apps.get_models() if sealed_fields(model) and "historical" not in model._meta.model_name]


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, unaltered."""
    with django_db_blocker.unblock(), everything() as (world, _):
        yield world


@contextmanager
def undone() -> Iterator[None]:
    """What is altered inside is as before."""
    with transaction.atomic(using="keys"), transaction.atomic():
        with frozen.suspended():
            yield
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")
    keys.forget()


def sql(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if statement.startswith("SELECT") else None


def stored(row: Any, column: str) -> bytes:
    pk = row._meta.pk.get_db_prep_value(row.pk, connection)
    return bytes(sql(f'SELECT "{column}" FROM "{row._meta.db_table}" WHERE id = %s', pk)[0][0] or b"")


def store(row: Any, **columns: Any) -> None:
    pk = row._meta.pk.get_db_prep_value(row.pk, connection)
    for column, value in columns.items():
        sql(f'UPDATE "{row._meta.db_table}" SET "{column}" = %s WHERE id = %s', value, pk)


def named(row: Any) -> str:
    return f"{row._meta.label_lower} {row.pk}"


def values_that_fail() -> list[str]:
    return list(verification.sealed_value_faults())


def test_nothing_is_wrong_with_the_world(house):
    """The faults found below are those that were made."""
    faults = [*values_that_fail(), *verification.version_faults(), *verification.chain_faults()]
    assert faults == []


@pytest.mark.parametrize("model", SEALED, ids=lambda model: model._meta.label)
def test_one_byte_changed_in_any_sealed_column(model, house):
    """SEC-D1 SEC-D12: every kind of record, every sealed column; the record and the value are named."""
    row = model._default_manager.first()
    if row is None:
        assert not model._default_manager.exists()
        return
    with undone():
        for field in sealed_fields(model):
            blob = bytearray(stored(row, field.column))
            if not blob:
                continue
            blob[-1] ^= 1
            store(row, **{field.column: bytes(blob)})
            faults = list(verification._values_of(model, sealed_fields(model)))
            assert f"{named(row)}: {field.sealed_as} cannot be read" in faults
            assert not [fault for fault in faults if str(row.pk) not in fault]


def test_most_kinds_of_sealed_record_are_tried(house):
    assert sum(model._default_manager.exists() for model in SEALED) >= 20


def test_values_swapped_between_two_clients_rows(house):
    """SEC-D12."""
    one, other = house.own, house.colleague
    with undone():
        first, second = stored(one, "phone"), stored(other, "phone")
        store(one, phone=second)
        store(other, phone=first)
        assert {f"{named(one)}: client.phone cannot be read", f"{named(other)}: client.phone cannot be read"} == set(
            values_that_fail()
        )


def test_values_swapped_between_two_rows_of_one_client(house):
    """SEC-D12: the same key, the same column, another row."""
    one = Decision.objects.filter(organisation=house.organisation).first()
    other = Decision.objects.filter(organisation=house.organisation).exclude(pk=one.pk).first()
    with undone():
        first, second = stored(one, "marks"), stored(other, "marks")
        store(one, marks=second)
        store(other, marks=first)
        assert {named(one), named(other)} == {fault.split(":")[0] for fault in values_that_fail()}


def edited(client: Client, phone: str) -> None:
    """Through the service, so that history and version move."""
    fresh = Client.objects.get(pk=client.pk)
    clients.edit_client(fresh, phone=phone, version=fresh.version, by=SYSTEM, at=NOW)


def test_an_old_value_put_back(house):
    """SEC-D12: the version is bound into the value."""
    with undone():
        old = stored(house.own, "phone")
        edited(house.own, "07700 900999")
        store(house.own, phone=old)
        assert f"{named(house.own)}: client.phone cannot be read" in values_that_fail()


def test_a_whole_old_row_put_back(house):
    """SEC-D12: each value of it opens; but the history is newer than the row."""
    with undone():
        columns = [field.column for field in sealed_fields(Client)]
        old = {column: stored(house.own, column) for column in columns}
        version = Client.objects.get(pk=house.own.pk).version
        edited(house.own, "07700 900999")
        store(house.own, **old, version=version)
        assert values_that_fail() == []
        assert f"{named(house.own)}: an older version was put back" in list(verification.version_faults())


def test_a_record_that_is_gone(house):
    """SEC-D7: a row deleted behind the program's back leaves its history."""
    row = Observation.objects.filter(state="closed").first()
    with undone():
        pk = row._meta.pk.get_db_prep_value(row.pk, connection)
        sql("DELETE FROM evidence_observation WHERE id = %s", pk)
        assert f"{named(row)}: the record is missing" in list(verification.version_faults())
        assert any(str(row.pk) in fault for fault in verification.seal_faults())


def test_a_clear_column_of_a_sealed_record(house):
    """SEC-D1 SEC-D7: not only what is encrypted is sealed."""
    row = Decision.objects.filter(state="effective").first()
    with undone():
        store(row, position="trainee")
        assert f"{named(row)}: the record is not what was sealed" in list(verification.seal_faults())


def test_a_seal_that_was_changed_in_the_log(house):
    """SEC-D1 SEC-D8: the hash of a sealed record stands in the chain, and the chain says that it was altered."""
    entry = AuditEntry.objects.filter(action="record.sealed", object_type="evidence.decision").first()
    with undone():
        entry.facts = {**entry.facts, "sha256": "0" * 64}
        entry.save(update_fields=["facts"])
        assert any(str(entry.chain_id) in fault and "altered" in fault for fault in verification.chain_faults())
        assert any(str(entry.object_id) in fault for fault in verification.seal_faults())


def test_sealed_files_that_were_exchanged(house):
    """SEC-D12: a picture opens only as what it is; both photographs are named."""
    one, other = Photo.objects.filter(client=house.own).first(), Photo.objects.filter(client=house.colleague).first()
    size = choices.SIZES[0]
    owners = [(photo.organisation_id, photo.client_id, photo.id) for photo in (one, other)]
    paths = [files.FilePlace(*owner, size).path for owner in owners]
    first, second = (path.read_bytes() for path in paths)
    try:
        paths[0].write_bytes(second)
        paths[1].write_bytes(first)
        found = [fault.split(":")[0] for fault in storing.faults()]
        assert {named(one), named(other)} <= set(found)
    finally:
        paths[0].write_bytes(first)
        paths[1].write_bytes(second)
