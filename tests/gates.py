"""`python3 do.py security`: the gates before a release, one line each with its figure (standard library only).

A figure is what the tests of a gate recorded themselves (pytest's `record_property`), summed over the gate.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "gates"
SPREAD = ("-n", "2", "--dist", "loadgroup")


@dataclass(frozen=True)
class Gate:
    """A title and what pytest is asked to run; `figures` must be recorded, each of them."""

    title: str
    arguments: tuple[str, ...]
    figures: tuple[str, ...] = ()
    is_quick: bool = True


GATES = (
    Gate("access matrix", ("tests/test_access_matrix.py",), ("cells",)),
    Gate("planted texts", ("tests/leaks",), ("texts", "places", "hits", "leaking builds found")),
    Gate("headers", ("tests/headers",), ("answers",)),
    Gate("back button", ("tests/back",), ("moves", "staff strings")),
    Gate("SEC- rows", (*SPREAD, "--rows", "SEC-")),
    Gate("long checks", ("-m", "full"), is_quick=False),
)


def read(report: Path) -> tuple[int, int, Counter[str]]:
    """Tests that ran, tests that did not pass, and the figures of a JUnit report."""
    suite = ET.parse(report).getroot().find("testsuite")  # noqa: S314 - pytest has just written it
    assert suite is not None
    figures: Counter[str] = Counter()
    for one in suite.iter("property"):
        figures[one.attrib["name"]] += int(one.attrib["value"])
    bad = int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    return int(suite.attrib["tests"]), bad, figures


def passes(gate: Gate) -> bool:
    """Run a gate and print its line; what pytest said follows only when it did not pass."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    report = FOLDER / f"{gate.title.replace(' ', '-')}.xml"
    report.unlink(missing_ok=True)
    written = ("-o", "junit_family=xunit1", f"--junitxml={report}")  # the family that may hold figures
    command = [sys.executable, "-m", "pytest", "-q", *written, *gate.arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not report.exists():
        print(f"{gate.title:<16} FAILED  {done.stdout[-3000:]}{done.stderr[-3000:]}", flush=True)
        return False
    ran, bad, figures = read(report)
    missing = [name for name in gate.figures if name not in figures]
    is_fine = done.returncode == 0 and ran > 0 and not missing
    told = ", ".join([f"{figures[name]} {name}" for name in gate.figures if name in figures])
    words = f"{told}; {ran} tests" if told else f"{ran} tests"
    print(f"{gate.title:<16} {'ok' if is_fine else 'FAILED':<7} {words}, {bad} not passed", flush=True)
    if not is_fine:
        print(f"no figure: {missing}\n{done.stdout[-6000:]}" if missing else done.stdout[-6000:], flush=True)
    return is_fine


def mutants_caught() -> bool:
    """The line of tests/access/mutants.py."""
    command = [sys.executable, "-m", "tests.access.mutants"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    figure = done.stdout.strip().removeprefix("policy: ") or done.stderr[-2000:]
    print(f"{'policy mutants':<16} {'ok' if done.returncode == 0 else 'FAILED':<7} {figure}", flush=True)
    return done.returncode == 0


def main(arguments: Sequence[str]) -> int:
    """Run the gates, or those whose titles are named; 1 when one does not pass."""
    named = {word for word in arguments if not word.startswith("--")}
    chosen = [gate for gate in GATES if gate.is_quick or "--quick" not in arguments]
    results = [passes(gate) for gate in chosen if not named or gate.title in named]
    if not named or "policy mutants" in named:
        results.append(mutants_caught())
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
