"""What the bench drives, found in the demo clinic of its own data folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bench.drive import Request
from tests.site import Site

FIND = """
import json
from bench import finding
print("FOUND " + json.dumps(finding.everything()))
"""


@dataclass(frozen=True)
class Target:
    """An act, how many rows its floor reads or writes, and the aim of decision 39."""

    name: str
    request: Request
    rows: int
    aim: float
    writes: bool = False


def prepare(site: Site) -> tuple[list[Target], str, str]:
    """Fill the floor's table, look up what is there; targets, and who signs in."""
    site.manage("migrate", "--run-syncdb", "-v0")
    output = site.manage("shell", "-v0", "-c", FIND)
    found: dict[str, Any] = json.loads(output.split("FOUND ", 1)[1])
    targets = [
        Target(
            entry["name"],
            Request(
                entry["path"], entry["method"], entry["body"], entry["is_json"], tuple(map(tuple, entry["headers"]))
            ),
            entry["rows"],
            entry["aim"],
            entry["writes"],
        )
        for entry in found["targets"]
    ]
    return targets, found["email"], found["password"]
