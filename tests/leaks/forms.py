"""The ways a text may lie in a file, and the search for them in bytes, opened archives and streams included."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")  # what a zlib stream begins with, at each level
GZIP = re.compile(rb"\x1f\x8b\x08")
ARCHIVE = re.compile(rb"PK\x03\x04.{22}(.{4})", re.DOTALL)  # lengths of name and extra field of a member
DJANGO = re.compile(rb"[.\"'=](eJ[A-Za-z0-9_-]{8,})")  # a session or a signed cookie: base64 of a zlib stream
MOST = 4 * 1024 * 1024  # bytes taken out of one stream


def forms_of(text: str) -> dict[str, bytes]:
    """One text, by the name of its form."""
    plain, wide = text.encode(), text.encode("utf-16-le")
    found = {
        "plain": plain,
        "UTF-16 little": wide,
        "UTF-16 big": text.encode("utf-16-be"),
        "JSON": json.dumps(text)[1:-1].encode(),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "URL": quote(text).encode(),
        "form": quote_plus(text).encode(),
    }
    for shift in range(3):
        found[f"base64 at {shift}"] = _middle(plain, shift, base64.b64encode)
        found[f"URL base64 at {shift}"] = _middle(plain, shift, base64.urlsafe_b64encode)
    return found


def _middle(plain: bytes, shift: int, encode: object) -> bytes:
    """Base64 without the signs that also hang on what stands before and behind."""
    assert callable(encode)
    start, left = (3 - shift) % 3, bytes(plain)[(3 - shift) % 3 :]
    assert start + len(left) == len(plain)
    coded: bytes = encode(left[: len(left) - len(left) % 3])
    return coded


def search(content: bytes, texts: Iterable[str]) -> list[tuple[str, str]]:
    """(text, form) of everything that can be read in some bytes, or in what was packed into them."""
    layers = [("", content), *(("packed ", one) for one in unpacked(content))]
    return [
        (text, kind + form)
        for text in texts
        for form, blob in forms_of(text).items()
        for kind, layer in layers
        if blob in layer
    ]


def unpacked(content: bytes) -> Iterator[bytes]:
    """Every zlib and gzip stream, every member of a ZIP and every packed session that begins in these bytes."""
    for found in ZLIB.finditer(content):
        yield from _inflated(content[found.start() : found.start() + MOST], zlib.MAX_WBITS)
    for found in GZIP.finditer(content):
        yield from _inflated(content[found.start() : found.start() + MOST], zlib.MAX_WBITS | 16)
    for found in ARCHIVE.finditer(content):
        names = int.from_bytes(found[1][:2], "little") + int.from_bytes(found[1][2:], "little")
        yield from _inflated(content[found.end() + names : found.end() + names + MOST], -zlib.MAX_WBITS)
    for found in DJANGO.finditer(content):
        coded = found[1] + b"=" * (-len(found[1]) % 4)
        try:
            yield from _inflated(base64.urlsafe_b64decode(coded), zlib.MAX_WBITS)
        except ValueError:  # it only looked like one
            continue


def _inflated(packed: bytes, bits: int) -> Iterator[bytes]:
    try:
        opened = zlib.decompressobj(bits).decompress(packed, MOST)
    except zlib.error:  # it only looked like a stream
        return
    if len(opened) >= 8:
        yield opened
