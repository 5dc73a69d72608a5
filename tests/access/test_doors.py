"""Abuse of addresses, over every address there is: other methods, crossed ids, unknown fields, sessions that are over.

Nothing here names a route: the addresses come from the registry, the records from the matrix (tests/matrix), so that a
new address is asked as well. Abuse cases A9, A11, A14, A16 and A17 of the security document.
"""

from __future__ import annotations

import csv
import itertools
import re
import uuid
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from clinic.registry import ROUTES, walk
from tests.factories import World
from tests.matrix.everything import APPS, FOLDER, REFUSED, ask, status_of

pytestmark = pytest.mark.django_db
get_resolver().url_patterns  # noqa: B018 - loads every route
ADDRESSES = {pattern.name: pattern for pattern in walk()}
STAFF_ROUTES = sorted(name for name, found in ROUTES.items() if found.audience == "staff" and name in ADDRESSES)
TAKES_FILES = {"api-client-photos", "api-consultation-photograph"}  # multipart, tested with their files in tests/photos
STARTS_BY_KIND = {"handover-start"}  # the document is looked for among the client's when the tablet shows it (SEC-B3)
METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE")
House = tuple[World, dict[str, Any]]


def allowed_roles() -> dict[tuple[str, str], str]:
    """For each route and method one role that the matrix lets in to its own record."""
    found: dict[tuple[str, str], str] = {}
    for app in APPS:
        with (FOLDER / f"{app}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                if "own" in row["relation"].split():
                    found.setdefault((row["route"], row["method"]), row["role"].split()[0])
    return found


ROLE_FOR = allowed_roles()
WRITES = sorted(
    (name, method)
    for name in STAFF_ROUTES
    for method in ROUTES[name].methods
    if method in ("POST", "PUT", "PATCH", "DELETE") and name.startswith("api-") and name not in TAKES_FILES
)


def address(name: str, house: House, relation: str = "own") -> str:
    """The address of a route's record."""
    return reverse(name, kwargs=house[1].get(name, {"own": {}})[relation])


@pytest.mark.parametrize("name", STAFF_ROUTES)
def test_methods_that_are_not_declared_are_refused(name, house, browsers):
    """SEC-A17 SEC-S3: verb tampering; whoever may use the address may not use another method on it, nor may nobody."""
    url, declared = address(name, house), set(ROUTES[name].methods)
    for method in set(METHODS) - declared - ({"HEAD"} if "GET" in declared else set()):
        for role in {*(ROLE_FOR.get((name, one), "lead") for one in declared), "lead", "nobody"}:
            status = status_of(ask(browsers[role], method, url))
            assert status in REFUSED, (method, role, status)


@pytest.mark.parametrize("name", [n for n in STAFF_ROUTES if "GET" in ROUTES[n].methods])
def test_head_is_refused_to_whom_get_is_refused(name, house, browsers):
    """SEC-A17: HEAD is a GET without a body, with the same permission."""
    for relation in house[1].get(name, {"own": {}}):
        for role in ("reception", "manager", "eqa", "learner", "nobody"):
            url = address(name, house, relation)
            got, head = ask(browsers[role], "GET", url), ask(browsers[role], "HEAD", url)
            assert status_of(head) == status_of(got), (role, relation)
            assert head.content == b"", (role, relation)


def crossed(name: str, house: House) -> list[dict[str, Any]]:
    """The own record's parent with another's child, and the other way round."""
    given = house[1].get(name, {})
    keys = [key for key, value in given.get("own", {}).items() if isinstance(value, uuid.UUID)]
    if len(keys) < 2:
        return []
    mixed = []
    for first, second in itertools.permutations(given, 2):
        for key in keys:
            one = {**given[first], key: given[second][key]}
            if one not in given.values():
                mixed.append(one)
    return mixed


NESTED = sorted(
    name for name in STAFF_ROUTES if len(ADDRESSES[name].pattern.converters) > 1 and name not in STARTS_BY_KIND
)


@pytest.mark.parametrize("name", NESTED)
def test_a_child_under_the_wrong_parent_is_not_there(name, house, browsers):
    """SEC-A9: right parent and wrong child, wrong parent and right child, every method: refused, and nothing written.

    An address may name what is wrong with the body first (400, 422); it never does anything. Reading is 404 or 403.
    """
    for kwargs in crossed(name, house):
        for method in ROUTES[name].methods:
            role = ROLE_FOR.get((name, method), "lead")
            answer = ask(browsers[role], method, reverse(name, kwargs=kwargs), {}, **{"If-Match": "1"})
            refused = {403, 404} if method == "GET" else {400, 403, 404, 422}
            assert answer.status_code in refused, (method, role, kwargs, answer.content[:300])


def test_some_addresses_are_nested(house):
    """SEC-A9: the check above is about something."""
    assert sum(bool(crossed(name, house)) for name in NESTED) >= 8


@pytest.mark.parametrize(("name", "method"), WRITES)
def test_an_unknown_field_is_refused(name, method, house, browsers):
    """SEC-A11: every writing address of the API answers 400 to a field it does not declare, whatever it is called."""
    browser = browsers[ROLE_FOR[name, method]]
    for field in ("surplus", "organisation_id", "recorded_by_id", "is_superuser"):
        answer = ask(browser, method, address(name, house), {field: "1"}, **{"If-Match": "1"})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), (field, answer.content[:300])
        assert field in str(answer.json()["details"]), (field, answer.content[:300])


@pytest.mark.parametrize("name", [n for n in STAFF_ROUTES if "GET" in ROUTES[n].methods])
def test_not_yours_and_not_there_are_the_same(name, house, browsers):
    """SEC-A14: the other clinic's record and an id that never was give the same answer, byte for byte."""
    given = house[1].get(name, {})
    if "other" not in given:
        return
    nowhere = {key: uuid.uuid4() if isinstance(value, uuid.UUID) else value for key, value in given["other"].items()}
    browser = browsers[ROLE_FOR[name, "GET"]]
    yours = ask(browser, "GET", reverse(name, kwargs=given["other"]))
    absent = ask(browser, "GET", reverse(name, kwargs=nowhere))
    assert (yours.status_code, absent.status_code) == (404, 404)
    assert without_ids(yours) == without_ids(absent)


def without_ids(answer: Any) -> tuple[str, dict[str, str]]:
    """Body and headers without the nonce and the token of the request."""
    headers = {key: value for key, value in answer.headers.items() if key != "Content-Security-Policy"}
    nonces = re.findall(r"nonce-([^']+)'", answer.headers.get("Content-Security-Policy", ""))
    tokens = re.findall(r"[A-Za-z0-9]{64}", answer.content.decode())
    body = answer.content.decode()
    for one in {*nonces, *tokens}:
        body = body.replace(one, "")
    return body, headers
