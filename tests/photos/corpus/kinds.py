"""Files of every kind we do not take (60)."""

from __future__ import annotations

import base64
import bz2
import gzip
import lzma
import struct
from collections.abc import Iterator
from typing import Any

from tests.photos.corpus.parts import HTML, PHP, SVG, archive, small
from tests.photos.samples import animated, picture, saved

STARTS: dict[str, bytes] = {
    "svg with a declaration": b'<?xml version="1.0"?>' + SVG,
    "svg after a byte order mark": b"\xef\xbb\xbf" + SVG,
    "svg after blanks": b"\n\t  " + SVG,
    "svg with an outside document type": b'<!DOCTYPE svg SYSTEM "file:///etc/hostname">' + SVG,
    "svg in 16-bit letters": SVG.decode().encode("utf-16"),
    "svg": SVG,
    "svg packed": gzip.compress(SVG, mtime=0),
    "html": HTML,
    "php": PHP,
    "xml": b'<?xml version="1.0"?><a/>',
    "json": b'{"photo": "planted"}',
    "text": b"hello, this is text " * 9,
    "text in 16-bit letters": "hello".encode("utf-16"),
    "shell script": b"#!/bin/sh\necho planted\n",
    "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "eps with a preview": b"\xc5\xd0\xd3\xc6" + b"\0" * 28,
    "photoshop": b"8BPS\0\1" + b"\0" * 40,
    "zip": archive(),
    "7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 40,
    "rar": b"Rar!\x1a\x07\1\0" + b"\0" * 40,
    "bzip2": bz2.compress(b"planted"),
    "xz": lzma.compress(b"planted"),
    "tar": b"planted.txt".ljust(257, b"\0") + b"ustar\x0000",
    "elf": b"\x7fELF\2\1\1" + b"\0" * 60,
    "windows program": b"MZ\x90\0" + b"\0" * 60,
    "mac program": b"\xcf\xfa\xed\xfe" + b"\0" * 60,
    "java class": b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 60,
    "web assembly": b"\0asm\1\0\0\0",
    "virus test file": b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*",
    "mp4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2",
    "quicktime": b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
    "avif": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
    "avif that begins as heic": b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf",
    "heic film": b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc",
    "avi": b"RIFF\x40\0\0\0AVI LIST" + b"\0" * 40,
    "wave": b"RIFF\x40\0\0\0WAVEfmt " + b"\0" * 40,
    "jpeg xl": b"\xff\x0a" + b"\0" * 40,
    "jpeg xl in boxes": b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0" * 40,
    "big tiff": b"II\x2b\0\x08\0\0\0" + b"\0" * 40,
    "camera raw": b"II*\0\x10\0\0\0CR\2\0" + b"\0" * 40,
    "flash": b"FWS\x06" + b"\0" * 40,
    "database": b"SQLite format 3\0" + b"\0" * 84,
    "font": b"wOF2\0\1\0\0" + b"\0" * 40,
    "zeros": b"\0" * 500,
    "ones": b"\xff" * 500,
    "nothing": b"",
    "one byte": b"\xff",
    "webp without its name": b"RIFF\x40\0\0\0webp" + b"\0" * 40,
    "png after windows line ends": b"\x89PNG\n\x1a\n" + b"\0" * 60,
}
SAVED: dict[str, dict[str, Any]] = {
    "gif": {"kind": "GIF"},
    "tiff": {"kind": "TIFF"},
    "bmp": {"kind": "BMP"},
    "ico": {"kind": "ICO"},
    "ppm": {"kind": "PPM"},
    "jpeg 2000": {"kind": "JPEG2000"},
}


def cases() -> Iterator[tuple[str, bytes]]:
    """All of them."""
    yield from STARTS.items()
    for name, options in SAVED.items():
        yield name, saved(picture(), **options)
    yield "animated gif", animated("GIF")
    yield "jpeg after a line", b"\n" + small()
    yield "jpeg as letters", base64.b64encode(small())
    yield "old windows icon", struct.pack("<HHH", 0, 2, 1) + b"\0" * 60
