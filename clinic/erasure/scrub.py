"""What is left in the clear after the keys are gone: files, history, states of rows that may still change.

Frozen rows stay: their clear columns are pseudonymous by design (decision 15), their ciphertext is noise.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from clinic import frozen
from clinic.choices import VisitState
from clinic.documents import store
from clinic.encryption import Sealed, sealed_fields
from clinic.models import CareRelation, Client, Document, HandOver, IdempotentAnswer, NameGeneration, Photo, Visit
from clinic.photos import choices, files, storing

NOTHING = Sealed(b"")


def scrub(client: Client, *, at: Any) -> dict[str, int]:
    """Remove files and history, empty ciphertext, end what is open. Safe to repeat; counts for the log."""
    counts = {"files": _files(client.id), "history": 0, "rows": 0}
    for model in apps.get_models():
        if not _own_columns(model) or not _names_client(model):
            continue
        if _is_history(model):
            counts["history"] += _of_client(model, client.id).delete()[0]
        else:
            counts["rows"] += _empty(model, client.id)
    _end_open(client.id, at)
    IdempotentAnswer._base_manager.filter(holder_id=client.id).delete()
    _touch_names(client.organisation_id)
    return counts


def _own_columns(model: type[models.Model]) -> dict[str, Sealed]:
    """Columns that the client's own key closes, emptied."""
    holder = "id" if _about(model) is Client else "client_id"
    return {field.attname: NOTHING for field in sealed_fields(model) if field.holder == holder}


def _is_history(model: type[models.Model]) -> bool:
    return any(field.name == "history_id" for field in model._meta.concrete_fields)


def _about(model: type[models.Model]) -> type[Any]:
    return getattr(model, "instance_type", model)


def _names_client(model: type[models.Model]) -> bool:
    names = {field.attname for field in model._meta.concrete_fields}
    return "client_id" in names or _about(model) is Client


def _of_client(model: type[models.Model], client_id: UUID) -> Any:
    return model._base_manager.filter(**{"id" if _about(model) is Client else "client_id": client_id})


def _empty(model: type[models.Model], client_id: UUID) -> int:
    """Empty what the client's key had sealed in rows that may change."""
    rows = _of_client(model, client_id)
    when = next((one.when for one in frozen.registered() if one.table == model._meta.db_table), None)
    if when is not None:
        rows = rows.extra(where=[f"({when}) IS NOT TRUE"])  # noqa: S610 - our own registry
    return int(rows.update(**_own_columns(model)))


def _files(client_id: UUID) -> int:
    removed = 0
    for photo in Photo._base_manager.filter(client_id=client_id).exclude(files={}):
        for size in choices.SIZES:
            files.remove(storing.place(photo, size))
            removed += 1
    for document in Document._base_manager.filter(client_id=client_id):
        for place in store.places(document):
            files.remove(place)
            removed += 1
    Photo._base_manager.filter(client_id=client_id).update(files={}, zone="")
    return removed


def _end_open(client_id: UUID, at: Any) -> None:
    open_states = (VisitState.BOOKED, VisitState.ARRIVED, VisitState.IN_ROOM)
    Visit._base_manager.filter(client_id=client_id, state__in=open_states).update(
        state=VisitState.CANCELLED, closed_at=at
    )
    CareRelation._base_manager.filter(client_id=client_id, until_on__isnull=True).update(until_on=at.date())
    HandOver._base_manager.filter(client_id=client_id, ended_at__isnull=True).update(ended_at=at, outcome="erased")
    Client._base_manager.filter(pk=client_id).update(language="en-GB")


def _touch_names(organisation_id: UUID) -> None:
    NameGeneration.objects.get_or_create(organisation_id=organisation_id)
    NameGeneration.objects.filter(organisation_id=organisation_id).update(number=models.F("number") + 1)
