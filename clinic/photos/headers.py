"""What a file is and how large its picture says it is, read from its first bytes without decoding anything.

Pure Python, no image library: the limits hold before any decoder sees the bytes. Units: pixels and bytes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAX_BYTES = 25_000_000
MAX_PIXELS = {"JPEG": 50_000_000, "PNG": 24_000_000, "WEBP": 24_000_000, "HEIC": 24_000_000}
MIN_SIDE, MAX_SIDE = 16, 16_384
MAX_METADATA_BYTES = 8_000_000
MAX_PARTS = 4_000
MAX_SCANS = 32  # cameras write up to about ten; a thousand keep a decoder busy for minutes
HEIC_BRANDS = frozenset({b"heic", b"heix", b"mif1"})
_SOF, _SOS, _EOI = frozenset({0xC0, 0xC1, 0xC2}), 0xDA, 0xD9
_ALONE = frozenset({*range(0xD0, 0xD8), 0xFF})  # markers without a length
_HIDDEN = frozenset({*range(0xE0, 0xF0), 0xFE})
_JFIF, _JFIF_LENGTH = 0xE0, 16
_PLAIN = frozenset({_JFIF, 0xDB, 0xC0, 0xC4})  # JFIF, quantisation, frame, Huffman tables
_MARKER = re.compile(rb"\xff[^\x00]", re.DOTALL)


@dataclass(frozen=True)
class Header:
    """Kind of file and the pixel size its header claims; `is_animated` when it holds a film."""

    kind: str
    width: int
    height: int
    is_animated: bool = False
    metadata_bytes: int = 0


class Malformed(ValueError):
    """The bytes do not follow the format they start as."""


def kind_of(data: bytes) -> str | None:
    """JPEG, PNG, WEBP or HEIC by first bytes; None for everything else."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS and b"avif" not in data[8:64]:
        return "HEIC"
    return None


def read_header(data: bytes) -> Header | None:
    """The header of a picture; None when it is of no accepted kind. Raises Malformed."""
    kind = kind_of(data)
    if kind is None:
        return None
    try:
        return {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "HEIC": _heic}[kind](data)
    except (struct.error, IndexError) as error:
        raise Malformed(kind) from error


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, offset and length of each JPEG segment up to the picture itself."""
    at = 2
    for _ in range(MAX_PARTS):
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1
        (length,) = struct.unpack_from(">H", data, at + 2)
        if data[at] != 0xFF or length < 2:
            raise Malformed("JPEG")
        yield data[at + 1], at + 4, length
        at += 2 + length
    raise Malformed("JPEG")


def _jpeg(data: bytes) -> Header:
    metadata, sizes = 0, []
    for marker, at, length in _segments(data):
        if marker in _SOF:
            height, width = struct.unpack_from(">HH", data, at + 1)
            sizes.append((width, height))
        elif marker == _SOS:
            break
        elif marker in _HIDDEN:
            metadata += length
    if len(sizes) != 1 or _has_too_many_scans(data, at + length - 2):
        raise Malformed("JPEG")
    return Header("JPEG", *sizes[0], metadata_bytes=metadata)


def _has_too_many_scans(data: bytes, at: int) -> bool:
    """Whether more scans follow each other than a picture needs; what stands behind the picture does not count."""
    if data.count(b"\xff\xda") <= MAX_SCANS:
        return False
    scans = 1
    while (found := _MARKER.search(data, at)) is not None and scans <= MAX_SCANS:
        marker, at = found[0][1], found.end()
        if marker == _EOI:
            return False
        scans += marker == _SOS
        if marker not in _ALONE:
            at += struct.unpack_from(">H", data, at)[0]
    return scans > MAX_SCANS


def is_plain_jpeg(data: bytes) -> bool:
    """Whether a JPEG holds one picture and nothing else: no metadata, no comment, no thumbnail, nothing behind it."""
    if kind_of(data) != "JPEG":
        return False
    try:
        for marker, at, length in _segments(data):
            if marker == _SOS:
                found = _MARKER.search(data, at - 2 + length)
                return found is not None and data[found.start() :] == b"\xff\xd9"
            if marker not in _PLAIN or (marker == _JFIF and length != _JFIF_LENGTH):
                return False
    except (struct.error, IndexError, Malformed):
        return False
    return False


def _png(data: bytes) -> Header:
    width, height = struct.unpack_from(">II", data, 16)
    if data[12:16] != b"IHDR":
        raise Malformed("PNG")
    at, metadata, animated = 8, 0, False
    for _ in range(MAX_PARTS):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if name == b"IDAT":
            return Header("PNG", width, height, animated, metadata)
        animated = animated or name == b"acTL"
        metadata += length if name[:1].islower() else 0
        at += 12 + length
    raise Malformed("PNG")


def _webp(data: bytes) -> Header:
    name = data[12:16]
    if name == b"VP8X":
        flags = data[20]
        width = 1 + int.from_bytes(data[24:27], "little")
        height = 1 + int.from_bytes(data[27:30], "little")
        return Header("WEBP", width, height, bool(flags & 0x02), _webp_metadata(data))
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return Header("WEBP", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if name == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return Header("WEBP", width & 0x3FFF, height & 0x3FFF)
    raise Malformed("WEBP")


def _webp_metadata(data: bytes) -> int:
    at, total = 12, 0
    for _ in range(MAX_PARTS):
        if at + 8 > len(data):
            return total
        (length,) = struct.unpack_from("<I", data, at + 4)
        total += length if data[at : at + 4] in {b"ICCP", b"EXIF", b"XMP "} else 0
        at += 8 + length + (length & 1)
    raise Malformed("WEBP")


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the content of each box between two offsets."""
    for _ in range(MAX_PARTS):
        if at + 8 > end:
            return
        (size,) = struct.unpack_from(">I", data, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            start = at + 16
        stop = end if size == 0 else at + size
        if stop < start or stop > end:
            raise Malformed("HEIC")
        yield data[at + 4 : at + 8], start, stop
        at = stop
    raise Malformed("HEIC")


def _inside(data: bytes, name: bytes, start: int, stop: int) -> tuple[int, int]:
    for found, first, last in _boxes(data, start, stop):
        if found == name:
            return first, last
    raise Malformed("HEIC")


def _heic(data: bytes) -> Header:
    meta = _inside(data, b"meta", 0, len(data))
    properties = _inside(data, b"iprp", meta[0] + 4, meta[1])
    container = _inside(data, b"ipco", *properties)
    sizes = [
        struct.unpack_from(">II", data, first + 4) for name, first, _ in _boxes(data, *container) if name == b"ispe"
    ]
    if not sizes:
        raise Malformed("HEIC")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    film = any(name == b"moov" for name, _, _ in _boxes(data, 0, len(data)))
    return Header("HEIC", width, height, film, meta[1] - meta[0])
