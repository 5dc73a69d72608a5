"""A signature as the client made it: drawn (a picture, re-made pixel by pixel) or typed. No Django here.

The picture is kept small and clean: PNG only, size read before anything is decoded, metadata gone, ink on white.
"""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from clinic.errors import InvalidValue
from consent.choices import SignedHow

PREFIX = "data:image/png;base64,"
MAX_BYTES = 400_000
MAX_SIDE = 4000
KEPT = (900, 300)
MIN_INK_PIXELS = 60
MIN_LETTERS = 3


@dataclass(frozen=True)
class Signature:
    """How the client signed: the cleaned PNG of a drawn one, or the typed name."""

    how: str
    name: str = ""
    png: bytes = b""

    @property
    def stored(self) -> str:
        """The picture as text for its sealed column."""
        return base64.b64encode(self.png).decode()


def _refuse(message: str) -> InvalidValue:
    return InvalidValue(message, code="invalid_signature", field="signature")


def _decoded(data_url: str) -> bytes:
    if not data_url.startswith(PREFIX) or len(data_url) > MAX_BYTES * 4 // 3 + len(PREFIX):
        raise _refuse("The signature did not arrive as a picture. Please sign again.")
    try:
        return base64.b64decode(data_url.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refuse("The signature did not arrive as a picture. Please sign again.") from error


def drawn(data_url: str) -> Signature:
    """A drawn signature from the pad's data URL. Raises InvalidValue: no PNG, too large, hardly a stroke."""
    data = _decoded(data_url)
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if max(picture.size) > MAX_SIDE or getattr(picture, "n_frames", 1) != 1:
                raise _refuse("The signature's picture is too large.")
            layer = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _refuse("The signature did not arrive as a picture. Please sign again.") from error
    ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
    ink = Image.alpha_composite(ground, layer).convert("L")
    if sum(ink.histogram()[:160]) < MIN_INK_PIXELS:
        raise _refuse("Please sign with your finger, or type your name.")
    ink.thumbnail(KEPT)
    out = io.BytesIO()
    ink.save(out, "PNG", optimize=True)
    return Signature(SignedHow.DRAWN, png=out.getvalue())


def typed(name: str) -> Signature:
    """A signature by typing the full name, for people who cannot draw. Raises InvalidValue when too short."""
    words = " ".join(name.split())
    if sum(letter.isalpha() for letter in words) < MIN_LETTERS:
        raise InvalidValue("Type your full name.", code="invalid_signature", field="typed_name")
    return Signature(SignedHow.TYPED, name=words[:120])


def of(*, data_url: str = "", typed_name: str = "") -> Signature:
    """The signature from a form: a drawn one counts first. Raises InvalidValue when there is none."""
    if data_url:
        return drawn(data_url)
    if typed_name.strip():
        return typed(typed_name)
    raise _refuse("Please sign with your finger, or type your name.")
