"""Photographs and sealed files.

from clinic import photos
photo = photos.store(upload, client=client, by=actor, at=now, view="P01", stage="before")
"""

from clinic.photos.storing import address, open_photo, store

__all__ = ["address", "open_photo", "store"]
