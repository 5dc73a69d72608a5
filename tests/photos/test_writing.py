"""How a photograph reaches the disk, and what is left when something stops on the way (security.md 5.5)."""

from __future__ import annotations

import errno
import os
import signal
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clinic import clock, photos
from clinic.errors import StorageFull
from clinic.models import Photo
from clinic.photos import choices, files, storing
from clinic.photos.files import FilePlace
from clinic.photos.ingest import PhotoRefused, ingest
from tests.factories import NOW, World
from tests.photos import samples
from tests.photos.corpus.parts import png

JPEG = samples.saved(samples.picture(640, 480))


def keep(world: World) -> Photo:
    by = world.actor("practitioner")
    return photos.store(JPEG, client=world.own, by=by, at=NOW, view="P01", stage="before", is_agreed=True)


def test_a_file_is_whole_and_lasting_before_its_row_is_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written as `.part`, flushed to the disk, renamed, the folder flushed; then the row."""
    steps: list[tuple[str, str, int]] = []
    fsync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        name = Path(os.readlink(f"/proc/self/fd/{handle}")).suffix
        steps.append(("folder" if is_folder else "file", name, Photo.objects.count()))
        fsync(handle)

    def renamed(self: Path, target: Path) -> Path:
        steps.append(("rename", self.suffix, Photo.objects.count()))
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    keep(world)
    assert steps == [("file", ".part", 0), ("rename", ".part", 0), ("folder", "", 0)] * len(choices.SIZES)
    assert Photo.objects.count() == 1


@pytest.mark.parametrize("full", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_keeps_neither_file_nor_row(world: World, monkeypatch: pytest.MonkeyPatch, full: int) -> None:
    """SEC-E10: the half-written file goes too, and the person is told."""
    before = set(files.stored())

    def refuse(handle: int) -> None:
        raise OSError(full, "no room")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StorageFull) as refused:
        keep(world)
    assert refused.value.code == "storage_full"
    assert set(files.stored()) == before
    assert not Photo.objects.exists()


def test_files_are_for_their_owner_only(world: World) -> None:
    """SEC-E10."""
    photo = keep(world)
    for size in choices.SIZES:
        path = storing.place(photo, size).path
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_a_stopped_write_left_is_swept_after_an_hour_and_not_before(world: World) -> None:
    """SEC-E10: a `.part` of a process that was killed, and a whole file whose row was rolled back."""
    photo = keep(world)
    whole = FilePlace(world.organisation.id, world.own.id, photo.id, "rolled back")
    files.put(whole, b"x")
    part = whole.path.with_suffix(".part")
    part.write_bytes(b"half")
    known = {path.name for path in files.stored()} - {whole.name, part.name}
    written = clock.now()
    for path, minutes in ((whole.path, 59), (part, 61)):
        moment = (written - timedelta(minutes=minutes)).timestamp()
        os.utime(path, (moment, moment))
    assert files.sweep(known, at=written) == 1
    assert (whole.path.exists(), part.exists()) == (True, False)
    assert files.sweep(known, at=written + timedelta(minutes=2)) == 1
    assert not whole.path.exists()
    assert storing.open_photo(photo, "master")


def children() -> set[int]:
    """Processes this one waits for."""
    lists = Path("/proc/self/task").glob("*/children")
    return {int(word) for path in lists for word in path.read_text().split()}


def killed(before: set[int], seconds: float = 20) -> int:
    """Kill the first new child; its id, 0 when none came."""
    tick = threading.Event()
    for _ in range(int(seconds * 200)):
        if found := children() - before:
            os.kill(next(iter(found)), signal.SIGKILL)
            return next(iter(found))
        tick.wait(0.005)
    return 0


def test_a_killed_decoder_is_a_refusal_and_the_next_photograph_is_taken() -> None:
    """SEC-C8, SEC-E10: the worker lives, nothing is kept."""
    slow = png(6000, 4000, pixels=b"\0" * 72_004_000)
    before, stored = children(), set(files.stored())
    with ThreadPoolExecutor(1) as pool:
        answer: Any = pool.submit(ingest, slow)
        assert killed(before) > 0
        with pytest.raises(PhotoRefused) as refused:
            answer.result()
    assert refused.value.code == "photo_unreadable"
    assert set(files.stored()) == stored
    assert ingest(JPEG).master.width == 640
