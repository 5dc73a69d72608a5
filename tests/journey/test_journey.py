"""The journey as a test: steps 1–11 on the real site, then what it left behind (Must show of the path)."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]
STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"%PDF")  # so short that chance puts them inside sealed bytes
HEADERS = (b"JFIF\0", b"Exif\0\0", b"\x89PNG\r\n\x1a\n", b"WEBPVP8", b"ftypheic", b"ftypavif", b"%PDF-1.")


@dataclass(frozen=True)
class Walked:
    """What the walk left in its folder."""

    folder: Path
    client: str
    steps: int
    planted: list[str]
    shots: list[str]
    problems: list[str]
    counters: dict[str, dict[str, int]]
    verified: str


@pytest.fixture(scope="module")
def walked(root: Path) -> Walked:
    """One walk for all tests of this file, whichever worker comes first: `python -m tests.journey`, as a
    person runs it.
    """
    folder, run = root / "build" / "journey", os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "journey.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (folder / "walk.json").exists() or read(folder)["run"] != run:
            environment = {**os.environ, "JOURNEY_RUN": run}
            done = subprocess.run(
                [sys.executable, "-m", "tests.journey"],
                cwd=root,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert (folder / "walk.json").exists(), done.stdout[-3000:] + done.stderr[-3000:]
    left = read(folder)
    return Walked(folder=folder, **{key: value for key, value in left.items() if key != "run"})


def read(folder: Path) -> dict[str, Any]:
    """The walk's own account."""
    account: dict[str, Any] = json.loads((folder / "walk.json").read_text(encoding="utf-8"))
    return account


def files_of(folder: Path) -> list[Path]:
    """Database files and sealed files; not the keys, and not what the server said."""
    kept = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".log")
    return [path for path in kept if "keys" not in path.relative_to(folder).parts[:-1]]


def test_eleven_steps_without_a_complaint(walked: Walked) -> None:
    """Every step is walked; axe, the console and the content policy have nothing to say on any page."""
    assert walked.steps == 11
    assert walked.problems == []


def test_every_step_leaves_a_picture(walked: Walked) -> None:
    """One or more per step, and the consent and the aftercare sheet as PDF."""
    assert {name[:2] for name in walked.shots} == {f"{n:02d}" for n in range(1, 12)}
    assert (walked.folder / "consent.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert (walked.folder / "aftercare.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert (walked.folder / "aftercare-electro.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_pdfsig_calls_the_consent_valid(walked: Walked) -> None:
    """The whole document is signed, and the signature is valid."""
    done = subprocess.run(
        ["pdfsig", "-nocert", str(walked.folder / "consent.pdf")], capture_output=True, text=True, check=False
    )
    assert "Signature is Valid" in done.stdout
    assert "Total document signed" in done.stdout


def test_nothing_readable_is_on_the_disk(walked: Walked) -> None:
    """SEC-E1: no name, telephone, answer, note or image header in the databases and files, searched as bytes."""
    said = (*walked.client.split(), *walked.planted, *(word.replace(" ", "") for word in walked.planted))
    words = [word.encode() for word in said]
    for path in files_of(walked.folder / "data"):
        content = path.read_bytes()
        assert [word for word in (*words, *HEADERS) if word in content] == [], path
        assert not content.startswith(STARTS), path


def test_the_counter_moves_for_what_was_observed_and_for_nothing_else(walked: Walked) -> None:
    """The assessor watched the injection session; nobody watched the electro session."""
    before, after = walked.counters["before"], walked.counters["after"]
    assert after["Injection"] == before["Injection"] + 1
    assert after["Electro"] == before["Electro"]


def test_every_record_of_the_walk_is_as_written(walked: Walked) -> None:
    """`verify_records` after the last step finds no fault and says how much it looked at."""
    assert walked.verified.startswith("All records are as they were written (")


def test_records_verify_and_a_changed_byte_is_named(walked: Walked, tmp_path: Path) -> None:
    """SEC-D1: after one byte of a signed row is changed by SQL, `verify_records` fails and names the record."""
    folder = tmp_path / "data"
    shutil.copytree(walked.folder / "data", folder)
    site = Site(folder)
    site.manage("verify_records")
    with closing(sqlite3.connect(folder / "mesorecord.sqlite3")) as database:
        changed = change_one_byte(database)
    with pytest.raises(RuntimeError, match=changed):
        site.manage("verify_records")


def change_one_byte(database: sqlite3.Connection) -> str:
    """Alter one byte of the sealed column of a signed consultation, behind the triggers; the row's id."""
    triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    row, blob = database.execute(
        "SELECT id, summary FROM consultations_consultation WHERE state = 'signed' AND summary IS NOT NULL LIMIT 1"
    ).fetchone()
    altered = blob[:-1] + bytes([blob[-1] ^ 1])
    database.execute("UPDATE consultations_consultation SET summary = ? WHERE id = ?", (altered, row))
    database.commit()
    return str(row)[:8]
