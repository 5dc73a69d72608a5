"""`manage.py ingest_photo FILE`: what would be kept of a photograph, or why it is refused. Nothing is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic.photos import choices, headers
from clinic.photos.ingest import Ingested, PhotoRefused, ingest


class Command(BaseCommand):
    """Runs the same checks and the same decoder as an upload."""

    help = "Say what would be kept of a photograph, or why it is refused. Nothing is stored."
    requires_system_checks: list[str] = []  # no database is needed

    def add_arguments(self, parser: Any) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Print one line for what came in and one for each size. Raises CommandError when it is refused."""
        try:
            with file.open("rb") as opened:
                data = opened.read(headers.MAX_BYTES + 1)  # one more is enough to see that it is too large
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        try:
            result = ingest(data)
        except PhotoRefused as refused:
            raise CommandError(f"Refused ({refused.code}): {refused.message}") from refused
        for line in told(data, result):
            self.stdout.write(line)


def told(data: bytes, result: Ingested) -> list[str]:
    """What came in, what would be kept, what would not."""
    header = headers.read_header(data)
    assert header is not None  # it was just taken
    megapixels = header.width * header.height / 1e6
    lines = [
        f"Taken: {header.kind}, {header.width} × {header.height} ({megapixels:.1f} megapixels), {len(data):,} bytes"
    ]
    for size in choices.SIZES:
        part = getattr(result, size)
        lines.append(f"  {size:<9} JPEG, {part.width} × {part.height}, {len(part.data):,} bytes, sRGB, upright")
    lines.append(
        f"  dropped   the file itself, {header.metadata_bytes:,} bytes of metadata, anything behind the picture"
    )
    lines.append(f"Memory of the decoder: {result.peak_mb} MB. Nothing was stored.")
    return lines
