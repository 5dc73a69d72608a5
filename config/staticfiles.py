"""Third-party front-end files from node_modules, by an allow-list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder


class NodeModulesFinder(BaseFinder):
    """Serves only the listed files."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Nothing listed yet."""
        return [] if find_all else None

    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        """Nothing listed yet."""
        return iter(())
