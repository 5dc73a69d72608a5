"""The log on screen: names of staff, codes of clients, refusals visible, constant queries."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clinic.errors import RuleRefused
from clinic.models import AuditEntry
from tests.factories import make_client

pytestmark = pytest.mark.django_db


def open_log(world, role="protection", **query):
    browser = Browser()
    browser.force_login(world.people[role])
    return browser.get(reverse("api-log-search"), query)


def test_a_refused_enquiry_is_visible_in_the_log(world):
    with pytest.raises(RuleRefused):
        make_client(world.organisation, "Young Person", born="2012-01-01", by=world.actor("reception"))
    entries = open_log(world, outcome="refused").json()["entries"]
    assert [(e["who"], e["facts"]["code"]) for e in entries] == [("Reception Person", "under_18")]


def test_clients_are_codes_in_the_log(world):
    """REQ-S278: the data protection lead sees the log, not charts."""
    text = open_log(world).content.decode()
    assert world.own.code in text
    assert "Amara" not in text
    assert "Okafor" not in text


def test_another_clinics_log_is_not_shown(world):
    """SEC-A8."""
    entries = open_log(world).json()["entries"]
    ids = {entry["id"] for entry in entries}
    theirs = AuditEntry.objects.filter(organisation_id=world.other_organisation.id).values_list("id", flat=True)
    assert ids
    assert not ids & {str(one) for one in theirs}


def test_looking_is_an_entry(world):
    open_log(world)
    assert AuditEntry.objects.filter(action="log.searched", actor_id=world.people["protection"].id).exists()


def test_a_malformed_moment_is_named(world):
    answer = open_log(world, before="yesterday")
    assert (answer.status_code, answer.json()["field"]) == (422, "before")


def test_the_number_of_queries_does_not_grow(world, django_assert_max_num_queries):
    browser = Browser()
    browser.force_login(world.people["protection"])
    with django_assert_max_num_queries(16):
        browser.get(reverse("api-log-search"))
    for number in range(30):
        make_client(world.organisation, f"Client {number}", by=world.actor("reception"))
    with django_assert_max_num_queries(16):
        assert len(browser.get(reverse("api-log-search")).json()["entries"]) == 50
