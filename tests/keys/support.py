"""What the tests of keys share: raw ciphertext of a row, and rows that may not change any more."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection

from clinic.documents import store
from clinic.models import Client, Document, Photo
from clinic.photos import choices, files, storing
from tests.factories import NOW


def database_id(value: Any) -> Any:
    """A UUID as this database holds it."""
    return value.hex if connection.vendor == "sqlite" else value


def raw(row: Any, column: str, *, table: str = "", key: str = "id") -> bytes:
    """The bytes of a column, as a thief of the database would read them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{column}" FROM "{table or row._meta.db_table}" WHERE "{key}" = %s', [database_id(row.id)]
        )
        return bytes(cursor.fetchone()[0])


def put(row: Any, column: str, value: Any) -> None:
    """Change a column behind the application's back."""
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{row._meta.db_table}" SET "{column}" = %s WHERE id = %s', [value, database_id(row.id)])


def damage(row: Any, column: str) -> None:
    """Flip a bit of a sealed value."""
    blob = bytearray(raw(row, column))
    blob[-1] ^= 1
    put(row, column, bytes(blob))


def key_version(row: Any, column: str, **where: Any) -> int:
    """Which version of its holder's key closed a value."""
    return int.from_bytes(raw(row, column, **where)[2:6], "big")


def make_document(client: Client, title: str = "Consent of today") -> Document:
    """A paper: frozen as soon as it is stored."""
    row = Document(
        organisation_id=client.organisation_id,
        client=client,
        kind="consent",
        title=title,
        sha256=store._sha256(b"%PDF paper"),
        size=10,
        recorded_at=NOW,
    )
    files.put(store.places(row)[0], b"%PDF paper")
    row.save()
    return row


def make_photo(client: Client) -> Photo:
    """A photograph of three sizes, without the pipeline."""
    photo = Photo(
        id=uuid.uuid4(),
        organisation_id=client.organisation_id,
        client=client,
        view="front",
        stage="before",
        zone="cheek_l",
        taken_at=NOW,
        width=10,
        height=10,
        note="scar above the lip",
        recorded_at=NOW,
    )
    photo.files = {size: files.put(storing.place(photo, size), f"picture {size}".encode()) for size in choices.SIZES}
    photo.save()
    return photo
