"""What the hostile files are put together from. Everything is made from fixed numbers: the same bytes on each run."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from functools import lru_cache
from typing import Any

from PIL import Image, PngImagePlugin

from tests.photos.samples import exif, picture, saved

MARK = b"planted"  # in whatever must not come out again
HTML = b"<!doctype html><script>planted()</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>planted()</script></svg>'
PHP = b"<?php planted(); ?>"
PNG_START = b"\x89PNG\r\n\x1a\n"


def archive() -> bytes:
    """A ZIP with one member."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        file.writestr(zipfile.ZipInfo("planted.txt", (2026, 1, 1, 0, 0, 0)), "planted")
    return out.getvalue()


def noise(width: int = 96, height: int = 64, mode: str = "RGB") -> Image.Image:
    """A picture no codec can make small, the same on each run."""
    size = width * height * len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), hashlib.shake_256(b"noise").digest(size))


@lru_cache(maxsize=32)
def base(kind: str) -> bytes:
    """An ordinary file with a place, an owner and a camera in its metadata."""
    options: dict[str, Any] = {
        "jpeg": {"kind": "JPEG", "quality": 80, "exif": exif(), "comment": MARK},
        "progressive": {"kind": "JPEG", "quality": 80, "progressive": True, "exif": exif()},
        "png": {"kind": "PNG", "exif": exif(), "pnginfo": _text()},
        "webp": {"kind": "WEBP", "quality": 80, "exif": exif()},
        "lossless": {"kind": "WEBP", "lossless": True, "exif": exif()},
        "heic": {"kind": "HEIF", "quality": 60, "exif": exif()},
    }[kind]
    return saved(noise(128, 96) if kind == "heic" else noise(), **options)


def _text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "planted")
    return info


def small(kind: str = "JPEG", **options: Any) -> bytes:
    """A small picture that shows which way is up."""
    return saved(picture(128, 96), kind, **options)


def chunk(name: bytes, body: bytes = b"") -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(
    width: int, height: int, *, depth: int = 8, colour: int = 2, before: bytes = b"", pixels: bytes = b"\0" * 99
) -> bytes:
    """A PNG of a claimed size; `pixels` are filtered rows, not compressed yet."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(pixels, 1))
    return PNG_START + chunk(b"IHDR", head) + before + body + chunk(b"IEND")


def in_png(extra: bytes) -> bytes:
    """A small PNG with chunks after its header."""
    data = small("PNG")
    return data[:33] + extra + data[33:]


def in_jpeg(marker: int, body: bytes, times: int = 1) -> bytes:
    """A small JPEG with segments after its start."""
    data = small()
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
    return data[:2] + segment * times + data[2:]


def in_webp(name: bytes, body: bytes) -> bytes:
    """A small extended WebP with a chunk behind the picture."""
    data = small("WEBP", exif=exif())
    extra = name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(data) + len(extra) - 8) + data[8:] + extra


def with_size(data: bytes, width: int, height: int, *, start: bytes = b"\xff\xc0") -> bytes:
    """A JPEG whose frame header claims another size."""
    at = data.index(start)
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def flipped(data: bytes, at: int, bits: int = 0xFF) -> bytes:
    """One byte changed."""
    return data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :]
