"""Pictures that are something else as well (40): only their pixels come out."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageCms

from tests.photos.corpus.parts import HTML, PHP, SVG, archive, base, chunk, in_jpeg, in_png, in_webp, small
from tests.photos.samples import exif, picture, saved

KINDS = ("jpeg", "png", "webp", "heic")
BEHIND = {
    "html": HTML,
    "zip": archive(),
    "php": PHP,
    "svg": SVG,
    "pdf": b"\n%PDF-1.7 planted\n%%EOF",
    "program": b"\x7fELF planted",
    "script": b"*/ planted() /*",
}


def _profile() -> bytes:
    """A colour profile that carries a script and is longer than its table says; without the day it was made."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile[:24] + b"\0" * 12 + profile[36:] + HTML


def _thumbnail() -> bytes:
    """EXIF with a picture of its own inside, as cameras write it."""
    inner, data = small(), Image.Exif()
    data[0x010E] = "planted"
    data.get_ifd(0x8769)[0x927C] = b"planted" + inner
    return data.tobytes()


def _inside() -> Iterator[tuple[str, bytes]]:
    yield "jpeg with html in a comment", small(comment=HTML)
    yield "jpeg with html in its metadata", in_jpeg(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + HTML)
    yield "jpeg with php in a segment", in_jpeg(0xED, b"Photoshop 3.0\0" + PHP)
    yield "jpeg with a zip in a comment", in_jpeg(0xFE, archive())
    yield "jpeg with a script in its profile", small(icc_profile=_profile())
    yield "jpeg with a picture in its metadata", small(exif=_thumbnail())
    yield "jpeg of two pictures", saved(picture(), "MPO", save_all=True, append_images=[picture()], exif=exif())
    yield "png with html in its text", in_png(chunk(b"tEXt", b"Comment\0" + HTML))
    yield "png with a zip in a chunk of its own", in_png(chunk(b"prVt", archive()))
    yield "png with php behind its end", base("png") + chunk(b"tEXt", b"a\0" + PHP)
    yield "webp with html in its metadata", in_webp(b"XMP ", HTML)
    yield "webp with a zip in a chunk of its own", in_webp(b"prVt", archive())


def cases() -> Iterator[tuple[str, bytes]]:
    """Each kind with something behind it, and what can be hidden inside."""
    for kind in KINDS:
        for name, tail in BEHIND.items():
            yield f"{kind} with {name} behind", base(kind) + tail
    yield from _inside()
