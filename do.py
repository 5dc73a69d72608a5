#!/usr/bin/env python3
"""The one entry script of MesoRecord. `python3 do.py help` lists the commands.

Needs Python 3.11 with venv and the package registries; everything else is fetched by hash. A step whose inputs have not
changed is skipped. All data lives in `var/` (or the folder MESORECORD_DATA names).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from config import serving
from tests import machine

ROOT = Path(__file__).resolve().parent
VENV, BUILD = ROOT / ".venv", ROOT / "build"
PYTHON = VENV / "bin" / "python"
APPS = ("clinic", "consultations", "consent", "treatments", "aftercare", "evidence", "config")


class Failed(SystemExit):
    """A step that did not work, with the remedy."""

    def __init__(self, message: str) -> None:
        print(f"\ndo.py: {message}", file=sys.stderr, flush=True)
        super().__init__(1)


def say(text: str) -> None:
    """One line of progress."""
    print(f"· {text}", flush=True)


def data_folder() -> Path:
    """Where the records of this installation live."""
    return Path(os.environ.get("MESORECORD_DATA") or ROOT / "var").resolve()


def environment(**extra: str) -> dict[str, str]:
    """The environment of every program started here."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **extra}


def run(*command: object, remedy: str, env: dict[str, str] | None = None) -> None:
    """Run a program to its end, or stop with the remedy."""
    words = [str(word) for word in command]
    if subprocess.run(words, cwd=ROOT, env=env or environment(), check=False).returncode:
        raise Failed(f"{' '.join(words[:4])} … did not finish. {remedy}")


def manage(*arguments: object, remedy: str, data: Path | None = None, demo: bool = True) -> None:
    """Run one management command."""
    env = environment(MESORECORD_DATA=str(data or data_folder()), **({"MESORECORD_DEMO": "1"} if demo else {}))
    run(PYTHON, "manage.py", *arguments, remedy=remedy, env=env)


# --- steps that are skipped when nothing changed ---------------------------------------------------------------------


def digest(paths: Iterable[Path]) -> str:
    """One hash over the names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def files(*folders: str, suffixes: Sequence[str] = ()) -> list[Path]:
    """All files below folders of the checkout."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    return [p for p in found if p.is_file() and "__pycache__" not in p.parts and (not suffixes or p.suffix in suffixes)]


def once(stamp: Path, value: str, text: str, step: Callable[[], None]) -> None:
    """Do a step unless its stamp says that it was done with the same inputs."""
    if stamp.exists() and stamp.read_text(encoding="ascii") == value:
        return
    say(text)
    step()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value, encoding="ascii")


@contextlib.contextmanager
def alone(folder: Path = BUILD) -> Iterator[None]:
    """Only one do.py at a time works in a folder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another do.py is at work in {folder}; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def virtual_environment() -> None:
    """The folder `.venv`."""
    if sys.version_info < (3, 11):
        raise Failed("Python 3.11 or newer is needed.")
    if PYTHON.exists():
        return
    say("making the virtual environment in .venv")
    if subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False).returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Failed("Python's venv module is missing. On Debian: sudo apt-get install python3-venv")


def python_packages(name: str) -> None:
    """Install exactly what a lock names, checked by hash; test.lock holds all of run.lock."""
    stamps = {lock: digest([ROOT / "requirements" / f"{lock}.lock"]) for lock in ("run", "test")}
    whole = VENV / ".stamp-test"
    if name == "run" and whole.exists() and whole.read_text(encoding="ascii") == stamps["test"]:
        return

    def install() -> None:
        pip = (PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes")
        run(*pip, "-r", f"requirements/{name}.lock", remedy="Is the Python package registry reachable?")

    once(VENV / f".stamp-{name}", stamps[name], f"installing Python packages of {name}.lock (a minute or two)", install)


def front_end_packages() -> None:
    """Install the front-end files of package-lock.json; no package script runs."""
    env = environment()
    for folder in ("/etc", "/usr/etc"):  # the wheel's npm has a prefix of its own and misses the machine's npmrc
        if (Path(folder) / "npmrc").exists():
            env.setdefault("npm_config_globalconfig", f"{folder}/npmrc")

    def install() -> None:
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        run(VENV / "bin" / "npm", "ci", *options, remedy="Is the npm registry reachable?", env=env)

    stamp = ROOT / "node_modules" / ".stamp"
    once(stamp, digest([ROOT / "package-lock.json"]), "installing front-end files of package-lock.json", install)


def static_files() -> None:
    """Collect, hash and compress what the browser loads."""
    inputs = [*files("static"), ROOT / "package-lock.json", ROOT / "requirements/run.lock"]
    inputs += [path for path in files("config", suffixes=(".py",)) if path.name in ("staticfiles.py", "settings.py")]

    def collect() -> None:
        remedy = "A file named in config/staticfiles.py or in a style sheet is missing."
        manage("collectstatic", "--noinput", "--clear", "-v0", remedy=remedy, data=BUILD / "setup")

    once(BUILD / ".stamp-static", digest(inputs), "collecting static files", collect)


def database(folder: Path) -> None:
    """Bring both databases of a data folder up to date."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def migrate() -> None:
        manage("migrate", "keystore", "--database", "keys", "-v0", remedy="See the message above.", data=folder)
        manage("migrate", "-v0", remedy="See the message above.", data=folder)

    stamp = folder / ".schema"
    if not (folder / "mesorecord.sqlite3").exists() and os.environ.get("MESORECORD_DB") != "postgresql":
        stamp.unlink(missing_ok=True)
    value = digest(files(*APPS, suffixes=(".py",))) + os.environ.get("PGDATABASE", "")
    once(stamp, value, f"bringing the databases in {folder} up to date", migrate)


def demo_clinic(folder: Path) -> None:
    """Load the demo clinic, once."""

    def load() -> None:
        manage("load_demo", remedy=f"Remove {folder} to start afresh.", data=folder)

    once(folder / ".demo", "loaded", "loading the demo clinic through the real services", load)


def set_up(lock: str = "run") -> None:
    """Everything but data."""
    virtual_environment()
    python_packages(lock)
    front_end_packages()
    static_files()


# --- what tests need on top ------------------------------------------------------------------------------------------


def set_up_tests() -> None:
    """Packages of test.lock, with the browser and the PDF tools fetched beside them."""
    failures: list[str] = []

    def fetch() -> None:
        try:
            machine.provide_programs()
        except machine.Missing as error:
            failures.append(str(error))

    beside = threading.Thread(target=fetch)
    beside.start()
    set_up("test")
    beside.join()
    if failures:
        raise Failed(failures[0])


def pytest(title: str, *arguments: str, nothing_is_fine: bool = False, env: dict[str, str] | None = None) -> bool:
    """One run of pytest; its closing line is the last thing it prints. True when it passed."""
    say(title)
    command = (str(PYTHON), "-m", "pytest", "-q", *arguments)
    code = subprocess.run(command, cwd=ROOT, env=environment(**(env or {})), check=False).returncode
    return code == 0 or (nothing_is_fine and code == 5)


def long_checks(words: Sequence[str]) -> bool:
    """The long checks; to find none of them is fine only where words narrow the run."""
    return pytest("long checks", "-m", "full", *words, nothing_is_fine=bool(words))


# --- commands --------------------------------------------------------------------------------------------------------


def prepare_demo() -> Path:
    """Set up, migrate, load the demo clinic; the data folder."""
    folder = data_folder()
    with alone():
        set_up()
    with alone(folder):
        database(folder)
        demo_clinic(folder)
    return folder


def sign_ins() -> None:
    """Print the people of the demo clinic."""
    manage("load_demo", "--sign-ins", remedy="Remove the data folder to start afresh.")


def command_demo(*_: str) -> int:
    """what `run` does, without serving"""
    folder = prepare_demo()
    sign_ins()
    say(f"ready; the data is in {folder}")
    return 0


def command_run(*_: str) -> int:
    """set up, load the demo clinic and serve it on 127.0.0.1:8000 (PORT changes the port)"""
    try:
        address = serving.free_address(os.environ.get("PORT", "8000"))
    except serving.Taken as error:
        raise Failed(f"{error} Name another port: PORT=8001 python3 do.py run") from error
    folder = prepare_demo()
    sign_ins()
    env = environment(MESORECORD_DATA=str(folder), MESORECORD_DEMO="1")
    web = ("gunicorn", "config.wsgi", "-b", address, "--workers", "1", "--threads", "8", "--log-level", "warning")
    say(f"open http://{address}/ (Ctrl-C stops; the data stays in {folder})")
    code = serving.side_by_side([PYTHON, "-m", *web], [PYTHON, "manage.py", "work"], folder=ROOT, env=env)
    say("stopped" if code == 0 else "one of the two programs ended by itself, so both were; see above")
    return code


def command_test(*arguments: str) -> int:
    """all tests on SQLite; --full adds PostgreSQL and the long checks; the rest goes to pytest"""
    full, rest = "--full" in arguments, [word for word in arguments if word != "--full"]
    with alone():
        set_up_tests()
    spread = () if any(word.startswith("-n") for word in rest) else ("-n", "2", "--dist", "loadgroup")
    passed = [pytest("tests on SQLite", *spread, "-m", "not full", *rest)]
    if full:
        try:
            with machine.postgresql() as env:
                passed += [pytest("database tests on PostgreSQL", *spread, "-m", "db", *rest, env=env)]
        except machine.Missing as error:
            raise Failed(str(error)) from error
        passed += [long_checks(rest)]
    return 0 if all(passed) else 1


def static_checks() -> list[tuple[str, tuple[object, ...], dict[str, str]]]:
    """What `check` runs: title, command, environment."""
    data = {"MESORECORD_DATA": str(BUILD / "check"), "MESORECORD_DEMO": ""}
    tests = ("tests/test_architecture.py", "tests/test_tooling.py")
    return [
        ("ruff", (VENV / "bin/ruff", "check", "."), {}),
        ("format", (VENV / "bin/ruff", "format", "--check", "."), {}),
        ("templates", (VENV / "bin/djlint", "templates", "--lint", "--quiet"), {}),
        ("mypy", (PYTHON, "-m", "mypy", "."), data),
        ("migrations", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"), data),
        ("settings", (PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"), data),
        ("architecture", (PYTHON, "-m", "pytest", "-q", *tests), {}),
        ("rows", (PYTHON, "-m", "tests.rows", "--quiet"), {}),
    ]


def command_check(*_: str) -> int:
    """static checks only: style, types, templates, migrations, settings, architecture, rows"""
    with alone():
        set_up("test")
    failed = []
    for title, command, extra in static_checks():
        say(title)
        words = [str(word) for word in command]
        if subprocess.run(words, cwd=ROOT, env=environment(**extra), check=False).returncode:
            failed.append(title)
    if failed:
        raise Failed(f"check failed: {', '.join(failed)}. ruff format and ruff check --fix repair most of style.")
    say("check passed")
    return 0


def command_journey(*arguments: str) -> int:
    """walk one client through steps 1-11 in a real browser; CLIENT="Any Name" names the client"""
    names = [word.removeprefix("CLIENT=") for word in arguments if word.startswith("CLIENT=")]
    with alone():
        set_up_tests()
    client = names[-1] if names else os.environ.get("CLIENT", "")
    run(PYTHON, "-m", "tests.journey", *(["--client", client] if client else []), remedy="See build/journey/.")
    return 0


def command_screenshots(*_: str) -> int:
    """make the pictures of the README and the user guide anew"""
    with alone():
        set_up_tests()
    run(PYTHON, "-m", "tests.journey", "--pictures", "docs/img", remedy="See build/journey/.")
    return 0


def command_bench(*arguments: str) -> int:
    """drive the app under gunicorn against a floor view in the same process and print ratios"""
    with alone():
        set_up_tests()
    run(PYTHON, "-m", "bench", *arguments, remedy="See the message above.")
    return 0


def command_security(*arguments: str) -> int:
    """the gates before a release, one line each with its figure; --quick leaves out the long checks"""
    with alone():
        set_up_tests()
    return subprocess.run([str(PYTHON), "-m", "tests.gates", *arguments], cwd=ROOT, check=False).returncode


def command_rows(*arguments: str) -> int:
    """every requirement row with its owner and the tests that carry its tag"""
    return subprocess.run([sys.executable, "-m", "tests.rows", *arguments], cwd=ROOT, check=False).returncode


def command_export(*arguments: str) -> int:
    """take every record out: one ZIP of JSON, PDF and pictures (default build/export.zip)"""
    with alone():
        set_up()
        database(data_folder())
    target = Path(arguments[0] if arguments else BUILD / "export.zip").resolve()
    manage("export_records", target, remedy="See the message above.", demo=os.environ.get("MESORECORD_DEMO") == "1")
    return 0


def command_help(*_: str) -> int:
    """this list"""
    print(f"{__doc__}\nCommands:")
    for name, command in COMMANDS.items():
        print(f"  python3 do.py {name:<12} {command.__doc__}")
    return 0


COMMANDS: dict[str, Callable[..., int]] = {
    name.removeprefix("command_"): value for name, value in list(globals().items()) if name.startswith("command_")
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; `help` when there is none."""
    name, *rest = arguments or ["help"]
    if name not in COMMANDS:
        raise Failed(f"There is no command {name}. python3 do.py help lists them.")
    return COMMANDS[name](*rest)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\ndo.py: stopped; run it again to go on")
