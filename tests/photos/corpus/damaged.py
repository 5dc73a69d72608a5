"""Cut and flipped files of every kind we take (250)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from tests.photos.corpus.parts import base, flipped

KINDS = {"jpeg": 22, "progressive": 22, "png": 22, "webp": 22, "lossless": 21, "heic": 21}  # how many are flipped
SLICES, SHORT = 16, (1, 2, 3, 8, 20)
HEAD = 640  # bytes in which sizes and tables stand; every other flip falls there


def cases() -> Iterator[tuple[str, bytes]]:
    """Each kind cut at fifteen places, short of its last bytes, and with one bit or byte changed somewhere."""
    for kind, flips in KINDS.items():
        data = base(kind)
        for part in range(1, SLICES):
            yield f"{kind} cut at {part} of {SLICES}", data[: len(data) * part // SLICES]
        for missing in SHORT:
            yield f"{kind} without its last {missing}", data[:-missing]
        for number in range(flips):
            chance = hashlib.sha256(f"{kind} {number}".encode()).digest()
            at = int.from_bytes(chance[:4], "big") % (HEAD if number % 4 < 2 else len(data))
            yield f"{kind} flipped {number}", flipped(data, at, 1 << chance[4] % 8 if number % 2 else 0xFF)
