"""The pictures of the README and the user guide, taken from a walk: half size, WebP, each under 300 kB."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.journey.walk import Walk

PICTURES = {  # name in docs/img → end of the name of the walk's picture
    "sign-in": "sign-in", "today": "arrived", "client": "client", "questionnaire": "questions-A3",
    "findings": "findings", "skin": "skin-analysis", "plan": "plan-to-agree", "consent": "signature",
    "course": "course", "session": "chart", "totals": "totals", "electro": "electro-density",
    "aftercare": "aftercare-to-read", "observation": "observation", "portfolio": "portfolio",
}  # fmt: skip
SIZE = (1180, 820)


def make(walk: Walk, folder: Path) -> None:
    """Write them all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, ending in PICTURES.items():
        found = next(shot for shot in walk.shots if shot.split("-", 2)[2] == f"{ending}.png")
        with Image.open(walk.folder / found) as picture:
            small = picture.convert("RGB")
            small = small.crop((0, 0, small.width, min(small.height, 2 * SIZE[1])))
            small.thumbnail(SIZE)
            small.save(folder / f"{name}.webp", quality=82, method=6)
