"""Every way to hold a picture: turned, in other colours, deeper, clear, moving (30)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PIL import Image

from tests.photos.corpus.parts import chunk, png, small
from tests.photos.samples import animated, exif, picture, png_16, saved, turned

MODES: dict[str, tuple[str, str]] = {
    "jpeg in four inks": ("CMYK", "JPEG"),
    "jpeg in grey": ("L", "JPEG"),
    "png in grey": ("L", "PNG"),
    "png in grey, clear": ("LA", "PNG"),
    "png, clear": ("RGBA", "PNG"),
    "png with a palette": ("P", "PNG"),
    "png of one bit": ("1", "PNG"),
    "webp in grey": ("L", "WEBP"),
    "webp, clear": ("RGBA", "WEBP"),
    "heic, clear": ("RGBA", "HEIF"),
}


def _rows(width: int, height: int, size: int) -> bytes:
    return b"".join(b"\0" + bytes((x * y) % 256 for x in range(width * size)) for y in range(height))


def _odd_orientation(value: Any) -> bytes:
    data = Image.Exif()
    data[0x0112] = value
    return small(exif=data.tobytes())


def cases() -> Iterator[tuple[str, bytes]]:
    """All of them."""
    for turn in range(1, 9):
        yield f"jpeg turned {turn}", turned(turn)
    yield "jpeg turned 0", _odd_orientation(0)
    yield "jpeg turned 65535", _odd_orientation(65_535)
    yield "png turned 6", small("PNG", exif=exif(6))
    for name, (mode, kind) in MODES.items():
        yield name, saved(picture(128, 96, mode), kind)
    grey = _rows(64, 64, 1)
    yield "png of 16 bits in grey", png_16()
    yield "png of 16 bits in colour", png(64, 64, depth=16, pixels=_rows(64, 64, 6))
    yield "png of 16 bits, clear", png(64, 64, depth=16, colour=6, pixels=_rows(64, 64, 8))
    yield "png with a clear colour", png(64, 64, before=chunk(b"tRNS", b"\0" * 6), pixels=_rows(64, 64, 3))
    yield (
        "png with a palette that is too short",
        png(64, 64, colour=3, before=chunk(b"PLTE", b"abc"), pixels=grey),
    )
    yield "png without its palette", png(64, 64, colour=3, pixels=grey)
    yield "png that moves", animated("PNG")
    yield "webp that moves", animated("WEBP")
    yield "jpeg of 15 pixels", saved(picture(15, 15))
