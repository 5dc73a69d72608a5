"""Everything there is: the whole world with a record of every kind for each relation, rolled back afterwards."""

from __future__ import annotations

import copy
import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.http import HttpResponse
from django.test import Client as Browser

from clinic import clock
from tests.factories import NOW, World, make_world
from tests.photos import links

REFUSED = {401, 403, 404, 405}
FOLDER = Path(__file__).parent
# `fields.csv` is the field matrix (tests/access/test_fields.py), not a matrix of routes.
APPS = sorted(path.stem for path in FOLDER.glob("*.csv") if path.stem != "fields")


def objects(world: World) -> dict[str, dict[str, Any]]:
    """The addresses of every route's own, colleague's and other clinic's record."""
    found: dict[str, dict[str, Any]] = {}
    first = ["consultations"]  # through its services, so before others put rows of their own beside them
    for app in [*first, *(name for name in APPS if name not in first)]:
        if (FOLDER / f"{app}.py").exists():
            found |= importlib.import_module(f"tests.matrix.{app}").objects(world)
    return found


@contextmanager
def everything() -> Iterator[tuple[World, dict[str, Any]]]:
    """The world and its addresses, inside transactions of both databases that are rolled back."""
    with clock.set_to(NOW):
        atomics = [transaction.atomic(using=alias) for alias in connections]
        for atomic in atomics:
            atomic.__enter__()
        try:
            world = make_world()
            yield world, objects(world)
        finally:
            for atomic in reversed(atomics):
                transaction.set_rollback(True, using=atomic.using)
                atomic.__exit__(None, None, None)


def ask(browser: Browser, method: str, url: str, body: Any = None, **headers: str) -> HttpResponse:
    """One request, JSON to the API, whose effects and cookies are undone."""
    cookies, url = copy.deepcopy(browser.cookies), links.signed_for(browser, url)
    with transaction.atomic(using="keys"), transaction.atomic():
        api = url.startswith("/api/") and method not in ("GET", "HEAD", "OPTIONS", "TRACE")
        data = {"content_type": "application/json", "data": json.dumps(body or {})} if api else {"data": body}
        if method not in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") or (body is None and not api):
            data = {}
        response: HttpResponse = getattr(browser, method.lower())(url, headers=headers, **data)
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")
    browser.cookies = cookies
    return response


def status_of(response: HttpResponse) -> int:
    """The status; being sent to the sign-in page counts as 401."""
    sent_away = response.status_code == 302 and "/sign-in/" in response.headers["Location"]
    return 401 if sent_away else response.status_code
