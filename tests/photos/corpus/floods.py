"""Bombs and floods: much promised or unpacked from little (40)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from clinic.photos.headers import MAX_BYTES
from tests.photos.corpus.parts import chunk, in_jpeg, in_png, png, small, with_size
from tests.photos.samples import saved

FRAME = b"\xff\xc0\0\x0b\x08\xff\xff\xff\xff\1\1\x11\0"  # says 65535 × 65535
SCANS = 1500  # more than any camera writes by a factor of a hundred


def packed() -> bytes:
    """80 MB in a few hundred kB."""
    return zlib.compress(b"planted " * 10_000_000, 1)


def _rows(width: int, height: int, bits: int = 24) -> bytes:
    return (b"\0" * (1 + (width * bits + 7) // 8)) * height


def _pngs() -> Iterator[tuple[str, bytes]]:
    much = packed()
    yield "png of 24 megapixels and a row", png(6000, 4001)
    yield "png of 64 megapixels in 8 kB", png(8000, 8000, depth=1, colour=0, pixels=_rows(8000, 8000, 1))
    yield "png of 400 megapixels", png(20_000, 20_000)
    yield "png of 4 billion rows", png(2**31 - 1, 2**31 - 1)
    yield "png of negative size", png(2**32 - 1, 64)
    yield "png of one column", png(1, 65_535)
    yield "png of one row", png(65_535, 1)
    yield "png of no size", png(0, 0)
    yield "png of 5000 text chunks", in_png(chunk(b"tEXt", b"a\0planted") * 5000)
    yield "png of 5000 empty chunks", in_png(chunk(b"prVt") * 5000)
    yield "png with 9 MB of text", in_png(chunk(b"tEXt", b"a\0" + b"planted " * 1_125_000))
    yield "png with a profile of 80 MB", in_png(chunk(b"iCCP", b"a\0\0" + much))
    yield "png with text of 80 MB", in_png(chunk(b"zTXt", b"a\0\0" + much))
    yield "png with letters of 80 MB", in_png(chunk(b"iTXt", b"a\0\1\0\0\0" + much))
    yield "png with 100 MB more than its pixels", png(64, 64, pixels=_rows(64, 64) + b"\0" * 100_000_000)
    yield "png with fewer pixels than it says", png(4000, 4000)
    yield "png of 24 megapixels of nothing", png(6000, 4000, pixels=_rows(6000, 4000))
    yield "png of 24 megapixels, clear", png(6000, 4000, colour=6, pixels=_rows(6000, 4000, 32))
    yield "png of 24 megapixels of 16 bits", png(6000, 4000, depth=16, pixels=_rows(6000, 4000, 48))


def _scans(width: int, height: int, times: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    data = saved(Image.new("RGB", (64, 64), "tan"), progressive=True)
    last = data.rindex(b"\xff\xda")
    return with_size(data[:last] + data[last:-2] * times + data[-2:], width, height, start=b"\xff\xc2")


def _jpegs() -> Iterator[tuple[str, bytes]]:
    plain = small()
    yield "jpeg of 51 megapixels", with_size(plain, 8500, 6000)
    yield "jpeg of 400 megapixels", with_size(plain, 20_000, 20_000)
    yield "jpeg of 4 thousand megapixels", with_size(plain, 65_535, 65_535)
    yield "jpeg of one column", with_size(plain, 1, 65_535)
    yield "jpeg of one row", with_size(plain, 65_535, 1)
    yield "jpeg of no size", with_size(plain, 0, 0)
    yield "jpeg with 9 MB of exif", in_jpeg(0xE1, b"Exif\0\0" + b"planted!" * 8000, 141)
    yield "jpeg with 9 MB of profile", in_jpeg(0xE2, b"ICC_PROFILE\0\1\1" + b"planted!" * 8000, 141)
    yield "jpeg with 9 MB of comment", in_jpeg(0xFE, b"planted!" * 8000, 141)
    yield "jpeg with 5000 segments", in_jpeg(0xFE, b"planted", 5000)
    yield "jpeg with two sizes", plain.replace(b"\xff\xda", FRAME + b"\xff\xda", 1)
    yield "jpeg that repeats a scan, 49 megapixels", _scans(7000, 7000, SCANS)
    yield "jpeg of 30 scans, 49 megapixels", _scans(7000, 7000, 20)
    yield "jpeg of 25 MB and a byte", plain + b"\0" * (MAX_BYTES + 1 - len(plain))


def _webps() -> Iterator[tuple[str, bytes]]:
    vp8 = small("WEBP")
    at = vp8.index(b"\x9d\x01\x2a") + 3
    frame = saved(Image.new("RGB", (64, 64), "tan"), "WEBP", exif=b"Exif\0\0planted")
    yield "webp of 268 megapixels", vp8[:at] + struct.pack("<HH", 16_383, 16_383) + vp8[at + 4 :]
    yield "webp of no size", vp8[:at] + b"\0\0\0\0" + vp8[at + 4 :]
    yield "webp of a huge canvas", frame[:24] + b"\xff\xff\xff" * 2 + frame[30:]
    yield "webp of a canvas smaller than its picture", frame[:24] + b"\x1f\0\0" * 2 + frame[30:]


def _heics() -> Iterator[tuple[str, bytes]]:
    heic = saved(Image.new("RGB", (128, 96), "tan"), "HEIF")
    at = heic.index(b"ispe") + 8
    yield "heic of 268 megapixels", heic[:at] + struct.pack(">II", 16_384, 16_384) + heic[at + 8 :]
    yield "heic of no size", heic.replace(heic[at : at + 8], b"\0" * 8)
    yield "heic that says it is smaller", heic.replace(heic[at : at + 8], struct.pack(">II", 32, 32))


def cases() -> Iterator[tuple[str, bytes]]:
    """All of them."""
    yield from _pngs()
    yield from _jpegs()
    yield from _webps()
    yield from _heics()
