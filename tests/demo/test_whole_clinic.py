"""The demo clinic on disk, loaded as a newcomer loads it: nothing readable in its files, and any change is found.

SEC-E1, SEC-E3, SEC-E10, SEC-D1, SEC-D7. The loading is done once, in a folder of its own, by the real commands.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGE_HEADERS = {"JPEG": b"\xff\xd8\xff\xe0", "Exif": b"Exif\x00\x00", "PNG": b"\x89PNG\r\n", "WebP": b"WEBPVP8"}
OPEN_EVERYTHING = """
import json
from django.apps import apps
from clinic.encryption import sealed_fields
from clinic.keystore import keys
def leaves(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, str):
        yield value
found = set()
for model in apps.get_models():
    fields = sealed_fields(model)
    if fields:
        for row in model._default_manager.all():
            for field in fields:
                found.update(leaves(getattr(row, field.attname)))
print(json.dumps(sorted(found)))
"""
WHAT_FILES_ARE = """
import json
from clinic.documents import store
from clinic.models import Document, Photo
from clinic.photos import choices, storing
found = {storing.place(row, size).name: "photograph" for row in Photo.objects.all() for size in choices.SIZES}
found |= {place.name: row.kind for row in Document.objects.all() for place in store.places(row)}
print(json.dumps(found))
"""
# People who work here, places, products and standing are clear columns: sign-in, recall and the gates need them.
CLEAR_ON_PURPOSE = """
from clinic.catalogue.models import Device, Product
from clinic.models import Credential, Organisation, Site, Staff
from evidence.models import Enrolment
for model, names in (
    (Staff, ("name",)), (Organisation, ("name", "telephone")), (Site, ("name", "address")),
    (Product, ("name", "maker")),
    (Device, ("make", "model")), (Credential, ("title",)), (Enrolment, ("student_number",)),
):
    print(list(model.objects.values_list(*names)))
"""


def manage(folder: Path, *command: str, code: int = 0) -> str:
    """Run a management command on a data folder; its output."""
    environment = {**os.environ, "MESORECORD_DATA": str(folder), "MESORECORD_DEMO": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    for name in ("MESORECORD_DB", "PGHOST", "PGDATABASE"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", *command],
        env={**environment, "DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the demo clinic in it."""
    folder = tmp_path_factory.mktemp("whole-clinic")
    manage(folder, "migrate", "-v0")
    manage(folder, "migrate", "-v0", "--database", "keys")
    manage(folder, "load_demo")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def copied(loaded: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(loaded, tmp_path / "copy"))


def files(folder: Path) -> dict[Path, bytes]:
    """Every file of the data folder but the key of keys."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.parent.name != "keys"}


def shipped_words() -> str:
    """Everything that is in the repository's own content, and so tells nothing about a client."""
    paths = [*ROOT.glob("*/content/**/*.yaml"), *ROOT.glob("clinic/*/content/**/*.yaml")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def plain_and_escaped(text: str) -> tuple[bytes, ...]:
    """The ways a text may lie in a file."""
    return text.encode(), json.dumps(text)[1:-1].encode(), text.encode("utf-16-le")


def test_no_client_name_telephone_answer_or_note_is_readable_in_any_file(loaded):
    opened = json.loads(manage(loaded, "shell", "-v0", "-c", OPEN_EVERYTHING).strip().splitlines()[-1])
    known = re.sub(r"\s+", " ", shipped_words())
    staff = manage(loaded, "shell", "-v0", "-c", CLEAR_ON_PURPOSE)
    secret = [
        text for text in opened
        if len(text) >= 9 and text not in known and text not in staff
        and not re.fullmatch(r"[0-9a-f-]{32,64}|[\d:TZ.+-]+|[a-z0-9_.-]+", text)
    ]  # fmt: skip
    assert len(secret) > 100, "the demo must hold something worth hiding"
    blob = b"\n".join(files(loaded).values())
    readable = [text for text in secret if any(form in blob for form in plain_and_escaped(text))]
    assert readable == []


def test_no_image_header_is_in_any_file(loaded):
    """REQ-S192: photographs are sealed at rest, thumbnails too."""
    found = {
        (path.name, kind)
        for path, data in files(loaded).items()
        for kind, header in IMAGE_HEADERS.items()
        if header in data
    }
    assert found == set()
    stored = [path for path in files(loaded) if path.suffix not in (".sqlite3", ".jsonl") and "files" in path.parts]
    assert stored


def test_every_file_of_the_store_is_sealed(loaded):
    """SEC-C16: photographs, consents and sheets alike, and there is no other kind of file."""
    kinds = json.loads(manage(loaded, "shell", "-v0", "-c", WHAT_FILES_ARE).strip().splitlines()[-1])
    stored = {path.name: data for path, data in files(loaded).items() if path.parent.parent.name == "files"}
    assert set(stored) == set(kinds)
    assert {"photograph", "consent", "aftercare"} <= set(kinds.values())
    for name, data in stored.items():
        assert data[:2] == b"\x01\x01", name  # clinic/photos/files.py: format, AES-256-GCM
        assert len(zlib.compress(data, 9)) >= len(data), name  # nothing in it can be recognised


def test_keys_are_for_the_owner_only(loaded):
    for path in (loaded / "keys").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_every_record_is_what_was_written(loaded):
    assert "All records are as they were written" in manage(loaded, "verify_records")


@pytest.mark.parametrize("table", ["consent_consent", "consultations_consultation", "treatments_session"])
def test_one_changed_byte_of_a_sealed_row_is_found_and_named(copied, table):
    """SEC-D1, SEC-D7: changed behind the database's back, triggers and all."""
    with sqlite3.connect(copied / "mesorecord.sqlite3") as database:
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", [table]
        ).fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})") if row[2] == "BLOB"]
        key, column, blob = next(
            (key, column, value)
            for column in columns
            for key, value in database.execute(f'SELECT id, "{column}" FROM "{table}"')
            if value and len(value) > 40
        )
        changed = bytearray(blob)
        changed[-1] ^= 1
        database.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE id = ?', [bytes(changed), key])
    report = manage(copied, "verify_records", code=1)
    assert key.replace("-", "") in report.replace("-", "")


def test_a_lost_file_is_named(copied):
    victim = next(path for path in files(copied) if path.suffix not in (".sqlite3", ".jsonl") and "files" in path.parts)
    victim.unlink()
    assert "faults found" in manage(copied, "verify_records", code=1)


def test_loading_again_changes_nothing(copied):
    before = sqlite3.connect(copied / "mesorecord.sqlite3").execute("SELECT COUNT(*) FROM clinic_auditentry").fetchone()
    manage(copied, "load_demo")
    after = sqlite3.connect(copied / "mesorecord.sqlite3").execute("SELECT COUNT(*) FROM clinic_auditentry").fetchone()
    assert before == after


def test_the_one_command_that_takes_every_record_out(loaded, tmp_path):
    """Leaving costs nothing: one file, for its owner only, with every client in it."""
    target = tmp_path / "records.zip"
    assert "clients written" in manage(loaded, "export_records", str(target))
    assert target.stat().st_mode & 0o077 == 0
