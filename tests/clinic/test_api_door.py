"""The API door: repeatable requests, one shape of refusal, denials in the log (decisions 13 and 29, SEC-D5,
SEC-A11).
"""

import uuid

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clinic.models import AuditEntry, Client

pytestmark = pytest.mark.django_db
NEW = {"legal_name": "Nadia Haddad", "birth_date": "1990-02-03", "phone": "07700 900333"}


def browser_of(world, name="reception"):
    browser = Browser()
    browser.force_login(world.people[name])
    return browser


def create(browser, body, key):
    return browser.post(
        reverse("api-client-list"), body, content_type="application/json", headers={"Idempotency-Key": key}
    )


def test_the_same_request_twice_makes_one_record(world):
    """SEC-D5: the answer is stored and given again."""
    browser, key = browser_of(world), str(uuid.uuid4())
    before = Client.objects.count()
    first, second = create(browser, NEW, key), create(browser, NEW, key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Client.objects.count() == before + 1


def test_the_same_key_for_another_body_is_refused(world):
    browser, key = browser_of(world), str(uuid.uuid4())
    create(browser, NEW, key)
    answer = create(browser, {**NEW, "phone": "07700 900334"}, key)
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


def test_a_refused_request_with_a_key_is_still_in_the_log(world):
    """A door's own transaction is rolled back; the entry of the refusal is not."""
    answer = create(browser_of(world), {**NEW, "birth_date": "2012-01-01"}, str(uuid.uuid4()))
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "under_18", "birth_date")
    assert AuditEntry.objects.filter(outcome="refused", action="clinic.create_client").count() == 1


@pytest.mark.parametrize(
    ("body", "field"), [({**NEW, "role": "lead"}, "role"), ({**NEW, "legal_name": 0}, "legal_name"), ({}, "legal_name")]
)
def test_malformed_input_names_the_field(world, body, field):
    """SEC-A11: unknown fields and wrong types are refused, nothing is saved."""
    before = Client.objects.count()
    answer = create(browser_of(world), body, str(uuid.uuid4()))
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert Client.objects.count() == before


def test_asking_for_another_clinics_client_is_not_found_and_logged(world):
    """SEC-A8: 404, with an entry in the log of the clinic that was asked about."""
    answer = browser_of(world).get(reverse("api-client-detail", args=[world.other.id]))
    absent = browser_of(world).get(reverse("api-client-detail", args=[uuid.uuid4()]))
    assert (answer.status_code, answer.content) == (404, absent.content)
    entry = AuditEntry.objects.get(outcome="denied", client_id=world.other.id)
    assert entry.actor_id == world.people["reception"].id


def test_an_edit_without_the_version_read_is_refused(world):
    address = reverse("api-client-detail", args=[world.own.id])
    answer = browser_of(world).patch(address, {"phone": "1"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (428, "version_missing")


def test_nothing_is_cached(world):
    """SEC-E11."""
    answer = browser_of(world).get("/clients/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
