"""The tools: stamps, rows, the entry script's promises. Nothing here needs a database or a network."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import do
from tests import machine, rows

ROOT = Path(__file__).resolve().parent.parent


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A newcomer sees what there is."""
    assert do.main(["help"]) == 0
    shown = capsys.readouterr().out
    wanted = {"run", "demo", "test", "check", "journey", "bench", "security", "rows", "screenshots", "export", "help"}
    assert set(do.COMMANDS) == wanted
    assert all(f"python3 do.py {name}" in shown for name in wanted)


def test_an_unknown_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """And names the remedy."""
    with pytest.raises(SystemExit) as stopped:
        do.main(["fly"])
    assert stopped.value.code == 1
    assert "do.py help" in capsys.readouterr().err


def test_a_step_is_done_once_until_its_inputs_change(tmp_path: Path) -> None:
    """A second `run` starts in seconds because every step is stamped."""
    done: list[str] = []
    step: Callable[[str], None] = lambda value: do.once(tmp_path / "s", value, "working", lambda: done.append(value))  # noqa: E731
    for value in ("a", "a", "b", "b"):
        step(value)
    assert done == ["a", "b"]


def test_a_failed_step_is_not_stamped(tmp_path: Path) -> None:
    """It is tried again, and the remedy is said."""

    def fail() -> None:
        do.run(sys.executable, "-c", "raise SystemExit(3)", remedy="Try again.")

    with pytest.raises(SystemExit):
        do.once(tmp_path / "stamp", "a", "working", fail)
    assert not (tmp_path / "stamp").exists()


def test_the_entry_script_runs_on_a_bare_python() -> None:
    """No package is needed to ask for help or for the rows."""
    for command in (["help"], ["rows", "--quiet"]):
        done = subprocess.run(
            [sys.executable, "-E", "-s", "-S", "do.py", *command], cwd=ROOT, capture_output=True, check=False
        )
        assert b"ModuleNotFoundError" not in done.stderr


def test_the_licence_is_named() -> None:
    """AGPL-3.0-or-later in pyproject and README, with the one command that takes every record out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "AGPL-3.0-or-later"
    assert json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["license"] == project["license"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "AGPL-3.0-or-later" in readme
    assert "python3 do.py export" in readme


def test_ci_checks_then_tests_everything() -> None:
    """`.ci/run` is executable and calls both."""
    script = ROOT / ".ci" / "run"
    lines = script.read_text(encoding="utf-8").splitlines()
    assert script.stat().st_mode & stat.S_IXUSR
    assert lines.index("python3 do.py check") < lines.index("python3 do.py test --full")


def test_every_runtime_package_has_its_reason() -> None:
    """At most 40, each with its line in the decision (decision 40)."""
    named = [line.split("==")[0].split("[")[0] for line in (ROOT / "requirements/run.in").read_text().splitlines()]
    named = [name for name in named if name and not name.startswith("#")]
    front = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    text = (ROOT / "docs/decisions/0002-packages.md").read_text(encoding="utf-8")
    assert len(named) + len(front) <= 40
    assert [name for name in (*named, *front) if f"`{name}`" not in text] == []


def test_a_due_row_without_a_test_is_a_problem() -> None:
    """So is a row without a reason, and a tag that names no row."""
    table = "row,owner,due,needs_software,reason\n" + "".join(f"S{n},2,no,yes,\n" for n in range(1, 279))
    good = rows.read_rows(table.splitlines())
    assert rows.problems(good, {}) == []
    due = rows.read_rows(table.replace("S66,2,no", "S66,2,yes").splitlines())
    assert rows.problems(due, {}) == ["S66: due, and no test carries REQ-S66"]
    assert rows.problems(due, {66: ["tests/test_a.py::test_b"]}) == []
    assert rows.problems(rows.read_rows(table.replace("S214,2,no,yes", "S214,2,no,no").splitlines()), {})
    assert rows.problems(good, {279: ["tests/test_a.py::test_b"]})
    assert rows.problems(good[:-1], {})


def test_tags_are_read_from_docstrings() -> None:
    """Ranges too."""
    source = 'def test_a():\n    """REQ-S7, REQ-S70–S72."""\ndef other():\n    """REQ-S9"""\n'
    assert [number for number, _ in rows.tagged_tests(source, "tests/test_a.py")] == [7, 70, 71, 72]


def test_missing_programs_are_named_with_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without root the message is the command to type."""
    monkeypatch.setattr(machine, "DEBIAN", {"no-such-program": "some-package"})
    monkeypatch.setattr(machine, "may_install", lambda: False)
    with pytest.raises(machine.Missing, match="sudo apt-get install some-package"):
        machine.provide_programs(machine.DEBIAN)


@pytest.mark.parametrize(("words", "is_fine"), [((), False), (("test_short.py",), True)])
def test_finding_no_long_check_is_fine_only_when_narrowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], is_fine: bool
) -> None:
    """A whole run that finds none has lost them, and fails."""
    (tmp_path / "test_short.py").write_text("def test_short():\n    assert True\n", encoding="utf-8")
    monkeypatch.setattr(do, "ROOT", tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:django -p no:cacheprovider")
    assert do.long_checks(words) is is_fine
