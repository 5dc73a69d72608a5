"""A build that leaks on purpose: whatever sealed text is saved also goes somewhere else. For tests/leaks only."""

from __future__ import annotations

import base64
import gzip
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import send_mail
from django.db import connections
from django.db.models.signals import post_save
from django.test import Client as Browser

from clinic.encryption import sealed_fields

Sink = Callable[[str, Browser], None]


def _column(alias: str, form: Callable[[str], Any]) -> Sink:
    def sink(text: str, browser: Browser) -> None:
        with connections[alias].cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS leaked (value BLOB)" if _is_sqlite() else _POSTGRESQL)
            cursor.execute("INSERT INTO leaked VALUES (%s)", [form(text)])

    return sink


_POSTGRESQL = "CREATE TABLE IF NOT EXISTS leaked (value BYTEA)"


def _is_sqlite() -> bool:
    return connections["default"].vendor == "sqlite"


def _session(text: str, browser: Browser) -> None:
    session = SessionStore()
    session["last"] = text * 20
    session.save()


def _media(text: str, browser: Browser) -> None:
    folder = Path(settings.DATA_DIR) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "leaked.json").write_bytes(b'{"seen":"' + base64.b64encode(b"x" + text.encode()) + b'"}')


def _temporary(text: str, browser: Browser) -> None:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(gzip.compress(text.encode() * 3))


SINKS: dict[str, tuple[str, Sink]] = {
    "clear column": ("databases with their logs", _column("default", str.encode)),
    "wide column": ("databases with their logs", _column("default", lambda text: text.encode("utf-16-le"))),
    "column in hex": ("databases with their logs", _column("default", lambda text: text.encode().hex().encode())),
    "key store": ("databases with their logs", _column("keys", str.encode)),
    "session row": ("databases with their logs", _session),
    "media folder": ("files, keys and roots", _media),
    "log event": ("server log", lambda text, _: logging.getLogger("mesorecord").info(text)),
    "mail": ("mails", lambda text, _: (send_mail("News", text, "a@a.example", ["b@b.example"]), None)[1]),
    "address": ("addresses", lambda text, browser: (browser.get(f"/clients/?find={quote(text)}"), None)[1]),
    "temporary file": ("temporary files", _temporary),
}


@contextmanager
def leaking(name: str, browser: Browser) -> Iterator[None]:
    """The build with one leak."""
    sink = SINKS[name][1]

    def leak(sender: Any, instance: Any, **_: Any) -> None:
        for one in sealed_fields(sender):
            value = getattr(instance, one.attname)
            if isinstance(value, str) and value:
                sink(value, browser)

    post_save.connect(leak, weak=False)
    try:
        yield
    finally:
        post_save.disconnect(leak)
