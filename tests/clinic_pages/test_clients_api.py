"""The same verbs for programs (decision 13)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from clinic.actors import SYSTEM
from clinic.services import clients as services
from tests.factories import NOW

JSON = {"content_type": "application/json"}


def test_create_read_and_correct(browse):
    browser = browse("reception")
    made = browser.post(reverse("api-client-list"), {"legal_name": "Teresa Quill", "birth_date": "1980-01-02"}, **JSON)
    assert made.status_code == 201
    url = reverse("api-client-detail", args=[made.json()["id"]])
    read = browser.get(url)
    changed = browser.patch(url, {"phone": "07700 900999"}, headers={"If-Match": read["ETag"]}, **JSON)
    assert changed.json()["phone"] == "07700 900999"
    assert changed["ETag"] != read["ETag"]


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"legal_name": "Teresa Quill"}, 400, "malformed", "birth_date"),
        ({"legal_name": 0, "birth_date": "1980-01-02"}, 400, "malformed", "legal_name"),
        ({"legal_name": "Teresa Quill", "birth_date": "1980-01-02", "role": "x"}, 400, "malformed", "role"),
        ({"legal_name": "Teresa Quill", "birth_date": "2015-01-02"}, 422, "under_18", "birth_date"),
        ({"legal_name": "Teresa Quill", "birth_date": "2999-01-02"}, 422, "invalid_date", "birth_date"),
        ({"legal_name": "Amara Okafor", "birth_date": "1988-05-04"}, 422, "possible_duplicate", "is_new_person"),
    ],
)
def test_a_refused_client_names_the_field(browse, body, status, code, field):
    response = browse("reception").post(reverse("api-client-list"), body, **JSON)
    assert (response.status_code, response.json()["code"], response.json()["field"]) == (status, code, field)


def test_a_correction_needs_the_version_and_a_stale_one_answers_with_both(browse, world):
    browser, url = browse("reception"), reverse("api-client-detail", args=[world.own.id])
    assert browser.patch(url, {"phone": "1"}, **JSON).status_code == 428
    services.edit_client(world.own, phone="07700 900777", by=SYSTEM, at=NOW)
    response = browser.patch(url, {"phone": "07700 900888"}, headers={"If-Match": '"1"'}, **JSON)
    assert response.status_code == 409
    assert response.json()["details"]["current"]["phone"] == "07700 900777"
    assert response.json()["details"]["yours"]["phone"] == "07700 900888"


def test_a_repeated_request_creates_one_client(browse):
    browser, body = browse("reception"), {"legal_name": "Teresa Quill", "birth_date": "1980-01-02"}
    once = browser.post(reverse("api-client-list"), body, headers={"Idempotency-Key": "k1"}, **JSON)
    again = browser.post(reverse("api-client-list"), body, headers={"Idempotency-Key": "k1"}, **JSON)
    assert once.json()["id"] == again.json()["id"]


def test_the_search_is_a_post(browse, world):
    found = browse("reception").post(reverse("api-client-search"), {"query": "amara"}, **JSON).json()["clients"]
    assert [client["id"] for client in found] == [str(world.own.id)]
