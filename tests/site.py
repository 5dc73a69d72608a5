"""The real site on a fresh data folder: migrated, with the demo clinic, under gunicorn."""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
APPS = ("clinic", "consultations", "consent", "treatments", "aftercare", "evidence", "config")
MATTERS = {".py", ".yaml", ".yml", ".json", ".jpg"}  # what the demo clinic is made from


class Site:
    """One running site. `address` has no slash at the end."""

    def __init__(self, folder: Path, *, settings: str = "config.settings") -> None:
        self.folder, self.settings = folder, settings
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        """The environment of every program of this site: SQLite, demo mode, its own folder."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "MESORECORD_"))}
        own = {"MESORECORD_DATA": str(self.folder), "MESORECORD_DEMO": "1", "DJANGO_SETTINGS_MODULE": self.settings}
        return {**kept, **own}

    def manage(self, *arguments: str) -> str:
        """Run a management command; its output. Raises RuntimeError with what it said when it fails."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def prepare(self) -> None:
        """A fresh folder with both databases and the demo clinic: a copy of what this code made within the hour."""
        shutil.rmtree(self.folder, ignore_errors=True)
        copy_demo(self.folder)

    def make(self) -> None:
        """Both databases and the demo clinic, in a folder that is not there yet."""
        self.folder.mkdir(parents=True, mode=0o700)
        if not (ROOT / "build" / "static" / "staticfiles.json").exists():
            self.manage("collectstatic", "--noinput", "-v0")
        for name in ("keys", "default"):
            self.manage("migrate", "--database", name, "-v0")
        self.manage("load_demo")

    def start(self) -> None:
        """Serve, and wait until the sign-in page answers."""
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{self.port}"]
        command += ["--workers", "1", "--threads", "8", "--log-level", "warning", "--timeout", "60"]
        log = (self.folder / "web.log").open("wb")
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        assert self.process is not None
        for _ in range(START_SECONDS * 5):
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "web.log").read_text(errors="replace")[-2000:])
            if self._answers():
                return
            try:
                self.process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue
        raise RuntimeError("The site did not answer in time.")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/sign-in/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """End the server."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None


def copy_demo(target: Path) -> None:
    """Copy an untouched demo clinic. The first to come makes it; as it tells of today, it lasts an hour."""
    place = ROOT / "build" / "demo"
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        made = place / demo_digest()
        if not made.exists():
            for old in place.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            unfinished = Site(place / "unfinished")
            unfinished.make()
            unfinished.folder.rename(made)
        shutil.copytree(made, target)


def demo_digest() -> str:
    """A name for what the demo clinic is made from: this hour and the files of the apps."""
    total = hashlib.sha256(datetime.now(UTC).strftime("%Y-%m-%d %H").encode())
    for path in sorted(path for app in APPS for path in (ROOT / app).rglob("*") if path.suffix in MATTERS):
        total.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return total.hexdigest()[:16]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(folder: Path, *, settings: str = "config.settings") -> Iterator[Site]:
    """A prepared, running site."""
    site = Site(folder, settings=settings)
    site.prepare()
    site.start()
    try:
        yield site
    finally:
        site.stop()
