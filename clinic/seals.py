"""Seals: the hash of a signed record's canonical plaintext, written into the client's chain (decision 15).

An app registers for each sealed model how its payload is rebuilt from the row; `verify_records` does so and compares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models

from clinic import audit
from clinic.actors import Actor
from clinic.encryption import canonical

Payload = Callable[[Any], dict[str, Any]]
_PAYLOADS: dict[str, tuple[type[models.Model], Payload]] = {}
ACTION = "record.sealed"


def register(model: type[models.Model], payload: Payload) -> None:
    """Say how the sealed payload of a model's row is rebuilt."""
    _PAYLOADS[model._meta.label_lower] = (model, payload)


def payload_of(label: str) -> tuple[type[models.Model], Payload] | None:
    """The model and payload function registered under a label such as `consent.consent`."""
    return _PAYLOADS.get(label)


def registered() -> tuple[str, ...]:
    """Labels of all sealed models."""
    return tuple(_PAYLOADS)


def digest(payload: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a payload."""
    return hashlib.sha256(canonical(payload)).hexdigest()


def seal(record: Any, payload: dict[str, Any] | None = None, *, by: Actor, at: datetime) -> str:
    """Write the record's hash into the chain and return it. Without `payload` the registered function makes it."""
    if payload is None:
        payload = _PAYLOADS[record._meta.label_lower][1](record)
    value = digest(payload)
    audit.record(by, ACTION, record, at=at, sha256=value, version=record.version)
    return value
