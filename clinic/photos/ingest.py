"""A photograph comes in: kind, size and header are checked here, a child decodes it, only clean pictures come back.

`ingest(data)` returns three JPEGs (longest side 4000, 2000 and 320 pixels), upright, sRGB, no metadata. It raises
`PhotoRefused` with a stable code. No Django here. Decision 26, security.md 5.5 (SEC-C7 to SEC-C10).
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinic.errors import InvalidValue
from clinic.photos import headers

CHILD = Path(__file__).with_name("reencode.py")
WAIT_S = 30
MEMORY_MB = {"JPEG": 560, "PNG": 560, "WEBP": 560, "HEIC": 1000}
CPU_S = 5
ENVIRONMENT = {"LANG": "C.UTF-8", "PILLOW_BLOCKS_MAX": "64"}  # all the decoder gets; the latter: MB kept for reuse
_two_at_a_time = threading.BoundedSemaphore(2)
_heic_alone = threading.Lock()

MESSAGES = {
    "photo_empty": "The file is empty. Take or choose the photograph again.",
    "photo_too_large": "The file is larger than 25 MB. Choose a smaller photograph.",
    "photo_kind": "This is not a photograph we can take. Use JPEG, PNG, WebP or HEIC.",
    "photo_animated": "This file holds a film or an animation. Choose a single picture.",
    "photo_dimensions": "The picture has too many or too few pixels: JPEG up to 50 megapixels, others up to 24.",
    "photo_metadata": "The file carries too much hidden data. Take the photograph again with the camera.",
    "photo_unreadable": "The photograph is damaged and cannot be read. Take it again.",
    "photo_busy": "Other photographs are being worked on. Try again in a moment.",
}


class PhotoRefused(InvalidValue):
    """The upload is not taken; `code` says why, `peak_mb` what the decoder needed. Nothing was kept."""

    def __init__(self, code: str, *, peak_mb: int = 0) -> None:
        super().__init__(MESSAGES[code], code=code, field="photo")
        self.peak_mb = peak_mb


@dataclass(frozen=True)
class Picture:
    """One clean JPEG and its size in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Ingested:
    """The three sizes we keep, and the megabytes the decoder needed."""

    master: Picture
    display: Picture
    thumbnail: Picture
    peak_mb: int = 0


def check(data: bytes) -> headers.Header:
    """The header of an acceptable photograph, read without decoding. Raises PhotoRefused."""
    if not data:
        raise PhotoRefused("photo_empty")
    if len(data) > headers.MAX_BYTES:
        raise PhotoRefused("photo_too_large")
    try:
        header = headers.read_header(data)
    except headers.Malformed as error:
        raise PhotoRefused("photo_unreadable") from error
    if header is None:
        raise PhotoRefused("photo_kind")
    if header.is_animated:
        raise PhotoRefused("photo_animated")
    if not _is_of_good_size(header):
        raise PhotoRefused("photo_dimensions")
    if header.metadata_bytes > headers.MAX_METADATA_BYTES:
        raise PhotoRefused("photo_metadata")
    return header


def _is_of_good_size(header: headers.Header) -> bool:
    sides = sorted((header.width, header.height))
    fits = sides[0] >= headers.MIN_SIDE and sides[1] <= headers.MAX_SIDE
    return fits and header.width * header.height <= headers.MAX_PIXELS[header.kind]


def ingest(data: bytes) -> Ingested:
    """Check, decode in a child process, and return the clean pictures. Raises PhotoRefused."""
    header = check(data)
    if not _two_at_a_time.acquire(timeout=WAIT_S):
        raise PhotoRefused("photo_busy")
    try:
        if header.kind == "HEIC":
            with _heic_alone:
                answer = _child(data, header.kind)
        else:
            answer = _child(data, header.kind)
    finally:
        _two_at_a_time.release()
    return _ingested(answer)


def _child(data: bytes, kind: str) -> bytes:
    """Run the decoder with nothing inherited: no environment, no descriptors, isolated imports."""
    command = [sys.executable, "-I", "-B", str(CHILD), kind, str(MEMORY_MB[kind]), str(CPU_S)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script, our own interpreter, no shell
            command,
            input=data,
            capture_output=True,
            env=ENVIRONMENT,
            cwd="/",
            close_fds=True,
            timeout=WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PhotoRefused("photo_unreadable") from error
    if done.returncode != 0:
        raise PhotoRefused("photo_unreadable")
    return done.stdout


def _ingested(answer: bytes) -> Ingested:
    """The answer of the child, believed only when it is what we ask for: a taken-over decoder may say anything."""
    at = answer.find(b"\n") + 1
    line = answer[:at]
    try:
        facts: dict[str, Any] = json.loads(line)
        error, parts, peak_mb = facts.get("error"), facts.get("parts", []), int(facts.get("peak_mb", 0))
        pictures = {}
        for part in parts:
            body, at = answer[at : at + part["bytes"]], at + part["bytes"]
            pictures[part["name"]] = _plain(body, part["width"], part["height"])
        if error is None:
            return Ingested(**pictures, peak_mb=peak_mb)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise PhotoRefused("photo_unreadable") from wrong
    raise PhotoRefused("photo_dimensions" if error == "memory" else "photo_unreadable", peak_mb=peak_mb)


def _plain(body: bytes, width: int, height: int) -> Picture:
    """A picture without anything beside its pixels. Raises ValueError."""
    header = headers.read_header(body) if headers.is_plain_jpeg(body) else None
    if header is None or (header.width, header.height) != (width, height):
        raise ValueError("not a plain picture")
    return Picture(body, width, height)
