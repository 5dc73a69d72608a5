"""The fonts of our PDFs: where they are, and which letters they can draw. No Django here.

A letter without a glyph would stop the PDF (PDF/A forbids empty boxes), so such a letter is replaced by a drawn
placeholder and the paper says so; the attached record keeps the text as it was typed.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "node_modules" / "@expo-google-fonts"
WANTED = (
    "inter/400Regular/Inter_400Regular.ttf",
    "inter/400Regular_Italic/Inter_400Regular_Italic.ttf",
    "inter/500Medium/Inter_500Medium.ttf",
    "inter/600SemiBold/Inter_600SemiBold.ttf",
    "inter/700Bold/Inter_700Bold.ttf",
    "noto-sans/400Regular/NotoSans_400Regular.ttf",
    "noto-sans/600SemiBold/NotoSans_600SemiBold.ttf",
    "noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf",
    "noto-sans-arabic/600SemiBold/NotoSansArabic_600SemiBold.ttf",
)
PLACEHOLDER = "▢"
_INVISIBLE = frozenset("\n\t\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad")


class FontsMissing(RuntimeError):
    """The font files are not installed."""


@lru_cache(maxsize=1)
def paths() -> tuple[str, ...]:
    """The font files that are installed. Raises FontsMissing when Inter is not there."""
    found = tuple(str(FOLDER / name) for name in WANTED if (FOLDER / name).exists())
    if not any("Inter_400Regular" in path for path in found):
        raise FontsMissing("The PDF fonts are missing; run “python3 do.py run” once to install them.")
    return found


def _cmap_offset(font: bytes) -> int:
    for index in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if tag == b"cmap":
            return int(offset)
    return 0


def _from_segments(font: bytes, at: int) -> set[int]:
    """Letters of a format 4 table (16-bit segments)."""
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
    return {code for start, end in zip(starts, ends, strict=True) for code in range(start, end + 1) if code != 0xFFFF}


def _from_groups(font: bytes, at: int) -> set[int]:
    """Letters of a format 12 table (32-bit groups)."""
    count = struct.unpack_from(">I", font, at + 12)[0]
    groups = (struct.unpack_from(">III", font, at + 16 + 12 * index) for index in range(count))
    return {code for start, end, _ in groups for code in range(start, end + 1)}


def letters_of(font: bytes) -> set[int]:
    """Code points a TrueType font maps to glyphs (cmap formats 4 and 12)."""
    base = _cmap_offset(font)
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", font, base + 2)[0]):
        offset = base + struct.unpack_from(">I", font, base + 4 + 8 * index + 4)[0]
        kind = struct.unpack_from(">H", font, offset)[0]
        if kind in (4, 12):
            found |= _from_segments(font, offset) if kind == 4 else _from_groups(font, offset)
    return found


@lru_cache(maxsize=1)
def letters() -> frozenset[int]:
    """Code points any of our fonts can draw in the weights a paper uses."""
    return frozenset().union(*(letters_of(Path(path).read_bytes()) for path in paths()))


def drawable(text: str) -> str:
    """Text with a placeholder for every letter no font can draw."""
    known = letters()
    return "".join(char if ord(char) in known or char in _INVISIBLE else PLACEHOLDER for char in text)


def drawable_data(value: Any, *, keep: frozenset[str] = frozenset()) -> Any:
    """Plain data with every text made drawable; values under the keys in `keep` stay as they are."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, list):
        return [drawable_data(item, keep=keep) for item in value]
    if isinstance(value, dict):
        return {key: item if key in keep else drawable_data(item, keep=keep) for key, item in value.items()}
    return value
