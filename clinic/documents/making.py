"""Makes PDFs with Typst: the same data give the same bytes. No Django here.

The copy to be sealed claims PDF/A-3a; the reading copy claims PDF/A-3a and PDF/UA-1 (a signature widget would break the
latter). The canonical JSON of the record travels inside both as an attachment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

import typst

from clinic.documents import fonts

TEMPLATES = Path(__file__).parent / "templates"
KINDS = frozenset({"consent", "aftercare"})
SEALED_STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a"]
READING_STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
_AS_TYPED = frozenset({"canonical", "sha256", "image", "language", "outcome", "id"})


class CannotBeMade(RuntimeError):
    """Typst refused the paper; the message is for the log, never for a page."""


def canonical_json(record: Mapping[str, Any]) -> str:
    """Canonical JSON: sorted keys, no spaces, UTF-8; dates, ids and decimals as text."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def sha256_of(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=8)
def _compiler(kind: str) -> typst.Compiler:
    folders = sorted({str(Path(path).parent) for path in fonts.paths()})
    return typst.Compiler(
        str(TEMPLATES / f"{kind}.typ"),
        root=str(TEMPLATES),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders),
        ignore_system_fonts=True,
    )


def render(kind: str, data: Mapping[str, Any], *, made_at: datetime, reading: bool) -> bytes:
    """One paper as PDF. `data` is what the template prints; `made_at` is written into the file as its date.

    Raises ValueError for an unknown kind, CannotBeMade when Typst refuses.
    """
    if kind not in KINDS:
        raise ValueError(f"There is no paper called {kind}.")
    text = json.dumps(fonts.drawable_data(dict(data), keep=_AS_TYPED), ensure_ascii=False)
    try:
        pdf = _compiler(kind).compile(
            format="pdf",
            sys_inputs={"data": text},
            pdf_standards=cast("Any", READING_STANDARDS if reading else SEALED_STANDARDS),
            timestamp=int(made_at.timestamp()),
        )
    except typst.TypstError as error:
        raise CannotBeMade(str(error)) from error
    return cast("bytes", pdf)
