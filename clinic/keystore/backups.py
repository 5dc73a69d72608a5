"""The key store's own backups: apart from the records', closed to two people, kept thirty days at most (SEC 5.9).

A backup that is older than thirty days would bring erased clients back; that is why it goes.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import models, transaction

from clinic.errors import RuleRefused, TransitionRefused
from clinic.keystore import box, escrow
from clinic.keystore.models import DataKey, DestroyedHolder, EscrowCopy, KeyRotation, SigningKey

KEPT = timedelta(days=30)
TABLES: tuple[Any, ...] = (DataKey, SigningKey, DestroyedHolder, EscrowCopy, KeyRotation)


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return {"base64": base64.b64encode(bytes(value)).decode()}
    return value if value is None or isinstance(value, (int, str, bool)) else {"text": str(value)}


def _back(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"]) if "base64" in value else field.to_python(value["text"])
    return value


def dump() -> bytes:
    """All rows of the key store; data keys are wrapped as they lie."""
    with transaction.atomic(using="keys"):
        body = {
            model._meta.label_lower: [
                {field.attname: _plain(getattr(row, field.attname)) for field in model._meta.concrete_fields}
                for row in model.objects.order_by("pk")
            ]
            for model in TABLES
        }
    return json.dumps(body).encode()


def load(plain: bytes) -> dict[str, int]:
    """Put a dump into an empty key store; counts. Raises TransitionRefused when it holds keys."""
    body = json.loads(plain)
    with transaction.atomic(using="keys"):
        if any(model.objects.exists() for model in TABLES):
            raise TransitionRefused("This key store holds keys already; nothing was restored.", code="not_empty")
        for model in TABLES:
            fields = {field.attname: field for field in model._meta.concrete_fields}
            rows = body.get(model._meta.label_lower, [])
            model.objects.bulk_create(
                [model(**{name: _back(fields[name], value) for name, value in row.items()}) for row in rows],
                batch_size=500,
            )
    return {name: len(rows) for name, rows in body.items()}


def write(folder: Path, *, at: datetime) -> Path:
    """A backup in `folder`, closed to the holders of the escrow copies; older ones than thirty days are removed.

    Raises RuleRefused `no_escrow` while nobody could open it.
    """
    if not escrow.is_complete():
        raise RuleRefused(
            "Two people need a checked escrow copy first; nobody could open this backup.", code="no_escrow"
        )
    path = folder / f"keys-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.box"
    box.write_private(path, box.close(dump(), recipients=escrow.recipients()))
    for old in folder.glob("keys-*.box"):
        if _made_at(old, at) < at - KEPT:
            old.unlink()
    return path


def _made_at(path: Path, default: datetime) -> datetime:
    try:
        return datetime.strptime(path.name, "keys-%Y%m%dT%H%M%SZ.box").replace(tzinfo=UTC)
    except ValueError:
        return default
