"""Standard views and stages of photographs, from `content/views.yaml`. No Django here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

SIZES = ("master", "display", "thumbnail")
SERVED = ("display", "thumbnail")


@lru_cache(maxsize=1)
def _shipped() -> dict[str, list[dict[str, str]]]:
    text = (Path(__file__).parent / "content" / "views.yaml").read_text(encoding="utf-8")
    body: dict[str, list[dict[str, str]]] = yaml.safe_load(text)
    return body


def views() -> dict[str, str]:
    """Ids and labels of the standard views (clinical-content.md G1)."""
    return {row["id"]: row["label"] for row in _shipped()["views"]}


def stages() -> dict[str, str]:
    """Ids and labels of the moments photographs are taken (G09)."""
    return {row["id"]: row["label"] for row in _shipped()["stages"]}
