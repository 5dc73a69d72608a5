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

import csv
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.urls import get_resolver, reverse

from clinic.access import could
from clinic.choices import Role
from clinic.handover import kinds
from clinic.registry import ROUTES, check_routes, walk
from clinic.services import handover
from tests.factories import NOW, World
from tests.identity.support import prove
from tests.matrix.everything import APPS, FOLDER, REFUSED, ask, everything, status_of

pytestmark = pytest.mark.django_db
ROLES = [*Role.values, "client", "nobody"]
RELATIONS = ("own", "colleague", "other")


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


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, Any], dict[str, Browser]]]:
    """One world for all routes; every request is rolled back."""
    with django_db_blocker.unblock(), everything() as (world, objects):
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


def _expected(name: str, method: str, role: str, relation: str) -> bool:
    return (name, method, role, relation) in ALLOWED


def _is_right(status: int, name: str, method: str, role: str, relation: str) -> bool:
    """Let in where it is listed, refused elsewhere; another clinic's record does not exist for whoever has a like one.

    A 403 there would say that the record exists (SEC-A8).
    """
    if _expected(name, method, role, relation):
        return status not in REFUSED and status < 500
    if relation == "other" and _expected(name, method, role, "own"):
        return status == 404
    return status in REFUSED


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


def test_every_address_with_an_object_is_asked_for_all_relations(house):
    """SEC-S4 SEC-A9: own and the other clinic's, for every address that names a record; a client's also colleague's."""
    _, objects, _ = house
    missing = []
    for pattern in walk():
        given = objects.get(pattern.name, {})
        is_clients = any("client" in key for key in pattern.pattern.converters)
        if pattern.pattern.converters and ROUTES[pattern.name].audience == "staff":
            missing += [
                (pattern.name, key) for key in RELATIONS if key not in given and (key != "colleague" or is_clients)
            ]
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
def test_cells_of(name, house, record_property):
    """All roles and relations of one route."""
    _, objects, browsers = house
    found = objects.get(name, {"own": {}})
    wrong, cells = [], 0
    for method in _methods(name):
        for relation in RELATIONS:
            if relation not in found:
                continue
            url = reverse(name, kwargs=found[relation])
            for role in ROLES:
                status = status_of(ask(browsers[role], method, url))
                cells += 1
                if not _is_right(status, name, method, role, relation):
                    wrong.append(f"{method} {role} {relation}: {status}")
    record_property("cells", cells)
    assert wrong == []
