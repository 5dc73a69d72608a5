"""Every route × every role × own, colleague's, other clinic's and nobody's (decision 6, SEC-S3, SEC-S4).

The allowed cells are written by hand in `tests/matrix/<app>.csv` (`route,method,role,relation`; several roles
or relations
may stand in one cell, separated by spaces; a route without an object has the relation `own` only); whatever is
not listed
there must be refused. Objects come from `tests/matrix/<app>.py`: `objects(world)` gives for each route the
address of the
own client's, the colleague's client's and the other clinic's record.
"""

from __future__ import annotations

import copy
import csv
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.urls import get_resolver, reverse

from clinic import clock
from clinic.access import could
from clinic.choices import Role
from clinic.handover import kinds
from clinic.registry import ROUTES, check_routes
from clinic.services import handover
from tests.factories import NOW, World, make_world
from tests.identity.support import prove

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent / "matrix"
APPS = sorted(path.stem for path in FOLDER.glob("*.csv"))
ROLES = [*Role.values, "client", "nobody"]
RELATIONS = ("own", "colleague", "other")
REFUSED = {401, 403, 404, 405}


def _plain_page(request: HttpRequest, held: Any) -> HttpResponse:
    return HttpResponse("yours")


PLAIN_KIND = kinds.HandedKind(
    _plain_page, _plain_page, _plain_page, _plain_page, lambda *_: {"version": 1}, lambda *_: {"version": 1}
)
get_resolver().url_patterns  # noqa: B018 - loads every route


def allowed_cells() -> set[tuple[str, str, str, str]]:
    """(route, method, role, relation) that are allowed."""
    cells = set()
    for app in APPS:
        with (FOLDER / f"{app}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                for role in row["role"].split():
                    cells |= {(row["route"], row["method"], role, relation) for relation in row["relation"].split()}
    return cells


ALLOWED = allowed_cells()


def _methods(name: str) -> list[str]:
    found = ROUTES[name]
    return sorted(found.methods) or ["GET", "POST"]


def _bodies(world: World, objects: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    first = ["consultations"]  # through its services, so before others put rows of their own beside them
    for app in [*first, *(name for name in APPS if name not in first)]:
        module = FOLDER / f"{app}.py"
        if module.exists():
            objects |= importlib.import_module(f"tests.matrix.{app}").objects(world)
    return objects


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, Any], dict[str, Browser]]]:
    """One world for all routes; every request is rolled back."""
    with django_db_blocker.unblock(), clock.set_to(NOW):
        atomics = [transaction.atomic(using=alias) for alias in connections]
        for atomic in atomics:
            atomic.__enter__()
        world = make_world()
        objects = _bodies(world, {})
        browsers = {role: Browser(raise_request_exception=False) for role in ROLES}
        for role in Role.values:
            browsers[role].force_login(world.people[role])
            prove(browsers[role])
        shown = kinds._KINDS.get("questionnaire")
        kinds._KINDS["questionnaire"] = PLAIN_KIND
        by = world.actor("practitioner")
        _, token = handover.start_handover(world.own, "questionnaire", world.own.id, by=by, at=NOW)
        browsers["client"].cookies[settings.INTAKE_COOKIE_NAME] = token
        yield world, objects, browsers
        if shown is not None:
            kinds._KINDS["questionnaire"] = shown
        for atomic in reversed(atomics):
            transaction.set_rollback(True, using=atomic.using)
            atomic.__exit__(None, None, None)


def _ask(browser: Browser, method: str, url: str) -> int:
    cookies = copy.deepcopy(browser.cookies)
    with transaction.atomic(using="keys"), transaction.atomic():
        api = url.startswith("/api/")
        kind = {"content_type": "application/json", "data": "{}"} if api and method != "GET" else {}
        response = getattr(browser, method.lower())(url, **kind)
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")
    browser.cookies = cookies
    if response.status_code == 302 and "/sign-in/" in response.headers["Location"]:
        return 401
    return int(response.status_code)


def _expected(name: str, method: str, role: str, relation: str) -> bool:
    return (name, method, role, relation) in ALLOWED


def _names() -> list[str]:
    return sorted(ROUTES)


def test_no_address_is_outside_the_registry():
    """SEC-A17."""
    assert check_routes(None) == []


def test_a_stray_address_stops_the_start_up_check(monkeypatch):
    """SEC-A17: an address that nobody declared is an error."""
    name = _names()[0]
    monkeypatch.delitem(ROUTES, name)
    assert any(name in str(error) or "not in the route registry" in str(error) for error in check_routes(None))


def test_every_listed_cell_names_a_route_a_method_and_a_role():
    wrong = [cell for cell in ALLOWED if cell[0] not in ROUTES or cell[2] not in ROLES or cell[3] not in RELATIONS]
    assert wrong == []


def test_every_route_is_in_the_matrix():
    missing = [name for name in _names() if not any(cell[0] == name for cell in ALLOWED)]
    assert missing == []


@pytest.mark.parametrize("role", Role.values)
def test_the_roles_of_the_table_and_of_the_policy_agree(role, house):
    """A listed cell is granted to that role by the policy, a role without any listed cell for a route's verb
    is not let in.
    """
    world, _, _ = house
    actor = world.actor(role)
    for name in _names():
        for method, can in ROUTES[name].methods.items():
            if any(cell[:3] == (name, method, role) for cell in ALLOWED):
                assert could(actor, can), (name, method)


@pytest.mark.parametrize("name", _names())
def test_cells_of(name, house):
    """All roles and relations of one route."""
    _, objects, browsers = house
    found = objects.get(name, {"own": {}})
    wrong = []
    for method in _methods(name):
        for relation in RELATIONS:
            if relation not in found:
                continue
            url = reverse(name, kwargs=found[relation])
            for role in ROLES:
                status = _ask(browsers[role], method, url)
                let_in = status not in REFUSED and status < 500
                if let_in != _expected(name, method, role, relation) or status >= 500:
                    wrong.append(f"{method} {role} {relation}: {status}")
    assert wrong == []
