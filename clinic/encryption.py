"""Sealed columns: ordinary attributes in Python, ciphertext in the database and in history (decisions 14–16).

    value = 0x01 | alg | key version (4) | key id (16) | nonce (12) | AES-256-GCM(ciphertext | tag)
    AAD   = length-prefixed(organisation, holder, label, row uuid, row version, key version, key id)

The row version in the AAD stops an old value from being put back; the label is the field's fixed `sealed_as`,
never a table
name; history rows carry the same label, id and version, so their ciphertext is a copy. Values open at first access.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import FieldError
from django.db import models

from clinic import noticed
from clinic.errors import CannotBeRead, Erased
from clinic.keystore import keys

HEADER = 2 + 4 + 16 + 12
FORMAT, AES_GCM = 1, 1
CANNOT_BE_READ, ERASED = "cannot be read", "erased"


@dataclass(frozen=True)
class Place:
    """Where a sealed value belongs; all of it is bound into the ciphertext."""

    organisation_id: UUID
    holder_id: UUID
    label: str
    row_id: UUID
    row_version: int

    def aad(self, key_version: int, key_id: bytes) -> bytes:
        """The associated data of this place."""
        parts = (
            self.organisation_id.bytes,
            self.holder_id.bytes,
            self.label.encode(),
            self.row_id.bytes,
            str(self.row_version).encode(),
            str(key_version).encode(),
            key_id,
        )
        return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def seal_bytes(plain: bytes, place: Place) -> bytes:
    """Seal bytes with the holder's newest key."""
    key = keys.current_key(place.holder_id)
    nonce = keys.fresh_nonce(key)
    body = AESGCM(key.secret).encrypt(nonce, plain, place.aad(key.version, key.key_id))
    return bytes([FORMAT, AES_GCM]) + key.version.to_bytes(4, "big") + key.key_id + nonce + body


def open_bytes(blob: bytes, place: Place) -> bytes:
    """Open sealed bytes. Raises CannotBeRead, and has it noticed, when they were altered, moved, rolled back, or the
    key is gone.
    """
    try:
        return _opened(blob, place)
    except Erased:
        raise
    except CannotBeRead:
        noticed.note(place.organisation_id, place.holder_id, place.label, place.row_id)
        raise


def _opened(blob: bytes, place: Place) -> bytes:
    if len(blob) < HEADER + 16 or blob[0] != FORMAT or blob[1] != AES_GCM:
        raise CannotBeRead(place.label) if blob else keys.missing(place.holder_id)
    version, key_id, nonce = int.from_bytes(blob[2:6], "big"), blob[6:22], blob[22:34]
    key = keys.key(place.holder_id, version)
    try:
        return AESGCM(key.secret).decrypt(nonce, blob[HEADER:], place.aad(version, key_id))
    except InvalidTag as error:
        raise CannotBeRead(f"{place.label} {place.row_id}") from error


class Sealed:
    """Ciphertext not opened yet."""

    __slots__ = ("blob",)

    def __init__(self, blob: bytes) -> None:
        self.blob = blob

    @property
    def key_version(self) -> int:
        """Which version of its holder's key closed it."""
        return int.from_bytes(self.blob[2:6], "big")


class _Attribute:
    """Descriptor: opens a sealed value at first access."""

    def __init__(self, field: SealedField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        data = instance.__dict__
        name = self.field.attname
        if name not in data:
            instance.refresh_from_db(fields=[name])
        value = data[name]
        if isinstance(value, Sealed):
            data[f"_blob_{name}"] = value.blob
            value = data[name] = self.field.opened(instance, value.blob)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.Field):  # type: ignore[type-arg]
    """Base of sealed columns. `sealed_as` is fixed for ever; `holder` names the attribute with the key holder's id."""

    descriptor_class = _Attribute

    def __init__(self, *args: Any, sealed_as: str = "", holder: str = "client_id", **kwargs: Any) -> None:
        self.sealed_as, self.holder = sealed_as, holder
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """The column holds bytes."""
        return "BinaryField"

    def deconstruct(self) -> Any:
        """Migrations keep the label and the holder."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.update(sealed_as=self.sealed_as, holder=self.holder)
        return name, path, args, kwargs

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: a filter on ciphertext could never match."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed and cannot be searched by the database.")
        return super().get_lookup(lookup_name)

    def place(self, instance: Any) -> Place:
        """Where this instance's value belongs."""
        organisation_id = getattr(instance, "organisation_id", None) or instance.id
        return Place(organisation_id, getattr(instance, self.holder), self.sealed_as, instance.id, instance.version)

    def to_bytes(self, value: Any) -> bytes:
        """Plain bytes of a Python value."""
        raise TypeError("Use SealedText or SealedJSON.")

    def from_bytes(self, plain: bytes) -> Any:
        """Python value of plain bytes."""
        raise TypeError("Use SealedText or SealedJSON.")

    def opened(self, instance: models.Model, blob: bytes) -> Any:
        """The Python value of ciphertext read from this instance's row."""
        return self.from_bytes(open_bytes(blob, self.place(instance)))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Ciphertext stays closed until it is looked at."""
        return None if value is None else Sealed(bytes(value))

    def to_python(self, value: Any) -> Any:
        """Forms and deserialisers hand over Python values."""
        return value

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """Ciphertext for the column; unread ciphertext goes back byte for byte."""
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, Sealed):
            return value
        if value is None:
            return None
        blob = seal_bytes(self.to_bytes(value), self.place(model_instance))
        model_instance.__dict__[f"_blob_{self.attname}"] = blob
        return Sealed(blob)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Only ciphertext reaches the database."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise FieldError(f"{self.name} must be saved through the record, so that it is sealed.")
        return connection.Database.Binary(value.blob)

    def value_to_string(self, obj: Any) -> str:
        """Serialisers never get plaintext."""
        raise TypeError("Sealed values are not serialised.")

    def formfield(self, **kwargs: Any) -> None:
        """Forms are written by hand."""
        return


class SealedText(SealedField):
    """Text, sealed."""

    def to_bytes(self, value: Any) -> bytes:
        """UTF-8."""
        return str(value).encode()

    def from_bytes(self, plain: bytes) -> str:
        """UTF-8."""
        return plain.decode()


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8; dates, UUIDs and decimals as text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


class SealedJSON(SealedField):
    """A document of plain data, sealed as canonical JSON. Change it by assigning a new value."""

    def to_bytes(self, value: Any) -> bytes:
        """Canonical JSON."""
        return canonical(value)

    def from_bytes(self, plain: bytes) -> Any:
        """Plain data."""
        return json.loads(plain)


def shown(record: models.Model, name: str) -> Any:
    """A value for a line of a list: the words “cannot be read” in its place when it does not open, never nothing.

    Only for showing. What decides anything reads the attribute itself, and fails.
    """
    try:
        return getattr(record, name)
    except Erased:
        return ERASED
    except CannotBeRead:
        return CANNOT_BE_READ


def sealed_fields(model: type[models.Model]) -> list[SealedField]:
    """The sealed columns of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


def copy_ciphertext(source: models.Model, target: models.Model) -> None:
    """Give a history row the very bytes its record was saved with."""
    for field in sealed_fields(type(target)):
        blob = source.__dict__.get(f"_blob_{field.attname}")
        value = source.__dict__.get(field.attname)
        if isinstance(value, Sealed):
            target.__dict__[field.attname] = value
        elif blob is not None and value is not None:
            target.__dict__[field.attname] = Sealed(blob)
