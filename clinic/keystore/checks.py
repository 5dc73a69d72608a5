"""Start-up checks: the key file and the data folder are closed to other users of the machine."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from clinic.keystore import kek


def harden() -> None:
    """For programs that hold keys: files they make are theirs alone, and a crash leaves no picture of their memory."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _is_open(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & kek.OPEN_TO_OTHERS)


def check_permissions(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """The key file is 0600 in a folder 0700, and nobody else may enter the data folder."""
    found: list[checks.CheckMessage] = []
    for path, mode in ((kek.path(), "0600"), (kek.path().parent, "0700")):
        if _is_open(path):
            hint = f"chmod {mode} {path.name}"
            found.append(checks.Error(f"Other users can read {path.name} of the keys.", hint=hint, id="keystore.E001"))
    if _is_open(Path(settings.DATA_DIR)):
        found.append(checks.Warning("Other users can enter the data folder.", hint="chmod 0700", id="keystore.W001"))
    return found
