"""Stored photographs: sealed on disk, shown to whom the policy lets see them, logged before any byte leaves."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client as Browser
from django.urls import reverse
from PIL import Image

from clinic import clock, photos
from clinic.errors import CannotBeRead, InvalidValue
from clinic.models import AuditEntry, Photo
from clinic.photos import files, queries, storing
from clinic.photos.ingest import PhotoRefused
from tests.factories import NOW, World
from tests.photos import links, permits, samples

JPEG = samples.saved(samples.picture(640, 480), exif=samples.exif())


def keep(world: World, **values: Any) -> Photo:
    given = {"client": world.own, "view": "P01", "stage": "before", "is_agreed": True, **values}
    return photos.store(JPEG, by=world.actor("practitioner"), at=NOW, **given)


def browser_of(world: World, role: str) -> Browser:
    browser = Browser()
    browser.force_login(world.people[role])
    return browser


def test_a_photograph_is_stored_in_three_sealed_sizes(world: World) -> None:
    photo = keep(world, zone="cheek_left", note="window light off")
    assert set(photo.files) == {"master", "display", "thumbnail"}
    for size in photo.files:
        path = storing.place(photo, size).path
        blob = path.read_bytes()
        assert not any(mark in blob for mark in (b"\xff\xd8\xff", b"JFIF", b"Exif"))
        assert Image.open(io.BytesIO(storing.open_photo(photo, size))).format == "JPEG"
    entry = AuditEntry.objects.get(action="photo.stored", object_id=photo.id)
    assert entry.client_id == world.own.id
    assert "window" not in str(entry.facts)


def test_files_of_the_same_picture_differ(world: World) -> None:
    first, second = keep(world), keep(world)
    assert set(first.files.values()).isdisjoint(second.files.values())


@pytest.mark.parametrize("harm", ["flip", "cut", "swap", "gone", "empty"])
def test_a_harmed_file_cannot_be_read_and_is_named(world: World, harm: str) -> None:
    photo, other = keep(world), keep(world)
    path = storing.place(photo, "display").path
    blob = path.read_bytes()
    harmed = {
        "flip": samples.flipped(blob, len(blob) // 2),
        "cut": blob[:-9],
        "swap": storing.place(other, "display").path.read_bytes(),
        "empty": b"",
    }
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(harmed[harm])
    with pytest.raises(CannotBeRead):
        storing.open_photo(photo, "display")
    assert [line for line in storing.faults() if str(photo.id) in line]
    assert not [line for line in storing.faults() if str(other.id) in line]


def test_a_file_moved_to_another_record_does_not_open(world: World) -> None:
    """The record, the part and the client are bound into the ciphertext."""
    photo, other = keep(world), keep(world)
    target = storing.place(other, "display")
    target.path.write_bytes(storing.place(photo, "display").path.read_bytes())
    with pytest.raises(CannotBeRead):
        files.get(target)


def test_orphans_are_swept_after_an_hour(world: World) -> None:
    photo = keep(world)
    orphan = files.FilePlace(world.organisation.id, world.own.id, photo.id, "lost")
    files.put(orphan, b"x")
    later = clock.now() + timedelta(days=3650)
    assert files.sweep([*storing.known_files(), *_documents()], at=clock.now() - timedelta(days=3650)) == 0
    files.sweep([*storing.known_files(), *_documents()], at=later)
    assert not orphan.path.exists()
    assert storing.place(photo, "master").path.exists()


def _documents() -> list[str]:
    known = {storing.place(photo, "lost").name for photo in Photo.objects.all()}
    return [path.name for path in files.stored() if path.name not in known]


@pytest.mark.parametrize(("field", "value"), [("view", "P99"), ("stage", "yesterday"), ("zone", "moon")])
def test_a_wrong_value_is_refused_and_nothing_is_kept(world: World, field: str, value: str) -> None:
    before = set(files.stored())
    with pytest.raises(InvalidValue) as refused:
        keep(world, **{field: value})
    assert refused.value.field == field
    assert not Photo.objects.exists()
    assert set(files.stored()) == before


def test_a_refused_file_leaves_nothing(world: World) -> None:
    before = set(files.stored())
    with pytest.raises(PhotoRefused):
        photos.store(b"GIF89a", client=world.own, by=world.actor("practitioner"), at=NOW, view="P01", stage="before")
    assert set(files.stored()) == before


@pytest.mark.parametrize("role", ["reception", "manager", "prescriber", "assessor", "protection"])
def test_only_who_treats_takes_photographs_and_a_denial_is_logged(world: World, role: str) -> None:
    with pytest.raises(PermissionDenied):
        photos.store(JPEG, client=world.own, by=world.actor(role), at=NOW, view="P01", stage="before")
    assert AuditEntry.objects.filter(action="clinic.keep_photo", outcome="denied").count() == 1


@pytest.mark.parametrize("size", ["thumbnail", "display"])
def test_without_the_log_no_picture(world: World, monkeypatch: pytest.MonkeyPatch, size: str) -> None:
    """SEC-D9: break the log and the photograph answers 503."""
    browser = browser_of(world, "practitioner")
    link = links.link(browser, keep(world), size)

    def broken(*args: object, **kwargs: object) -> None:
        raise DatabaseError("no such table: clinic_auditentry")

    monkeypatch.setattr("clinic.audit._append", broken)
    response = browser.get(link)
    assert response.status_code == 503
    assert b"JFIF" not in response.content


def test_the_page_takes_a_photograph_and_shows_it(world: World) -> None:
    browser = browser_of(world, "practitioner")
    address = reverse("client-photos", kwargs={"client_id": world.own.id})
    upload = {"photo": SimpleUploadedFile("a.jpg", JPEG), "view": "P01", "stage": "before", "is_agreed": "on"}
    assert browser.post(address, upload).status_code == 303
    shown = browser.get(address).content.decode()
    photo = Photo.objects.get()
    assert str(photo.id) in shown
    assert browser.get(reverse("photo-detail", kwargs={"photo_id": photo.id})).status_code == 200


@pytest.mark.parametrize(("name", "code"), [("svg", "photo_kind"), ("jpeg cut in half", "photo_unreadable")])
def test_the_page_says_why_a_file_is_refused(world: World, name: str, code: str) -> None:
    address = reverse("client-photos", kwargs={"client_id": world.own.id})
    upload = {"photo": SimpleUploadedFile("a.jpg", samples.REFUSED[name][0]()), "view": "P01", "stage": "review"}
    response = browser_of(world, "practitioner").post(address, upload)
    assert response.status_code == 422
    assert PhotoRefused(code).message.split(".")[0] in response.content.decode()
    assert 'value="review" selected' in response.content.decode()


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({}, 201, None),
        ({"photo": SimpleUploadedFile("a", b"%PDF")}, 422, "photo_kind"),
        ({"photo": SimpleUploadedFile("a", b"")}, 422, "photo_empty"),
        ({"view": "P99"}, 422, "invalid"),
        ({"colour": "red"}, 400, "malformed"),
        ({"photo": None}, 400, "malformed"),
    ],
)
def test_the_api_takes_and_refuses(world: World, values: dict[str, Any], status: int, code: str | None) -> None:
    upload = {
        "photo": SimpleUploadedFile("a.jpg", JPEG),
        "view": "P01",
        "stage": "before",
        "is_agreed": "true",
        **values,
    }
    for given in upload.values():
        if hasattr(given, "seek"):
            given.seek(0)
    address = reverse("api-client-photos", kwargs={"client_id": world.own.id})
    response = browser_of(world, "practitioner").post(
        address, {name: value for name, value in upload.items() if value is not None}
    )
    assert response.status_code == status, response.content
    assert response.json().get("code") == code
    if status == 201:
        desk = browser_of(world, "practitioner")
        listed = desk.get(address).json()["photos"]
        assert [row["id"] for row in listed] == [response.json()["id"]]
        assert desk.get(listed[0]["thumbnail"]).status_code == 200


def test_a_file_over_the_limit_is_refused_by_name(world: World) -> None:
    address = reverse("api-client-photos", kwargs={"client_id": world.own.id})
    big = SimpleUploadedFile("a.jpg", JPEG + b"\0" * 28_000_000)
    response = browser_of(world, "practitioner").post(address, {"photo": big, "view": "P01", "stage": "before"})
    assert (response.status_code, response.json()["code"]) == (422, "photo_too_large")


def test_facts_for_banner_and_strip(world: World) -> None:
    first = keep(world)
    facts = queries.facts(world.own, NOW)
    assert facts["has_baseline_photo"] is True
    assert (facts["photo_strip"], facts["banner_photo"]) == ((first,), first)
    events = list(queries.timeline(world.own, world.actor("practitioner")))
    assert [(event.kind, event.title) for event in events] == [("photo", "1 photograph")]
    assert list(queries.timeline(world.own, world.actor("reception"))) == []


def test_first_and_latest_are_paired(world: World) -> None:
    permits.publish_texts(world)
    permits.permit(world, answer=True)
    first, latest = keep(world), keep(world, stage="review")
    keep(world, view="P02")
    assert queries.pairs(Photo.objects.all()) == [(first, latest)] or queries.pairs(Photo.objects.all()) == [
        (latest, first)
    ]


def test_an_export_holds_the_pictures(world: World) -> None:
    keep(world)
    (name, data), *rest = storing.exported(world.own)
    assert rest == []
    assert Path(name).suffix == ".jpg"
    assert data.startswith(b"\xff\xd8\xff")
