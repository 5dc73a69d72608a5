"""From an upload to a stored photograph, and from a stored photograph to bytes and addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from clinic import access, clock
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import DomainError
from clinic.models import Client, Photo
from clinic.photos import choices, files, permission, services
from clinic.photos.files import FilePlace
from clinic.photos.ingest import ingest

LINK_LASTS = timedelta(seconds=60)
_signer = Signer(salt="photo-link")


class Upload(Protocol):
    """Anything with bytes to read: an uploaded file, an open file, BytesIO."""

    def read(self) -> bytes:
        """All bytes."""


def store(
    upload: Upload | bytes,
    *,
    client: Client,
    by: Actor,
    at: datetime,
    view: str,
    zone: str = "",
    stage: str,
    note: str = "",
    is_agreed: bool = False,
) -> Photo:
    """Take a photograph in: decode in a child process, strip, seal, store. Nothing of the original file is kept.

    Decoding happens before the transaction, so that it holds no lock. `is_agreed`: the client agrees to this
    photograph. Raises PhotoRefused, RuleRefused `permission_refused`, InvalidValue, StorageFull.
    """
    # the service refuses and logs; nothing is decoded for nobody
    allowed = access.may(by, Can.TAKE_PHOTO, client) and not permission.is_restricted(client, at)
    data = upload if isinstance(upload, bytes) else upload.read()
    pictures = ingest(data) if allowed else None
    return services.keep_photo(
        client, pictures, view=view, zone=zone, stage=stage, note=note, is_agreed=is_agreed, by=by, at=at
    )


def place(photo: Photo, size: str) -> FilePlace:
    """Where one size of a photograph lies."""
    return FilePlace(photo.organisation_id, photo.client_id, photo.id, size)


def open_photo(photo: Photo, size: str) -> bytes:
    """The JPEG of one size. Raises CannotBeRead when it is missing or altered."""
    return files.get(place(photo, size), sha256=photo.files.get(size, ""))


def _link(photo: Photo, size: str, to: Actor, stamp: int) -> str:
    return f"{stamp}-{_signer.signature(f'{photo.id}:{size}:{stamp}:{to.kind}:{to.actor_id}:{to.session}')}"


def address(photo: Photo, size: str = "thumbnail", *, to: Actor, at: datetime | None = None) -> str:
    """An address that shows a photograph for sixty seconds, to this person in this session only (SEC-A10)."""
    stamp = int((at or clock.now()).timestamp())
    return reverse("photo-image", kwargs={"photo_id": photo.id, "size": size, "link": _link(photo, size, to, stamp)})


def is_fresh(photo: Photo, size: str, link: str, *, to: Actor, at: datetime) -> bool:
    """Whether a link was made by us within the last minute for this photograph, size, person and session."""
    stamp = link.partition("-")[0]
    if not (stamp.isascii() and stamp.isdecimal()):
        return False
    age = at.timestamp() - int(stamp)
    return constant_time_compare(link, _link(photo, size, to, int(stamp))) and -5 <= age <= LINK_LASTS.total_seconds()


def known_files() -> Iterator[str]:
    """Names on disk that belong to a photograph; the sweeper keeps them."""
    for photo in Photo.objects.only("id", "organisation_id", "client_id").iterator():
        for size in choices.SIZES:
            yield place(photo, size).name


def faults() -> Iterator[str]:
    """One line per photograph that is missing, altered or cannot be opened; for `verify_records`."""
    for photo in Photo.objects.filter(client__erased_at__isnull=True).order_by("recorded_at", "id").iterator():
        for size in choices.SIZES:
            try:
                open_photo(photo, size)
            except DomainError:
                yield f"clinic.photo {photo.id}: the {size} picture cannot be read or was altered"


def exported(client: Client) -> Iterator[tuple[str, bytes]]:
    """The client's photographs for an export."""
    for photo in Photo.objects.for_client(client).order_by("taken_at", "id"):
        name = hashlib.sha256(photo.id.bytes).hexdigest()[:8]
        yield f"photos/{photo.taken_at:%Y-%m-%d}-{photo.view}-{photo.stage}-{name}.jpg", open_photo(photo, "master")
