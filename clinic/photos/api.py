"""The photographs' API: the same verbs as the pages. Bytes leave by `photo-image` only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import audit, clock
from clinic.access import Can
from clinic.actors import Actor
from clinic.api_base import ApiView, StrictSerializer
from clinic.models import Client, Photo
from clinic.photos import choices, queries, storing, views
from clinic.photos.ingest import PhotoRefused


class PhotoInput(StrictSerializer):
    """A multipart upload."""

    photo = serializers.FileField(allow_empty_file=True)
    view = serializers.ChoiceField(choices=list(choices.views()))
    stage = serializers.ChoiceField(choices=list(choices.stages()))
    zone = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    note = serializers.CharField(max_length=400, required=False, default="", allow_blank=True)
    is_agreed = serializers.ChoiceField(choices=["true", "false"], required=False, default="false")


def as_plain(photo: Photo, *, to: Actor) -> dict[str, Any]:
    """A photograph as the API shows it to this person; addresses hold for a minute."""
    at = clock.now()
    return {
        "id": str(photo.id),
        "view": photo.view,
        "zone": photo.zone,
        "stage": photo.stage,
        "taken_at": photo.taken_at.isoformat(),
        "width": photo.width,
        "height": photo.height,
        "label": queries.label(photo),
        "thumbnail": storing.address(photo, "thumbnail", to=to, at=at),
        "display": storing.address(photo, "display", to=to, at=at),
    }


class ClientPhotosApi(ApiView):
    """A client's photographs."""

    parser_classes = [MultiPartParser]

    def get(self, request: Request, client_id: UUID) -> Response:
        """The photographs, newest first; `restricted` counts those the client does not let us show."""
        client = self.load(Client, Can.READ_PHOTO, client_id)
        audit.viewed(self.actor, client, what="photos")
        rows = [as_plain(photo, to=self.actor) for photo in queries.photos(client, self.actor)]
        return self.respond({"photos": rows, "restricted": queries.count_restricted(client, clock.now())})

    def post(self, request: Request, client_id: UUID) -> Response:
        """Take a photograph in (multipart). 422 with a code when it is refused."""
        client = self.load(Client, Can.TAKE_PHOTO, client_id)
        if views.is_too_long(request._request):
            raise PhotoRefused("photo_too_large")
        values = self.parsed(PhotoInput, {**request._request.POST.dict(), **request._request.FILES.dict()})
        is_agreed = values.pop("is_agreed") == "true"
        upload = values.pop("photo")
        photo = storing.store(upload, client=client, is_agreed=is_agreed, by=self.actor, at=clock.now(), **values)
        return self.respond(as_plain(photo, to=self.actor), status=201, version=photo.version)


class PhotoApi(ApiView):
    """One photograph."""

    def get(self, request: Request, photo_id: UUID) -> Response:
        """What it shows and where to fetch it."""
        photo = views.load_photo(self.actor, photo_id)
        return self.respond(as_plain(photo, to=self.actor), version=photo.version)
