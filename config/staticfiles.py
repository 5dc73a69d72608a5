"""Third-party front-end files: served by name from `node_modules`, never copied into the repository.

`SERVED` is the whole list: static name → file of an npm package. `MODULES` are the bare names our own JavaScript may
import.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

SERVED = {
    "vendor/inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "vendor/inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    "vendor/signature_pad.js": "signature_pad/dist/signature_pad.min.js",
    "vendor/signature_pad.min.js.map": "signature_pad/dist/signature_pad.min.js.map",
    "vendor/idb.js": "idb/build/index.js",
}
MODULES = {"signature_pad": "vendor/signature_pad.js", "idb": "vendor/idb.js"}
OWN_MODULES = "js/"
ICONS = "bootstrap-icons/icons"


def node_modules() -> Path:
    """Where npm put the packages."""
    return Path(settings.BASE_DIR) / "node_modules"


class AllowedFiles(FileSystemStorage):
    """Reads the listed files under their static names."""

    prefix = ""

    def path(self, name: str) -> str:
        """The package's file behind a static name. Raises KeyError for a name that is not listed."""
        return str(node_modules() / SERVED[name])


class NodeModulesFinder(BaseFinder):
    """Finds only what `SERVED` lists, and only when it is installed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = AllowedFiles()
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file of a static name, for the development server."""
        if path not in SERVED or not Path(self.storage.path(path)).exists():
            return [] if find_all else None
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Everything `collectstatic` should take."""
        for name in SERVED:
            if Path(self.storage.path(name)).exists():
                yield name, self.storage
