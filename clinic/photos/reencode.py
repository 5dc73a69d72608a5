"""Child process that decodes one photograph: bytes in, clean JPEGs out. Runs alone, never imports the application.

After its imports it allows itself no new file or socket, limited memory and processor time, and no core dump. Only
pixels leave it: upright, sRGB, without any metadata. Answer on standard output: one line of JSON, then the pictures one
after another.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import resource
import sys

from PIL import (
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

# Everything a decoder may import later is imported now: after `lock_down` no file can be opened. TIFF reads EXIF.
PLUGINS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
SIZES = (("master", 4000, 92), ("display", 2000, 86), ("thumbnail", 320, 82))
PIXELS = {"JPEG": 50_000_000, "PNG": 24_000_000, "WEBP": 24_000_000, "HEIF": 24_000_000}
MEGABYTE = 1_048_576
ORIENTATION = 0x0112


def lock_down(memory_mb: int, cpu_s: int) -> None:
    """No new descriptors (so no files, no network), no file writes, no core dump, limited memory and processor time."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MEGABYTE, memory_mb * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))


def peak_mb(status: int) -> int:
    """Most memory this process held, in megabytes; `status` is the open file in which the kernel says so."""
    for line in os.pread(status, 4096, 0).splitlines():
        if line.startswith(b"VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0


def read(data: bytes, kind: str) -> Image.Image:
    """The decoded picture, already reduced when it is a large JPEG."""
    picture = Image.open(io.BytesIO(data), formats=[kind])
    width, height = picture.size
    if width * height > PIXELS[kind]:
        raise ValueError("too many pixels")
    if kind == "JPEG":
        longest = max(width, height)
        picture.draft(None, (max(1, width * 4000 // longest), max(1, height * 4000 // longest)))
    picture.load()
    return picture


def orientation(picture: Image.Image) -> int:
    """EXIF orientation 1 to 8; 1 when there is none or it cannot be read."""
    try:
        value = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - hostile EXIF may raise anything; the pixels do not depend on it
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright(picture: Image.Image, turn: int) -> Image.Image:
    """The picture turned as its EXIF orientation says."""
    moves = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    return picture.transpose(moves[turn]) if turn in moves else picture


def flat(picture: Image.Image) -> Image.Image:
    """Eight bits a channel, no palette, no transparency (laid on white)."""
    if picture.mode == "I;16":
        picture = Image.frombytes("L", picture.size, picture.tobytes()[1::2])  # little-endian: the high bytes
    elif picture.mode in {"I", "I;16B", "F"}:
        picture = picture.convert("L")
    if picture.mode == "P" or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode in {"LA", "PA", "RGBA", "RGBa", "La"}:
        layer = picture.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return picture


def standard_colour(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB; a profile that does not fit is left out."""
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
            if turned is not None:
                return turned
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def within(picture: Image.Image, side: int) -> Image.Image:
    """A copy no larger than `side` pixels; far larger pictures are halved first, which nobody can see."""
    longest = max(picture.size)
    if longest <= side:
        return picture
    size = (max(1, round(picture.width * side / longest)), max(1, round(picture.height * side / longest)))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def pixels_only(picture: Image.Image) -> Image.Image:
    """A new picture with the same pixels and nothing else."""
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    return clean


def encoded(picture: Image.Image, quality: int) -> bytes:
    """JPEG bytes without metadata."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling=0 if quality > 90 else 2)
    return out.getvalue()


def reencode(data: bytes, kind: str) -> tuple[dict[str, object], list[bytes]]:
    """Facts and the three pictures, largest first."""
    picture = read(data, kind)
    turn, profile = orientation(picture), picture.info.get("icc_profile")
    picture = within(flat(picture), SIZES[0][1])
    picture = pixels_only(upright(standard_colour(picture, profile), turn))
    parts = []
    for _, side, quality in SIZES:
        picture = within(picture, side)
        parts.append((picture.size, encoded(picture, quality)))
    names = [name for name, _, _ in SIZES]
    facts: dict[str, object] = {
        "parts": [
            {"name": name, "width": size[0], "height": size[1], "bytes": len(part)}
            for name, (size, part) in zip(names, parts, strict=True)
        ]
    }
    return facts, [part for _, part in parts]


def main(kind: str, memory_mb: int, cpu_s: int) -> int:
    """Read standard input, answer on standard output; 0 when the picture was readable."""
    Image.MAX_IMAGE_PIXELS = None
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.preinit()
    if kind == "HEIC":
        importlib.import_module("pillow_heif").register_heif_opener()  # only this kind pays for the codec
        kind = "HEIF"
    data = sys.stdin.buffer.read()
    status = os.open("/proc/self/status", os.O_RDONLY)
    lock_down(memory_mb, cpu_s)
    try:
        facts, parts = reencode(data, kind)
    except MemoryError:
        facts, parts = {"error": "memory"}, []
    except Exception:  # noqa: BLE001 - whatever a decoder raises means the picture cannot be read
        facts, parts = {"error": "unreadable"}, []
    facts["peak_mb"] = peak_mb(status)
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + b"".join(parts))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
