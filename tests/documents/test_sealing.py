"""Seals: every way of altering a sealed paper is seen, and other people's checkers agree."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic.documents import sealing
from clinic.documents.making import render
from tests.documents import examples

AT = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys() -> sealing.SealKeys:
    return sealing.make_keys("Harbour Skin Clinic", at=AT)


@pytest.fixture(scope="module")
def sealed(keys: sealing.SealKeys) -> bytes:
    pdf = render("consent", examples.consent(), made_at=AT, reading=False)
    return sealing.seal(pdf, sealing.signer_of(keys))


def test_a_sealed_paper_is_good(sealed: bytes, keys: sealing.SealKeys) -> None:
    """SEC-S19: intact, valid, trusted, whole file, nothing changed (decision 25)."""
    verdict = sealing.verify(sealed, keys.root_pem)
    assert verdict.good, verdict
    assert "Harbour Skin Clinic" in verdict.signed_by


def test_the_claim_of_archiving_survives_the_seal(sealed: bytes) -> None:
    assert b"<pdfaid:part>3</pdfaid:part>" in sealed
    assert b"/Version" not in sealed.rsplit(b"%%EOF", 2)[-2]
    assert b"ISO_32002" not in sealed


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7])
def test_one_changed_byte_is_seen(sealed: bytes, keys: sealing.SealKeys, place: float) -> None:
    changed = bytearray(sealed)
    changed[int(len(changed) * place)] ^= 1
    assert not sealing.verify(bytes(changed), keys.root_pem).good


def test_something_added_after_the_seal_is_seen(sealed: bytes, keys: sealing.SealKeys) -> None:
    assert not sealing.verify(sealed + b"% one more line\n", keys.root_pem).good


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"hello"])
def test_what_is_no_sealed_paper_is_refused_without_a_crash(pdf: bytes, keys: sealing.SealKeys) -> None:
    assert not sealing.verify(pdf, keys.root_pem).good


def test_an_unsealed_paper_is_not_good(keys: sealing.SealKeys) -> None:
    pdf = render("consent", examples.consent(), made_at=AT, reading=True)
    assert sealing.verify(pdf, keys.root_pem).problem == "not exactly one seal"


def test_another_clinics_seal_is_not_trusted(sealed: bytes) -> None:
    verdict = sealing.verify(sealed, sealing.make_keys("Hill Clinic", at=AT).root_pem)
    assert (verdict.valid, verdict.trusted, verdict.good) == (True, False, False)


def test_poppler_agrees(sealed: bytes, tmp_path: Path) -> None:
    """REQ-S191: pdfsig says the signature is valid and the whole document is signed."""
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    said = subprocess.run(["pdfsig", str(tmp_path / "sealed.pdf")], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
