"""The server's entry starts in a process of its own, as gunicorn starts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import databases


@pytest.mark.parametrize("settings", [{}, {"DJANGO_SETTINGS_MODULE": "config.settings"}])
def test_the_entry_of_the_server_can_be_imported(django_db_setup: None, root: Path, tmp_path: Path, settings) -> None:
    """It once needed the models before they were loaded."""
    tmp_path.chmod(0o700)
    for alias, name in (("default", "mesorecord"), ("keys", "keys")):
        shutil.copy(databases._template(alias), tmp_path / f"{name}.sqlite3")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MESORECORD_", "PG", "DJANGO_"))}
    env = {**kept, "MESORECORD_DATA": str(tmp_path), "MESORECORD_DEMO": "1", **settings}
    command = [sys.executable, "-c", "import config.wsgi; print(config.wsgi.application)"]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
