"""Each test of keys has a data folder of its own: key file, ledger, media."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinic import noticed, search
from clinic.keystore import kek, keys


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """With the key of this run in it, so that kept states of the databases still open."""
    kek.make()
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    shutil.copy2(kek.path(), folder / "kek.json")
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(0o700)
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    search.forget()
    keys.forget()
    noticed.take()
