"""`python3 do.py journey [CLIENT="Any Name"]`: steps 1–11 in a real browser; its traces stay in build/journey/."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from tests.journey import drive, pictures, questions


def main() -> int:
    """Walk, say what was found, and print `journey: 11 steps` last."""
    parser = argparse.ArgumentParser(prog="journey")
    parser.add_argument("--client", default=drive.CLIENT)
    parser.add_argument("--pictures", default="", help="also make the pictures of the documentation in this folder")
    options = parser.parse_args()
    walk = drive.journey(Path("build/journey").resolve(), client=options.client)
    left = {
        "run": os.environ.get("JOURNEY_RUN", ""),
        "client": walk.client,
        "steps": walk.facts["steps"],
        "planted": [*walk.facts["planted"], *questions.TELEPHONES],
        "shots": list(walk.shots),
        "problems": walk.problems,
        "counters": {"before": walk.facts["counters_before"], "after": walk.facts["counters"]},
        "verified": walk.facts["verified"],
    }
    (walk.folder / "walk.json").write_text(json.dumps(left, indent=1), encoding="utf-8")
    if options.pictures:
        pictures.make(walk, Path(options.pictures))
    for problem in walk.problems:
        print(f"  {problem}", file=sys.stderr)
    if walk.problems:
        return 1
    print(f"journey: {walk.facts['steps']} steps")
    return 0


if __name__ == "__main__":
    sys.exit(main())
