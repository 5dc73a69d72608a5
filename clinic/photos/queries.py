"""Reads of photographs for pages and facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from clinic import clock
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue import content
from clinic.models import Client, Photo
from clinic.photos import choices, permission, storing
from clinic.providers import Event

STRIP = 8


def label(photo: Photo) -> str:
    """View, area, stage and day in words; also the text for people who do not see the picture."""
    view, stage = choices.views().get(photo.view, photo.view), choices.stages().get(photo.stage, photo.stage)
    area = content.areas().get(photo.zone)
    taken = photo.taken_at.astimezone(clock.LONDON)
    middle = f", {area.label}" if area else ""
    return f"{view}{middle}, {stage.lower()}, {taken.day} {taken:%b %Y}"


def shown(photo: Photo, *, to: Actor, at: datetime) -> dict[str, Any]:
    """What a page for this person needs of one photograph."""
    return {
        "id": photo.id,
        "label": label(photo),
        "view": choices.views().get(photo.view, photo.view),
        "stage": choices.stages().get(photo.stage, photo.stage),
        "taken_at": photo.taken_at,
        "url": reverse("photo-detail", kwargs={"photo_id": photo.id}),
        "thumbnail_url": storing.address(photo, "thumbnail", to=to, at=at),
        "display_url": storing.address(photo, "display", to=to, at=at),
    }


def photos(client: Client, actor: Actor) -> list[Photo]:
    """The client's photographs this person may see, newest first; none once the client took the permission back."""
    if permission.is_restricted(client, clock.now()):
        return []
    return list(Photo.objects.visible_to(actor, Can.READ_PHOTO).for_client(client).order_by("-taken_at", "-id"))


def count_restricted(client: Client, at: datetime) -> int:
    """How many kept photographs are not shown because the client does not permit it any more."""
    return Photo.objects.for_client(client).count() if permission.is_restricted(client, at) else 0


def pairs(rows: Iterable[Photo]) -> list[tuple[Photo, Photo]]:
    """First and last photograph of each view, where there are two."""
    by_view: dict[tuple[str, str], list[Photo]] = {}
    for photo in sorted(rows, key=lambda row: (row.taken_at, str(row.id))):
        by_view.setdefault((photo.view, photo.zone), []).append(photo)
    return [(found[0], found[-1]) for found in by_view.values() if len(found) > 1]


def facts(client: Client, at: datetime) -> dict[str, Any]:
    """Facts for banner, strip and readiness: newest photographs, whether there is one from before treatment.

    The photographs themselves: links are made for the person who looks (`shown`).
    """
    rows = list(Photo.objects.for_client(client).order_by("-taken_at", "-id"))
    if rows and permission.is_restricted(client, at):
        rows = []
    front = next((photo for photo in rows if photo.view == "P01"), None)
    return {
        "photo_strip": tuple(rows[:STRIP]),
        "banner_photo": front,
        "has_baseline_photo": any(photo.stage == "before" for photo in rows),
    }


def timeline(client: Client, actor: Actor) -> Iterable[Event]:
    """One event per day with photographs."""
    days: dict[Any, list[Photo]] = {}
    for photo in photos(client, actor):
        days.setdefault(photo.taken_at.astimezone(clock.LONDON).date(), []).append(photo)
    now = clock.now()
    for found in days.values():
        words = "1 photograph" if len(found) == 1 else f"{len(found)} photographs"
        yield Event(
            at=found[0].taken_at,
            kind="photo",
            title=words,
            detail=", ".join(sorted({choices.stages().get(photo.stage, photo.stage) for photo in found})),
            url=reverse("client-photos", kwargs={"client_id": client.id}),
            icon="camera",
            photos=tuple(shown(photo, to=actor, at=now) for photo in found),
        )
