"""Photographs coming in: taken clean or refused with a reason (SEC-C7, SEC-C8, SEC-C9, decision 26)."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from PIL import Image

from clinic.photos import headers
from clinic.photos.ingest import CHILD, PhotoRefused, ingest
from tests.photos import samples


@pytest.mark.parametrize("name", samples.REFUSED)
def test_a_hostile_or_damaged_file_is_refused(name: str) -> None:
    """SEC-C8: every file of the hand-written table is refused with its code, never a crash."""
    make, code = samples.REFUSED[name]
    with pytest.raises(PhotoRefused) as refused:
        ingest(make())
    assert (refused.value.code, refused.value.field, refused.value.status) == (code, "photo", 422)


@pytest.mark.parametrize("name", samples.TAKEN)
def test_an_acceptable_file_comes_out_clean(name: str) -> None:
    """SEC-C7, SEC-C9: three JPEGs, sRGB, nothing of the original file and no metadata."""
    result = ingest(samples.TAKEN[name]())
    for part in (result.master, result.display, result.thumbnail):
        assert b"planted" not in part.data.lower()
        image = Image.open(io.BytesIO(part.data))
        image.load()
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (part.width, part.height))
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not any(marker in part.data for marker in (b"Exif", b"ICC_PROFILE", b"http://ns.adobe", b"Photoshop"))


def colour_at(data: bytes, x: float, y: float) -> str:
    image = Image.open(io.BytesIO(data))
    pixel = image.getpixel((int(image.width * x), int(image.height * y)))
    assert isinstance(pixel, tuple)
    return "rgb"[pixel.index(max(pixel))]


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_comes_out_upright(turn: int) -> None:
    """SEC-C9: orientation is applied to the pixels, then forgotten."""
    result = ingest(samples.turned(turn)).master
    assert (result.width, result.height) == (120, 80)
    assert [colour_at(result.data, *at) for at in ((0.1, 0.1), (0.2, 0.8), (0.8, 0.2), (0.8, 0.8))] == list("grbb")


def test_sizes_are_master_display_thumbnail() -> None:
    result = ingest(samples.saved(samples.picture(4400, 2200)))
    assert (result.master.width, result.master.height) == (4000, 2000)
    assert (result.display.width, result.display.height) == (2000, 1000)
    assert (result.thumbnail.width, result.thumbnail.height) == (320, 160)


def test_a_small_picture_is_not_blown_up() -> None:
    result = ingest(samples.saved(samples.picture(100, 60)))
    assert {(part.width, part.height) for part in (result.master, result.display, result.thumbnail)} == {(100, 60)}


def test_a_jpeg_of_fifty_megapixels_is_taken() -> None:
    """Decision 26: `draft()` keeps the memory small."""
    result = ingest(samples.saved(Image.new("RGB", (8160, 6120), "tan"), quality=50))
    assert (result.master.width, result.master.height) == (4000, 3000)


def test_transparency_is_laid_on_white() -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    pixel = Image.open(io.BytesIO(ingest(samples.saved(image, "PNG")).master.data)).getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 250


def test_sixteen_bits_keep_light_and_dark() -> None:
    image = Image.open(io.BytesIO(ingest(samples.png_16()).master.data)).convert("L")
    dark, bright = image.getpixel((8, 32)), image.getpixel((56, 32))
    assert isinstance(dark, (int, float))
    assert isinstance(bright, (int, float))
    assert dark < 40
    assert bright > 210


def test_headers_are_read_without_the_image_library() -> None:
    for kind, options in (("JPEG", {}), ("PNG", {}), ("WEBP", {}), ("WEBP", {"lossless": True}), ("HEIF", {})):
        header = headers.read_header(samples.saved(samples.picture(128, 96), kind, **options))
        assert header is not None
        assert (header.width, header.height) == (128, 96)


def test_the_child_inherits_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret of the server can be read by a decoder."""
    seen: dict[str, object] = {}
    real = subprocess.run

    def watching(*args: object, **options: object) -> object:
        seen.update(options)
        return real(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("MESORECORD_KEK", "secret")
    monkeypatch.setattr(subprocess, "run", watching)
    ingest(samples.saved(samples.picture()))
    assert seen["env"] == {"LANG": "C.UTF-8", "PILLOW_BLOCKS_MAX": "64"}
    assert seen["close_fds"] is True


@pytest.mark.parametrize("act", ["open('/etc/hostname')", "__import__('socket').socket()"])
def test_the_child_can_open_nothing_after_it_locked_down(act: str) -> None:
    """SEC-C8: no files, no network."""
    program = f"import sys, socket; sys.path.insert(0, {str(CHILD.parent)!r})\nimport reencode\n"
    program += f"reencode.lock_down(400, 4)\ntry:\n    {act}\nexcept OSError as error:\n    print(error.errno)\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "24"


def test_the_child_has_no_memory_without_end() -> None:
    program = f"import sys; sys.path.insert(0, {str(CHILD.parent)!r})\nimport reencode\nreencode.lock_down(400, 4)\n"
    program += "try:\n    bytearray(900_000_000)\nexcept MemoryError:\n    print('refused')\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "refused"


def answer(*parts: tuple[str, object, bytes]) -> bytes:
    """What a decoder says: name, width and bytes of each part."""
    listed = [{"name": name, "width": width, "height": 80, "bytes": len(body)} for name, width, body in parts]
    return json.dumps({"parts": listed}).encode() + b"\n" + b"".join(body for _, _, body in parts)


PLAIN = samples.saved(samples.picture())
TWO = [("master", 120, PLAIN), ("display", 120, PLAIN)]
LIES = {
    "nothing": b"",
    "no facts": b"[]\n",
    "one missing": answer(*TWO),
    "another size": answer(*TWO, ("thumbnail", 121, PLAIN)),
    "a comment": answer(*TWO, ("thumbnail", 120, samples.saved(samples.picture(), comment=samples.PLANTED))),
    "html behind": answer(*TWO, ("thumbnail", 120, PLAIN + samples.PLANTED)),
    "not a picture": answer(*TWO, ("thumbnail", 120, b"<html>")),
    "a fourth": answer(*TWO, ("thumbnail", 120, PLAIN), ("original", 120, PLAIN)),
    "words for sizes": answer(*TWO, ("thumbnail", "120", PLAIN)),
    "lengths that are none": b'{"parts": [{"name": "master", "width": 120, "height": 80, "bytes": "x"}]}\n',
}


def answering(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    """A decoder that was taken over and says what it likes."""
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, said, b""))


@pytest.mark.parametrize("lie", LIES)
def test_the_decoder_is_not_believed(monkeypatch: pytest.MonkeyPatch, lie: str) -> None:
    """SEC-C7, SEC-C16: whatever a taken-over child answers, only plain pictures of the size it names are kept."""
    answering(monkeypatch, LIES[lie])
    with pytest.raises(PhotoRefused) as refused:
        ingest(PLAIN)
    assert refused.value.code == "photo_unreadable"


def test_plain_pictures_of_the_named_size_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, answer(*TWO, ("thumbnail", 120, PLAIN)))
    assert ingest(PLAIN).thumbnail.data == PLAIN


def test_a_jpeg_of_more_scans_than_a_camera_writes_is_refused_before_it_is_decoded() -> None:
    """SEC-C8: each scan costs a pass over all pixels; what stands behind the picture does not count."""
    data = samples.saved(samples.picture(), progressive=True)
    last = data.rindex(b"\xff\xda")
    again = data[last:-2]
    assert headers.read_header(data[:-2] + again * 10 + data[-2:]) is not None
    with pytest.raises(headers.Malformed):
        headers.read_header(data[:-2] + again * 40 + data[-2:])
    assert headers.read_header(data + again * 40) is not None
