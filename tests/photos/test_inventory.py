"""Over every address there is: no original bytes leave; and over every file on the disk: nothing lies open.

The addresses come from the registry, the records from the matrix (tests/matrix), so that a new one is asked as well.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import get_resolver, reverse

from clinic import photos
from clinic.actors import SYSTEM
from clinic.documents import store
from clinic.keystore import keys
from clinic.models import Document, Photo
from clinic.photos import choices, files, storing
from tests.access.test_doors import ADDRESSES, ROLE_FOR
from tests.factories import NOW, World
from tests.identity.support import prove
from tests.matrix.everything import ask, everything
from tests.photos import samples
from tests.photos.corpus.parts import noise

pytestmark = pytest.mark.django_db
get_resolver().url_patterns  # noqa: B018 - loads every route
ORIGINAL = samples.saved(noise(640, 480), exif=samples.exif(), comment=b"planted original") + samples.PLANTED
PICTURE = ORIGINAL[ORIGINAL.index(b"\xff\xda") + 40 :]  # its own bytes; the tables before are those of every JPEG
MAGIC = {b"\xff\xd8\xff": "jpeg", b"\x89PNG": "png", b"RIFF": "webp", b"%PDF": "pdf", b"PK\x03\x04": "zip"}
SHOWN = sorted(name for name, method in ROLE_FOR if method == "GET" and name in ADDRESSES)
OPEN = (b"\xff\xd8\xff", b"JFIF", b"Exif", b"%PDF", b"<svg", b"\x89PNG", b"planted", b"Okafor")


@dataclass
class Whole:
    """The world, the addresses of its records, and the files it put on the disk."""

    world: World
    objects: dict[str, dict[str, Any]]
    paths: set[Path]


@pytest.fixture(scope="module")
def whole(django_db_setup: None, django_db_blocker: Any) -> Iterator[Whole]:
    """Records of every kind, among them a photograph whose original is known."""
    before = set(files.stored())
    with django_db_blocker.unblock(), everything() as (world, objects):
        photo = photos.store(ORIGINAL, client=world.own, by=SYSTEM, at=NOW, view="P01", stage="before", is_agreed=True)
        objects["photo-image"]["own"] = {"photo_id": photo.id, "size": "display", "link": "unsigned"}
        yield Whole(world, objects, set(files.stored()) - before)


@pytest.fixture(scope="module")
def answers(whole: Whole) -> dict[str, HttpResponse]:
    """What each address that can be read answers to a person who may read it, for the own client."""
    browsers: dict[str, Browser] = {}
    for role in {ROLE_FOR[name, "GET"] for name in SHOWN} & set(whole.world.people):
        browsers[role] = Browser(raise_request_exception=False)
        browsers[role].force_login(whole.world.people[role])
        prove(browsers[role])
    found = {}
    for name in SHOWN:
        role = ROLE_FOR[name, "GET"]
        if role in browsers:
            found[name] = ask(browsers[role], "GET", reverse(name, kwargs=whole.objects.get(name, {"own": {}})["own"]))
    return found


def body(answer: HttpResponse) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def kind(answer: HttpResponse) -> str:
    """What a body is by its first bytes; empty for text."""
    start = body(answer)[:8]
    return next((name for magic, name in MAGIC.items() if start.startswith(magic)), "")


def test_no_address_gives_original_bytes(answers: dict[str, HttpResponse]) -> None:
    """SEC-C16: neither what was planted in a photograph nor a piece of its file is in any answer."""
    pieces = [PICTURE[at : at + 24] for at in range(0, len(PICTURE) - 24, len(PICTURE) // 12)]
    leaks = {name for name, answer in answers.items() for piece in (*pieces, b"planted") if piece in body(answer)}
    assert len(answers) > 100
    assert leaks == set()


def test_pictures_leave_by_one_address(answers: dict[str, HttpResponse]) -> None:
    """SEC-C16: and that one sends the display size and the thumbnail only."""
    pictures = {name for name, answer in answers.items() if kind(answer) in {"jpeg", "png", "webp"}}
    typed = {name for name, answer in answers.items() if answer["Content-Type"].startswith("image/")}
    assert pictures == typed == {"photo-image"}
    assert set(choices.SERVED) == {"display", "thumbnail"}


def test_papers_leave_as_attachments_that_run_nothing(answers: dict[str, HttpResponse]) -> None:
    """Decision 54, SEC-C11, SEC-C16: whatever is not a page of ours is saved, never shown inline."""
    papers = {name: answer for name, answer in answers.items() if kind(answer) in {"pdf", "zip"}}
    assert "document-download" in papers
    for name, answer in papers.items():
        assert answer["Content-Disposition"].startswith("attachment; "), name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Content-Security-Policy"].startswith("sandbox"), name


def test_every_file_on_the_disk_is_sealed(whole: Whole) -> None:
    """Photographs and papers alike: our format, the holder's own key, nothing that can be recognised or packed."""
    assert len(whole.paths) > 10
    for path in whole.paths:
        blob = path.read_bytes()
        assert (blob[0], blob[1]) == (files.FORMAT, files.AES_GCM), path
        assert not any(mark in blob for mark in OPEN), path
        assert len(zlib.compress(blob, 9)) >= len(blob), path


def test_every_file_on_the_disk_belongs_to_a_row_and_opens_with_its_clients_key(whole: Whole) -> None:
    """Photographs and papers; no other kind of file is written."""
    places = [storing.place(photo, size) for photo in Photo.objects.all() for size in choices.SIZES]
    places += [place for document in Document.objects.all() for place in store.places(document)]
    assert {place.path for place in places} >= whole.paths
    for place in places:
        if place.path in whole.paths:
            assert place.path.read_bytes()[6:22] == keys.current_key(place.holder_id).key_id
            assert files.get(place)
