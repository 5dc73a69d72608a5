"""Verbs on photographs: keep a clean one."""

from __future__ import annotations

import uuid
from datetime import datetime

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.audit import audited
from clinic.catalogue import content
from clinic.errors import InvalidValue
from clinic.models import Client, Photo
from clinic.photos import choices, files, permission
from clinic.photos.files import FilePlace
from clinic.photos.ingest import Ingested


@audited
def keep_photo(
    client: Client,
    pictures: Ingested | None,
    *,
    view: str,
    zone: str = "",
    stage: str,
    note: str = "",
    is_agreed: bool = False,
    by: Actor,
    at: datetime,
) -> Photo:
    """Seal and store the three sizes of a decoded photograph, then the row.

    `is_agreed`: the client agrees to this photograph; needed while their permission was not asked.
    Raises RuleRefused `permission_refused`, InvalidValue, StorageFull.
    """
    access.require(by, Can.TAKE_PHOTO, client)
    if view not in choices.views():
        raise InvalidValue("Choose a standard view.", code="invalid_choice", field="view")
    if stage not in choices.stages():
        raise InvalidValue("Choose when it was taken.", code="invalid_choice", field="stage")
    if zone and zone not in content.areas():
        raise InvalidValue("Choose an area from the chart.", code="invalid_choice", field="zone")
    permission.require(client, stage=stage, is_agreed=is_agreed, at=at)
    if pictures is None:
        raise InvalidValue("Take or choose a photograph.", code="required", field="photo")
    photo = Photo(
        id=uuid.uuid4(),
        organisation_id=client.organisation_id,
        client=client,
        view=view,
        zone=zone,
        stage=stage,
        note=note.strip(),
        taken_at=at,
        width=pictures.master.width,
        height=pictures.master.height,
        recorded_at=at,
    )
    photo.files = {
        size: files.put(FilePlace(photo.organisation_id, photo.client_id, photo.id, size), getattr(pictures, size).data)
        for size in choices.SIZES
    }
    photo.save()
    audit.record(by, "photo.stored", photo, at=at, view=view, stage=stage, files=photo.files)
    return photo
