"""Sealed columns: ciphertext in the database, plain in Python, bound to their place (SEC-D12, SEC-E1, SEC-E3)."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from clinic.errors import CannotBeRead
from clinic.keystore import keys
from clinic.models import Client
from clinic.services import clients
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def raw(table: str, column: str, key: str, value: object) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{key}" = %s', [value])
        return bytes(cursor.fetchone()[0])


def plain_id(client: Client) -> object:
    return client.id.hex if connection.vendor == "sqlite" else client.id


def put(column: str, blob: bytes, client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE clinic_client SET "{column}" = %s WHERE id = %s', [blob, plain_id(client)])


def fresh(client: Client) -> Client:
    keys.forget()
    return Client.objects.get(pk=client.pk)


def test_a_name_is_plain_in_python_and_ciphertext_in_the_column(world):
    blob = raw("clinic_client", "legal_name", "id", plain_id(world.own))
    assert fresh(world.own).legal_name == "Amara Okafor"
    assert b"Amara" not in blob
    assert blob[0] == 1


def test_history_holds_the_very_ciphertext_of_the_record(world):
    """SEC-E3: history rows are copies of ciphertext, and still open."""
    live = raw("clinic_client", "legal_name", "id", plain_id(world.own))
    past = raw("clinic_historicalclient", "legal_name", "id", plain_id(world.own))
    assert live == past
    assert world.own.history.get().legal_name == "Amara Okafor"


def test_every_sealed_field_moves_with_the_version(world):
    before = raw("clinic_client", "legal_name", "id", plain_id(world.own))
    clients.edit_client(world.own, phone="07700 900999", by=world.actor("reception"), at=NOW)
    after = fresh(world.own)
    assert raw("clinic_client", "legal_name", "id", plain_id(world.own)) != before
    assert (after.version, after.legal_name, after.phone) == (2, "Amara Okafor", "07700 900999")


@pytest.mark.parametrize("column", ["legal_name", "phone"])
def test_a_changed_byte_is_not_read(world, column):
    blob = bytearray(raw("clinic_client", column, "id", plain_id(world.own)))
    blob[-1] ^= 1
    put(column, bytes(blob), world.own)
    with pytest.raises(CannotBeRead):
        getattr(fresh(world.own), column)


def test_ciphertext_moved_to_another_client_is_not_read(world):
    """SEC-D12: a value belongs to its client."""
    put("legal_name", raw("clinic_client", "legal_name", "id", plain_id(world.colleague)), world.own)
    with pytest.raises(CannotBeRead):
        fresh(world.own).legal_name  # noqa: B018


def test_ciphertext_moved_to_another_field_is_not_read(world):
    """SEC-D12: a value belongs to its field."""
    put("known_as", raw("clinic_client", "legal_name", "id", plain_id(world.own)), world.own)
    with pytest.raises(CannotBeRead):
        fresh(world.own).known_as  # noqa: B018


def test_an_old_value_put_back_is_not_read(world):
    """SEC-D12: the row version is bound in."""
    old = raw("clinic_client", "phone", "id", plain_id(world.own))
    clients.edit_client(world.own, phone="07700 900999", by=world.actor("reception"), at=NOW)
    put("phone", old, world.own)
    with pytest.raises(CannotBeRead):
        fresh(world.own).phone  # noqa: B018


def test_sealed_fields_cannot_be_searched(world):
    with pytest.raises(FieldError):
        Client.objects.filter(legal_name="Amara Okafor").exists()
    assert Client.objects.filter(legal_name__isnull=True).count() == 0


def test_records_are_saved_one_by_one(world):
    with pytest.raises(FieldError):
        Client.objects.filter(pk=world.own.pk).update(language="cy")


def test_a_list_that_shows_no_sealed_field_opens_none(world, monkeypatch):
    opened = []
    monkeypatch.setattr("clinic.encryption.open_bytes", lambda *a: opened.append(a) or b"")
    assert len(list(Client.objects.all())) == 3
    assert opened == []


def test_keys_of_a_page_are_read_with_one_statement(world, django_assert_num_queries):
    keys.forget()
    with django_assert_num_queries(1), django_assert_num_queries(1, using="keys"):
        rows = Client.objects.all().with_keys()
        assert sorted(row.legal_name for row in rows)[0] == "Amara Okafor"
