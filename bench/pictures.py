"""`bench photo ingest`: a photograph taken in, against Pillow's own decoding and encoding of the same three sizes.

CPU of both in one run, child process and its start included. Aims of the issue: 1.3 times at 12 megapixels, under
250 MB for 48 megapixels. Runs inside a site (`manage.py shell`); nothing is stored.
"""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Callable
from statistics import median

from PIL import Image

from bench.numbers import said
from clinic.photos.ingest import ingest

ROUNDS = 5
SIDES = {"12 MP": (4000, 3000), "48 MP": (8000, 6000)}
AIM, MEMORY_MB = 1.3, 250
SIZES = ((4000, 92, 0), (2000, 86, 2), (320, 82, 2))  # side, quality, chroma: those of clinic/photos/reencode.py


def photograph(width: int, height: int) -> bytes:
    """A JPEG with the detail of a face: soft shades and fine grain."""
    shade = Image.linear_gradient("L").resize((width, height))
    grain = Image.effect_noise((width // 4, height // 4), 24).resize((width, height), Image.Resampling.BILINEAR)
    picture = Image.merge("RGB", (Image.blend(shade, grain, 0.3), grain, shade.transpose(Image.Transpose.ROTATE_180)))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def by_pillow(data: bytes) -> None:
    """Decode it whole, then encode the three sizes; no check, no colour, no separate process."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    for side, quality, chroma in SIZES:
        if max(picture.size) > side:
            picture = picture.resize((side, picture.height * side // picture.width), Image.Resampling.LANCZOS)
        picture.save(io.BytesIO(), "JPEG", quality=quality, subsampling=chroma)


def cpu_ms() -> float:
    """CPU milliseconds of this process and of the children it waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (time.process_time() + used.ru_utime + used.ru_stime)


def spent(act: Callable[[bytes], object], data: bytes) -> float:
    """CPU milliseconds of one act, children included."""
    start = cpu_ms()
    act(data)
    return cpu_ms() - start


def run() -> None:
    """Both sizes by turns; the peak is the child's own."""
    for name, sides in SIDES.items():
        data = photograph(*sides)
        pairs = [(spent(ingest, data), spent(by_pillow, data)) for _ in range(ROUNDS)]
        ours, plain = (median(column) for column in zip(*pairs, strict=True))
        print(said(f"photo ingest, {name}", ours / plain, AIM, "x", f"cpu {ours:.0f} ms, Pillow {plain:.0f} ms"))
        print(said(f"photo ingest, {name}, memory", ingest(data).peak_mb, MEMORY_MB, " MB"))
