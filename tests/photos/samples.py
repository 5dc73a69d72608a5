"""Photographs made for the tests, ordinary and hostile, and what must become of each (decision 26, SEC-C8)."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageCms
from pillow_heif import register_heif_opener

register_heif_opener()
PLANTED = b"<script>planted()</script>"


def picture(width: int = 120, height: int = 80, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue, a green corner top left: it shows which way is up."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 30, 200), (width // 2, 0, width, height))
    image.paste((30, 200, 30), (0, 0, width // 4, height // 4))
    return image.convert(mode) if mode != "RGB" else image


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Bytes of an image."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    """EXIF with an orientation, a camera, an owner's name, and a place."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = "Planted Camera"
    data[0x013B] = "Planted Owner"
    data.get_ifd(0x8825)[1] = "N"
    data.get_ifd(0x8825)[2] = (51.0, 30.0, 12.0)
    return data.tobytes()


def turned(orientation: int) -> bytes:
    """A JPEG whose pixels need turning by its EXIF orientation to look like `picture()`."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    image = picture()
    if orientation in undo:
        image = image.transpose(Image.Transpose(undo[orientation]))
    return saved(image, quality=95, exif=exif(orientation))


def png_of(width: int, height: int, *, before: bytes = b"", mode: int = 2) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, mode, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def claims(width: int, height: int) -> bytes:
    """A real JPEG whose header claims another size."""
    data = bytearray(saved(picture()))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def animated(kind: str) -> bytes:
    """Two frames."""
    frames = [picture(), picture(mode="L").convert("RGB")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def png_16() -> bytes:
    """A 16-bit grey PNG, half dark and half bright."""
    row = (4096).to_bytes(2, "little") * 32 + (60000).to_bytes(2, "little") * 32
    return saved(Image.frombytes("I;16", (64, 64), row * 64), "PNG")


def with_profile() -> bytes:
    """A JPEG with a colour profile (Lab-like names aside, a plain sRGB one)."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(picture(), icc_profile=profile)


def jpeg_with(marker: int, body: bytes, times: int = 1) -> bytes:
    """A JPEG with extra segments after its start."""
    data = saved(picture())
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
    return data[:2] + segment * times + data[2:]


def flipped(data: bytes, at: int) -> bytes:
    """One byte inverted."""
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


Make = Callable[[], bytes]
ANIMATED_CHUNK = struct.pack(">I", 8) + b"acTL" + b"\0\0\0\2\0\0\0\0" + b"\0\0\0\0"

REFUSED: dict[str, tuple[Make, str]] = {
    "empty": (lambda: b"", "photo_empty"),
    "one byte": (lambda: b"\xff", "photo_kind"),
    "text": (lambda: b"hello, this is text" * 9, "photo_kind"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "photo_kind"),
    "svg after a declaration": (lambda: b'<?xml version="1.0"?><svg/>', "photo_kind"),
    "html": (lambda: b"<!doctype html><title>x</title>", "photo_kind"),
    "pdf": (lambda: b"%PDF-1.7\n1 0 obj\n", "photo_kind"),
    "gif": (lambda: saved(picture(), "GIF"), "photo_kind"),
    "animated gif": (lambda: animated("GIF"), "photo_kind"),
    "tiff": (lambda: saved(picture(), "TIFF"), "photo_kind"),
    "bmp": (lambda: saved(picture(), "BMP"), "photo_kind"),
    "ico": (lambda: saved(picture(), "ICO"), "photo_kind"),
    "ppm": (lambda: saved(picture(), "PPM"), "photo_kind"),
    "eps": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", "photo_kind"),
    "zip": (lambda: b"PK\x03\x04" + b"\0" * 60, "photo_kind"),
    "mp4": (lambda: b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "photo_kind"),
    "avif": (lambda: b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "photo_kind"),
    "executable": (lambda: b"\x7fELF\2\1\1" + b"\0" * 60, "photo_kind"),
    "virus test file": (lambda: b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR" * 3, "photo_kind"),
    "over 25 MB": (lambda: saved(picture()) + b"\0" * 25_000_001, "photo_too_large"),
    "png bomb 64 megapixels": (lambda: png_of(8000, 8000), "photo_dimensions"),
    "png of 24 megapixels and one row": (lambda: png_of(6000, 4001), "photo_dimensions"),
    "png flood": (lambda: png_of(2_000_000_000, 2_000_000_000), "photo_dimensions"),
    "png without pixels": (lambda: png_of(0, 0), "photo_dimensions"),
    "png of one row": (lambda: png_of(65535, 1), "photo_dimensions"),
    "jpeg claims 400 megapixels": (lambda: claims(20000, 20000), "photo_dimensions"),
    "jpeg claims 51 megapixels": (lambda: claims(8000, 6400), "photo_dimensions"),
    "jpeg of one column": (lambda: claims(1, 65535), "photo_dimensions"),
    "jpeg without size": (lambda: claims(0, 0), "photo_dimensions"),
    "webp of 25 megapixels": (lambda: saved(Image.new("L", (5000, 5001)), "WEBP", method=0), "photo_dimensions"),
    "animated png": (lambda: png_of(64, 64, before=ANIMATED_CHUNK), "photo_animated"),
    "animated webp": (lambda: animated("WEBP"), "photo_animated"),
    "jpeg with 9 MB of hidden data": (lambda: jpeg_with(0xE1, b"x" * 65000, 140), "photo_metadata"),
    "jpeg with 5000 segments": (lambda: jpeg_with(0xFE, b"", 5000), "photo_unreadable"),
    "png with 5000 chunks": (lambda: png_of(64, 64, before=(b"\0\0\0\0teXt\0\0\0\0") * 5000), "photo_unreadable"),
    "jpeg cut in its header": (lambda: saved(picture())[:60], "photo_unreadable"),
    "jpeg cut in half": (lambda: saved(Image.effect_noise((400, 300), 80))[:9000], "photo_unreadable"),
    "jpeg start only": (lambda: b"\xff\xd8\xff\xe0", "photo_unreadable"),
    "jpeg of zeros": (lambda: b"\xff\xd8\xff" + b"\0" * 500, "photo_unreadable"),
    "png cut in half": (lambda: saved(Image.effect_noise((300, 300), 80), "PNG")[:9000], "photo_unreadable"),
    "png with too little data": (lambda: png_of(4000, 4000), "photo_unreadable"),
    "png with a broken sum": (lambda: flipped(saved(picture(), "PNG"), 20), "photo_dimensions"),
    "webp cut in half": (lambda: saved(Image.effect_noise((300, 300), 80), "WEBP")[:4000], "photo_unreadable"),
    "webp start only": (lambda: b"RIFF\x10\0\0\0WEBPVP8 ", "photo_unreadable"),
    "webp of an unknown kind": (lambda: b"RIFF\x20\0\0\0WEBPVP9Z" + b"\0" * 40, "photo_unreadable"),
    "heic start only": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "photo_unreadable"),
    "heic cut in half": (lambda: saved(Image.effect_noise((400, 300), 80), "HEIF")[:6000], "photo_unreadable"),
    "heic with a box of no end": (
        lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\xff\xff\xff\xffmeta",
        "photo_unreadable",
    ),
}

TAKEN: dict[str, Make] = {
    "jpeg": lambda: saved(picture()),
    "jpeg progressive": lambda: saved(picture(), progressive=True),
    "jpeg grey": lambda: saved(picture(mode="L")),
    "jpeg cmyk": lambda: saved(picture(mode="CMYK")),
    "jpeg with a colour profile": with_profile,
    "jpeg with a broken colour profile": lambda: saved(picture(), icc_profile=b"not a profile" * 40),
    "jpeg with broken exif": lambda: jpeg_with(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff"),
    "jpeg with a place and an owner": lambda: saved(picture(), exif=exif()),
    "jpeg with a comment": lambda: saved(picture(), comment=PLANTED),
    "jpeg with html behind": lambda: saved(picture()) + PLANTED,
    "jpeg with a zip behind": lambda: saved(picture()) + b"PK\x03\x04planted()",
    "jpeg with php in a segment": lambda: jpeg_with(0xEE, b"<?php planted(); ?>"),
    "jpeg with html in its metadata": lambda: jpeg_with(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLANTED),
    "jpeg of two pictures": lambda: saved(picture(), "MPO", save_all=True, append_images=[picture()]),
    "png": lambda: saved(picture(), "PNG"),
    "png with alpha": lambda: saved(picture(mode="RGBA"), "PNG"),
    "png with a palette": lambda: saved(picture(mode="P"), "PNG"),
    "png of 16 bits": png_16,
    "png of one bit": lambda: saved(picture(mode="1"), "PNG"),
    "png with html behind": lambda: saved(picture(), "PNG") + PLANTED,
    "png grey with alpha": lambda: saved(picture(mode="LA"), "PNG"),
    "webp": lambda: saved(picture(), "WEBP"),
    "webp lossless": lambda: saved(picture(), "WEBP", lossless=True),
    "webp with exif": lambda: saved(picture(), "WEBP", exif=exif()),
    "heic": lambda: saved(picture(128, 96), "HEIF"),
    "heic with exif": lambda: saved(picture(128, 96), "HEIF", exif=exif()),
}
