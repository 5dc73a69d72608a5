"""`python3 do.py bench [target …]`: what the program costs, as ratios to a floor measured in the same minutes.

Targets: `acts` (pages and verbs over HTTP), `search` (names of 100,000 clients), `sealed rows` (1,000 rows of eight
sealed columns), `log insert` (the access log, four writers on PostgreSQL), `photo ingest` (12 and 48 megapixels).
All of them without a name.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from bench import acts
from tests import machine
from tests.site import ROOT, Site

TARGETS = ("acts", "search", "sealed rows", "log insert", "photo ingest")


def inside(folder: Path, module: str, env: dict[str, str] | None = None) -> None:
    """Migrate an empty site and run one of the modules that need its settings; they print."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    whole = {**Site(folder, settings="bench.settings").env, **(env or {})}
    migrate = [("migrate", "--database", name, "--run-syncdb", "-v0") for name in ("keys", "default")]
    for words in (*migrate, ("shell", "-v0", "-c", f"from bench import {module}; {module}.run()")):
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=whole, check=True)


def main() -> int:
    """Run the targets that are named."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("target", nargs="*", help=f"of: {', '.join(TARGETS)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--keep", action="store_true", help="use the demo clinic of the last run")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="emptied first, unless --keep")
    options = parser.parse_args()
    wanted, folder = " ".join(options.target), options.folder.resolve()
    chosen = [name for name in TARGETS if name in wanted] or list(TARGETS)
    if "acts" in chosen:
        acts.run(folder, rounds=options.rounds, times=options.times, keep=options.keep)
    if "search" in chosen:
        inside(folder.with_name("bench-search"), "names")
    if "sealed rows" in chosen:
        inside(folder.with_name("bench-sealed"), "sealing")
    if "log insert" in chosen:
        with machine.postgresql(machine.DURABLE) as env:
            inside(folder.with_name("bench-log"), "journal", env)
    if "photo ingest" in chosen:
        inside(folder.with_name("bench-photo"), "pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
