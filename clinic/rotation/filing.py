"""Files under a compromised key are sealed again as well: new file beside the old, row, then in its place.

In an ordinary rotation files keep their key version: each has a key of its own, derived from its holder's by HKDF.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from clinic.documents import store
from clinic.errors import CannotBeRead
from clinic.models import Document, Photo
from clinic.photos import choices, files, storing


def reseal_files(ids: Collection[UUID]) -> tuple[int, list[str]]:
    """Photographs and papers of these clients: how many files were sealed again, and which cannot be read."""
    changed, unreadable = 0, []
    for photo in Photo._base_manager.filter(client_id__in=ids).order_by("pk"):
        try:
            changed += _reseal_photo(photo)
        except CannotBeRead:
            unreadable.append(f"clinic.photo {photo.id}: a picture cannot be read")
    for document in Document._base_manager.filter(client_id__in=ids).order_by("pk"):
        try:
            changed += _reseal_document(document)
        except CannotBeRead:
            unreadable.append(f"clinic.document {document.id}: the file cannot be read")
    return changed, unreadable


def _reseal_photo(photo: Photo) -> int:
    hashes = dict(photo.files)
    for size in choices.SIZES:
        files.settle(storing.place(photo, size), sha256=hashes.get(size))
    fresh = {size: files.reseal(storing.place(photo, size)) for size in choices.SIZES}
    changed = {size: sha256 for size, sha256 in fresh.items() if sha256 is not None}
    if changed:
        hashes |= changed
        Photo._base_manager.filter(pk=photo.pk).update(files=hashes)
        for size, sha256 in changed.items():
            files.settle(storing.place(photo, size), sha256=sha256)
    return len(changed)


def _reseal_document(document: Document) -> int:
    changed = 0
    for place in store.places(document):
        files.settle(place)
        if files.reseal(place) is not None:
            files.settle(place)
            changed += 1
    return changed
