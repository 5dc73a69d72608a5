"""Everywhere a text could lie after a day's work: databases, keys, files, log, mails, addresses, error pages, temp."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import mail
from django.db import connections
from django.test import Client as Browser

from clinic.logs import AllowListFormatter
from tests.keys.test_key_store import _stolen
from tests.leaks import forms

REFUSALS = {400, 401, 403, 404, 405, 500, 503}  # a 422 shows to whoever typed what was typed


@dataclass
class Places:
    """What was gathered, and a folder for temporary files and the log."""

    folder: Path
    addresses: list[str] = field(default_factory=list)
    refusals: list[bytes] = field(default_factory=list)

    def browser(self) -> Browser:
        """A browser whose addresses and refusals are kept, as an access log and a proxy would."""
        found = Browser(raise_request_exception=False)
        send = found.request

        def request(**environ: Any) -> Any:
            answer = send(**environ)
            self.addresses += [f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"]
            self.addresses += [answer.get("Location", ""), answer.get("HX-Redirect", "")]
            if answer.status_code in REFUSALS:
                self.refusals.append(answer.content)
            return answer

        found.request = request  # type: ignore[method-assign]
        return found

    def contents(self) -> dict[str, bytes]:
        """Every place by its name, as bytes."""
        data = Path(settings.DATA_DIR)
        databases = {Path(str(one.settings_dict["NAME"])).name for one in connections.all()}
        kept = [path for path in data.rglob("*") if path.is_file()]
        return {
            "databases with their logs": _stolen(),
            "files, keys and roots": b"\n".join(
                path.name.encode() + b"\n" + path.read_bytes()
                for path in kept
                if not path.name.startswith((*databases, "template-"))
            ),
            "server log": (self.folder / "server.log").read_bytes(),
            "mails": b"\n".join(message.message().as_bytes() for message in mail.outbox),
            "addresses": "\n".join(self.addresses).encode(),
            "error pages": b"\n".join(self.refusals),
            "temporary files": b"\n".join(p.read_bytes() for p in (self.folder / "tmp").rglob("*") if p.is_file()),
        }

    def hits(self, texts: tuple[str, ...]) -> list[tuple[str, str, str]]:
        """(place, text, form) of everything that can be read."""
        return [(place, *hit) for place, content in self.contents().items() for hit in forms.search(content, texts)]


@contextmanager
def watched(folder: Path) -> Iterator[Places]:
    """Gather what happens in here. The log is written by the site's own formatter, more of it than usual."""
    (folder / "tmp").mkdir()
    was, tempfile.tempdir = tempfile.tempdir, str(folder / "tmp")
    handler = logging.FileHandler(folder / "server.log")
    handler.setFormatter(AllowListFormatter())
    loggers = [logging.getLogger(name) for name in ("", "mesorecord", "django", "django.request", "django.db.backends")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    try:
        yield Places(folder)
    finally:
        tempfile.tempdir = was
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
        handler.close()
