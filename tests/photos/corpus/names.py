"""Names and types a browser may send with a file (80). None reaches the disk or decides what the file is."""

from __future__ import annotations

from collections.abc import Iterator

from tests.photos.corpus.parts import SVG, small

SVG_AS = (
    ("drawing.svg", "image/svg+xml"), ("face.jpg", "image/jpeg"), ("face.png", "image/png"),
    ("map.svgz", "image/svg+xml"), ("signature.webp", "image/webp"), ("photo.heic", "image/heic"),
)  # fmt: skip
TYPES = (
    "image/jpeg", "image/png", "image/svg+xml", "text/html", "application/pdf", "application/x-php",
    "application/octet-stream", "multipart/form-data", "image/jpeg; charset=utf-8", "IMAGE/JPEG", "*/*", "image",
)  # fmt: skip
NAMES = (
    "../../etc/passwd", "..\\..\\boot.ini", "....//....//etc/shadow", "/absolute.jpg", "C:\\a.jpg", "\\\\host\\a",
    "%2e%2e%2fa.jpg", "%252e%252e%252fa.jpg", "..%c0%af..%c0%afa.jpg", "file:///etc/hostname", "http://host/a.jpg",
    "a\x00.jpg", "a.jpg\x00.php", "a\r\nX-Planted: 1.jpg", "a\tb.jpg", "a\x1b[31m.jpg", "\x7f.jpg",
    "CON", "NUL.jpg", "LPT1", "aux.png", "COM1.jpg", "prn", "desktop.ini", "Thumbs.db",
    ".htaccess", ".env", ".git", "..", ".", " ", "~", "~root/.ssh/a", "-rf", "--help",
    "photo.php", "photo.php.jpg", "photo.jpg.php", "photo.phtml", "photo.py", "photo.exe", "photo.html",
    "photo.jpg;.asp", "photo.asp:.jpg", "photo.jpg::$DATA", "x" * 300, "x" * 250 + ".jpg", "é" * 200 + ".jpg",
    "\u202egpj.exe", "a\u200bb.jpg", "\ufeffa.jpg", "🧴.jpg", "الوجه.jpg", "Amara Okafor.jpg",
    "<script>.jpg", "$(id).jpg", "`id`.jpg", "a;b|c&d.jpg", "a' OR 1=1.jpg", "{{7*7}}.jpg", "=1+1.jpg", 'a"b.jpg',
)  # fmt: skip


def cases() -> Iterator[tuple[str, str, str, bytes]]:
    """Case, file name, claimed type, bytes."""
    for number, (name, kind) in enumerate(SVG_AS, 1):
        yield f"svg under name {number}", name, kind, SVG
    for number, kind in enumerate(TYPES, 1):
        yield f"jpeg under type {number}", "face.jpg", kind, small()
    for number, name in enumerate(NAMES, 1):
        yield f"jpeg under name {number}", name, "image/jpeg", small()
