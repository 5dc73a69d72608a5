"""What each audience is given, key by key: `tests/matrix/fields.csv` lists it; a key that is not listed fails (A12).

`route,roles,fields`: the keys of the JSON answer by path; `[]` is an item of a list, `.*` whatever stands below
(answers by question, scores by zone). A role that the matrix lets in needs a row for what it is given.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.urls import reverse

from clinic.registry import ROUTES
from tests.access.test_doors import STAFF_ROUTES
from tests.factories import World
from tests.matrix.everything import APPS, FOLDER, ask

pytestmark = pytest.mark.django_db
READS = [name for name in STAFF_ROUTES if name.startswith("api-") and "GET" in ROUTES[name].methods]
# Names of columns and parts of columns that stay inside, for every audience.
NEVER = ("password", "token", "secret", "hash", "key_version", "recorded_by_id", "organisation_id", "session_key")
NAMES_SOMEBODY = (
    "legal_name",
    "known_as",
    "birth_date",
    "phone",
    "email",
    "address",
    "client_name",
    "client",
    "client_id",
)


@cache
def listed() -> dict[tuple[str, str], frozenset[str]]:
    """The keys of each route and role."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    with (FOLDER / "fields.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            for role in row["roles"].split():
                found[row["route"], role] = found.get((row["route"], role), frozenset()) | set(row["fields"].split())
    return found


@cache
def readers() -> dict[str, frozenset[str]]:
    """Roles that the matrix lets read their own record."""
    found: dict[str, set[str]] = {}
    for app in APPS:
        with (FOLDER / f"{app}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                if row["method"] == "GET" and "own" in row["relation"].split():
                    found.setdefault(row["route"], set()).update(row["role"].split())
    return {name: frozenset(roles) for name, roles in found.items()}


def paths(value: Any, under: str = "") -> Iterator[str]:
    """The paths of all keys of an answer."""
    if isinstance(value, list):
        for item in value:
            yield from paths(item, f"{under}[]")
    elif isinstance(value, dict):
        for key, inside in value.items():
            path = f"{under}.{key}".lstrip(".")
            yield path
            yield from paths(inside, path)


def is_listed(path: str, fields: frozenset[str]) -> bool:
    """Whether a path is listed, or stands below one that is listed as a whole."""
    return path in fields or any(one.endswith(".*") and path.startswith(one[:-1]) for one in fields)


@pytest.mark.parametrize("name", READS)
def test_no_audience_is_given_a_key_that_is_not_listed(name, house: tuple[World, dict[str, Any]], browsers):
    """SEC-A1 SEC-A4 SEC-A12 SEC-S5: every role that may read, every key of the real answer."""
    _, objects = house
    surplus, given = [], set()
    for role in sorted(readers()[name] - {"client"}):
        kwargs = objects.get(name, {"own": {}})["own"]
        answer = ask(browsers[role], "GET", reverse(name, kwargs=kwargs))
        found = set(paths(answer.json()))
        given |= found
        fields = listed().get((name, role), frozenset())
        surplus += [f"{role}: {path}" for path in sorted(found) if not is_listed(path, fields)]
    assert surplus == []
    assert [path for path in given if path.rsplit(".", 1)[-1].strip("[]") in NEVER] == []


@pytest.mark.parametrize("role", ["assessor", "iqa", "eqa", "tutor"])
def test_who_assesses_is_never_given_who_a_client_is(role):
    """SEC-A4 SEC-S5: no list of theirs holds such a key; in their own actions a client is an id and a code."""
    wrong = [
        (route, path)
        for (route, whose), fields in listed().items()
        for path in fields
        if whose == role and route != "api-log-own" and path.rsplit(".", 1)[-1] in NAMES_SOMEBODY
    ]
    assert wrong == []


@pytest.mark.parametrize("role", ["reception", "manager"])
def test_reception_and_manager_read_no_chart(role):
    """SEC-A1 SEC-A7 SEC-S5: no route about a chart is listed for them."""
    charts = (
        "consult",
        "photo",
        "session",
        "course",
        "allerg",
        "consent",
        "sheet",
        "timeline",
        "prescription",
        "patch",
    )
    routes = {route for route, whose in listed() if whose == role}
    assert [route for route in routes if any(word in route for word in charts)] == ["api-session-list"]


def test_every_row_is_about_a_route_and_a_reader():
    """SEC-S5: a row nobody is given would hide a slip."""
    assert [cell for cell in listed() if cell[1] not in readers().get(cell[0], frozenset())] == []
