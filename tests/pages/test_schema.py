"""The published description of the API: every route and verb, nothing guessed, for signed-in staff only."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse

from clinic.openapi import names
from clinic.registry import ROUTES


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The description as a program would read it, made with every warning an error."""
    path = tmp_path_factory.mktemp("schema") / "schema.json"
    call_command("spectacular", "--fail-on-warn", "--validate", "--format", "openapi-json", "--file", str(path))
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_every_api_route_and_method_is_described(described: dict[str, Any]) -> None:
    """REQ-S12: no verb is missing, and none is described that the registry does not grant."""
    told = {(path, method.upper()) for path, item in described["paths"].items() for method in item}
    for path, name in names().items():
        if path.startswith("/api/v1/") and name != "api-schema":
            for method in ROUTES[name].methods:
                assert (path, method) in told


def test_a_write_names_what_it_takes_and_how_it_is_refused(described: dict[str, Any]) -> None:
    """Decision 13: 401 to 428, in the one shape of refusals."""
    correct = described["paths"]["/api/v1/clients/{client_id}/"]["patch"]
    assert correct["operationId"] == "client-detail-patch"
    assert {"200", "400", "401", "403", "404", "409", "422", "428", "503"} <= set(correct["responses"])
    refusal = correct["responses"]["409"]["content"]["application/json"]["schema"]["$ref"]
    assert set(described["components"]["schemas"][refusal.rsplit("/", 1)[1]]["properties"]) == {
        "code", "message", "field", "details",
    }  # fmt: skip
    assert {"name": "If-Match", "in": "header", "required": True}.items() <= correct["parameters"][0].items()
    assert correct["security"] == [{"session": []}]


def test_a_new_record_answers_201_and_names_its_fields(described: dict[str, Any]) -> None:
    """What the handler parses with is what is published."""
    create = described["paths"]["/api/v1/clients/{client_id}/allergies/"]["post"]
    assert "201" in create["responses"]
    body = create["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    assert {"tag", "words", "status"} == set(described["components"]["schemas"][body]["properties"])


def test_nobody_reads_it_without_signing_in(world: Any) -> None:
    """SEC-A1: the description is a route like any other."""
    assert Browser().get(reverse("api-schema")).status_code in (302, 401)
    staff = Browser()
    staff.force_login(world.people["reception"])
    assert staff.get(reverse("api-schema")).json()["info"]["title"] == "MesoRecord"
