"""Making papers: what they claim, what they hold, and that nothing a person typed becomes markup."""

from __future__ import annotations

import hashlib
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic.documents import fonts
from clinic.documents.making import render
from tests.documents import examples

AT = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
KINDS = ["consent", "aftercare"]


def text_of(pdf: bytes, folder: Path) -> str:
    """What a reader sees, by poppler."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True).stdout


def paper(kind: str, *, reading: bool = False, **changes: object) -> bytes:
    return render(kind, getattr(examples, kind)(**changes), made_at=AT, reading=reading)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_data_give_the_same_bytes(kind: str) -> None:
    assert paper(kind) == paper(kind)


@pytest.mark.parametrize(("reading", "claims_ua"), [(False, False), (True, True)])
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_copy_claims(kind: str, reading: bool, claims_ua: bool) -> None:
    pdf = paper(kind, reading=reading)
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert (b"pdfuaid:part" in pdf) is claims_ua


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_person_typed_is_printed_as_typed(kind: str, tmp_path: Path) -> None:
    """SEC-A10: Typst markup, code and HTML in a client's words are text."""
    rows = [{"label": "Words", "value": examples.HOSTILE}]
    pdf = paper(kind, **({"treatment": rows} if kind == "consent" else {"done": rows}))
    words = " ".join(text_of(pdf, tmp_path).split())
    for part in ("#panic", "[*bold*]", "<script>", "@ref"):
        assert part in words


@pytest.mark.parametrize("name", ["Zofia Żak", "Εύα Παπά", "Мила Іваненко", "ليلى حداد", "Nguyễn Thị Ánh"])
def test_names_of_many_scripts_are_printed(name: str, tmp_path: Path) -> None:
    pdf = paper("consent", client={**examples.CLIENT, "name": name})
    shown = text_of(pdf, tmp_path)
    assert name.isascii() is False
    if not any("\u0600" <= letter <= "\u06ff" for letter in name):  # right-to-left text is extracted in visual pieces
        assert name.split(maxsplit=1)[0] in shown


def test_a_letter_no_font_has_becomes_a_box_and_never_stops_the_paper(tmp_path: Path) -> None:
    assert fonts.drawable("王 Wang 😀") == f"{fonts.PLACEHOLDER} Wang {fonts.PLACEHOLDER}"
    pdf = paper("consent", client={**examples.CLIENT, "name": "王芳 Wang Fang"})
    assert "Wang Fang" in text_of(pdf, tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_the_record_is_attached_and_its_hash_is_printed(kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(paper(kind))
    subprocess.run(["pdfdetach", "-saveall", "-o", str(tmp_path), str(tmp_path / "a.pdf")], check=True)
    attached = next(tmp_path.glob("*.json")).read_bytes()
    assert json.loads(attached)["note"] == examples.HOSTILE
    assert hashlib.sha256(attached).hexdigest() in text_of(paper(kind), tmp_path)


def test_every_font_is_embedded(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(paper("consent"))
    lines = subprocess.run(["pdffonts", str(tmp_path / "a.pdf")], capture_output=True, check=True, text=True).stdout
    rows = lines.splitlines()[2:]
    assert rows
    assert all("yes yes yes" in row for row in rows)


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="no paper called"):
        render("invoice", {}, made_at=AT, reading=False)
