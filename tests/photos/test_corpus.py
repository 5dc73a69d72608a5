"""The corpus of 500 hostile and odd files (decision 26, security.md 3.2): refused or stored clean, as listed."""

from __future__ import annotations

import io
import re
import resource
import struct
import time
from collections import Counter
from collections.abc import Iterable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse
from PIL import Image

from clinic.models import Photo
from clinic.photos import files, storing
from clinic.photos.ingest import Ingested, PhotoRefused, ingest
from tests.factories import World
from tests.photos import corpus, samples

EXPECTED = corpus.expected()
EVERY = 7  # the ordinary run takes sixty of those that are decoded here, and ten of those that go through the door
CPU_S, MEMORY_MB = 5, 400
Sample = tuple[list[tuple[str, str]], list[tuple[str, str, bytes]]]
PLANTED = (b"planted", b"PK\x03\x04", b"<script", b"<?php", b"%PDF", b"Exif", b"ICC_PROFILE", b"ns.adobe")


def segments(data: bytes) -> list[int]:
    """Markers of a JPEG up to its picture."""
    at, found = 2, []
    while data[at + 1] != 0xDA:
        found.append(data[at + 1])
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return found


def faults_of(result: Ingested) -> list[str]:
    """What is wrong with a stored photograph: something of the original in it, metadata, or no plain picture."""
    wrong = []
    for part in (result.master, result.display, result.thumbnail):
        image = Image.open(io.BytesIO(part.data))
        image.load()
        if (image.format, image.mode, image.size) != ("JPEG", "RGB", (part.width, part.height)):
            wrong.append("not a picture in sRGB")
        if not set(segments(part.data)) <= {0xE0, 0xDB, 0xC0, 0xC4} or not part.data.endswith(b"\xff\xd9"):
            wrong.append("more than a picture")
        wrong += [f"holds {mark!r}" for mark in PLANTED if mark in part.data or mark in part.data.lower()]
    return wrong


def spent_s() -> float:
    """CPU seconds of this process and of the decoders it waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime


def outcome(data: bytes) -> tuple[str, int, list[str]]:
    """What became of a file, the megabytes its decoder needed, and what is wrong with what is kept."""
    try:
        result = ingest(data)
    except PhotoRefused as refused:
        return refused.code, refused.peak_mb, []
    return corpus.STORED, result.peak_mb, faults_of(result)


def broken_rows(cases: Iterable[tuple[str, str, bytes]]) -> list[str]:
    """A line for every file that was not answered as the table says, in time, in memory, and clean."""
    wrong = []
    for family, name, data in cases:
        before = spent_s()
        said, peak_mb, faults = outcome(data)
        cost = spent_s() - before
        if said != EXPECTED[family, name] or faults or cost > CPU_S or peak_mb >= MEMORY_MB:
            wrong.append(f"{family}, {name}: {said}, {cost:.1f} s, {peak_mb} MB {faults}")
    return wrong


@pytest.fixture(scope="module")
def sample() -> Sample:
    """The names of all files but those that go through the door, and every seventh of the files; made once."""
    names: list[tuple[str, str]] = []
    kept: list[tuple[str, str, bytes]] = []
    for number, (family, name, data) in enumerate(corpus.made()):
        names.append((family, name))
        kept += [] if number % EVERY else [(family, name, data)]
    return names, kept


def test_the_table_names_every_file_once(sample: Sample) -> None:
    """SEC-C8: five hundred, in the families of the plan."""
    made = sample[0] + [("name", case[0]) for case in corpus.named()]
    assert len(made) == len(set(made)) == 500
    assert set(EXPECTED) == set(made)
    assert Counter(family for family, _ in made) == corpus.COUNTS


def test_a_sample_is_refused_or_stored_clean(sample: Sample) -> None:
    """SEC-C7, SEC-C8, SEC-C9: sixty of the files; all of them with --full."""
    assert broken_rows(sample[1]) == []


@pytest.mark.full
def test_every_file_is_refused_or_stored_clean() -> None:
    """SEC-C7, SEC-C8, SEC-C9: within five seconds and 400 MB each, and the next photograph is taken."""
    assert broken_rows(corpus.made()) == []
    assert outcome(samples.saved(samples.picture()))[0] == corpus.STORED


def broken_names(world: World, cases: Iterable[tuple[str, str, str, bytes]]) -> list[str]:
    """A line for every name or type that is not answered as the table says, or that reached a path."""
    browser, wrong = Browser(), []
    browser.force_login(world.people["practitioner"])
    address = reverse("api-client-photos", kwargs={"client_id": world.own.id})
    for case, name, kind, data in cases:
        upload = SimpleUploadedFile("x", data, kind)
        upload._name = name  # as a browser of ill will sends it; Django's own setter would tidy it
        values = {"photo": upload, "view": "P01", "stage": "before", "is_agreed": "true"}
        with transaction.atomic():
            answer = browser.post(address, values)
        body = answer.json()
        said = corpus.STORED if answer.status_code == 201 else body["code"]
        if said != EXPECTED["name", case] or (said == corpus.STORED and not _has_plain_paths(body["id"])):
            wrong.append(f"{case}: {answer.status_code} {body}")
    return wrong


def _has_plain_paths(photo_id: str) -> bool:
    photo = Photo.objects.get(id=photo_id)
    paths = [storing.place(photo, size).path.relative_to(files.folder()) for size in photo.files]
    return all(re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(path)) for path in paths)


def test_a_sample_of_names_never_reaches_the_disk(world: World) -> None:
    """SEC-C2, SEC-C10: one shape of path; an SVG is refused whatever it is called."""
    named = corpus.named()
    assert broken_names(world, [*named[:6:3], *named[6::9]]) == []


@pytest.mark.full
def test_no_name_or_type_reaches_the_disk(world: World) -> None:
    """SEC-C2, SEC-C10: all eighty."""
    assert broken_names(world, corpus.named()) == []
    assert {path.suffix for path in files.stored()} <= {""}
