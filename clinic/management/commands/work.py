"""`manage.py work`: the queue and the clock. Runs due tasks and signs a root every ten minutes (decision 37)."""

from __future__ import annotations

import signal
import threading
from datetime import datetime
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from clinic import clock, roots
from clinic.documents import store
from clinic.erasure import running
from clinic.identity import attempts
from clinic.keystore import checks, keys, orphans
from clinic.logbook import watching
from clinic.photos import files, storing

PAUSE_SECONDS = 15.0
SWEEP_SECONDS = 3600


def _is_due(last: datetime | None, now: datetime, every_seconds: int) -> bool:
    return last is None or (now - last).total_seconds() >= every_seconds


def _sweep(now: datetime) -> None:
    """Keys, files and counters that belong to nothing any more."""
    orphans.sweep(at=now)
    files.sweep({*storing.known_files(), *store.known_files()}, at=now)
    attempts.sweep(now)


class Command(BaseCommand):
    """Loops until it is told to stop; `--once` does one round."""

    help = "Run queued tasks and clock duties."

    def add_arguments(self, parser: Any) -> None:
        """`--once` for tests and cron."""
        parser.add_argument("--once", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """One round, or rounds until SIGTERM."""
        checks.harden()
        stop = threading.Event()
        if not options["once"]:
            signal.signal(signal.SIGTERM, lambda *_: stop.set())
            signal.signal(signal.SIGINT, lambda *_: stop.set())
        rooted: datetime | None = None
        swept: datetime | None = None
        while not stop.is_set():
            now = clock.now()
            if _is_due(rooted, now, roots.EVERY_SECONDS):
                roots.make_root(now)
                rooted = now
            running.settle(now)
            if _is_due(swept, now, SWEEP_SECONDS):
                _sweep(now)
                swept = now
            watching.watch(now)
            call_command("db_worker", "--batch", "--no-startup-delay", verbosity=0)
            keys.forget()
            close_old_connections()
            if options["once"]:
                return
            stop.wait(PAUSE_SECONDS)
