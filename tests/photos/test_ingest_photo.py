"""`manage.py ingest_photo`: says what would be kept, or why not; stores nothing."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clinic.models import AuditEntry, Photo
from clinic.photos import files
from clinic.photos.ingest import MESSAGES
from tests.photos import samples


def said(path: Path) -> str:
    out = StringIO()
    call_command("ingest_photo", str(path), stdout=out)
    return out.getvalue()


def test_it_says_what_would_be_kept(tmp_path: Path) -> None:
    """SEC-C9: sizes, and that the metadata is gone."""
    path = tmp_path / "face.jpg"
    path.write_bytes(samples.saved(samples.picture(640, 480), exif=samples.exif(6)))
    lines = said(path).splitlines()
    assert lines[0].startswith(f"Taken: JPEG, 640 × 480 (0.3 megapixels), {path.stat().st_size:,} bytes")
    assert [line.split()[:5] for line in lines[1:4]] == [
        ["master", "JPEG,", "480", "×", "640,"],
        ["display", "JPEG,", "480", "×", "640,"],
        ["thumbnail", "JPEG,", "240", "×", "320,"],
    ]
    assert "bytes of metadata" in lines[4]
    assert lines[-1].endswith("Nothing was stored.")


@pytest.mark.parametrize(
    ("name", "code"),
    [("svg", "photo_kind"), ("jpeg cut in half", "photo_unreadable"), ("over 25 MB", "photo_too_large")],
)
def test_it_says_why_a_file_is_refused(tmp_path: Path, name: str, code: str) -> None:
    path = tmp_path / "face.jpg"
    path.write_bytes(samples.REFUSED[name][0]())
    with pytest.raises(CommandError) as refused:
        said(path)
    assert str(refused.value) == f"Refused ({code}): {MESSAGES[code]}"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        said(tmp_path / "gone.jpg")


def test_nothing_is_stored(db: None, tmp_path: Path) -> None:
    path, before = tmp_path / "face.jpg", set(files.stored())
    path.write_bytes(samples.saved(samples.picture()))
    said(path)
    assert set(files.stored()) == before
    assert not Photo.objects.exists()
    assert not AuditEntry.objects.exists()
