"""The log on screen: filters of the search, one's own actions, and who looked at a client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clinic import audit
from clinic.models import AuditEntry
from tests.factories import NOW, World

pytestmark = pytest.mark.django_db


def browser_of(world: World, role: str) -> Browser:
    browser = Browser()
    browser.force_login(world.people[role])
    return browser


def search(world: World, **given: Any) -> list[dict[str, Any]]:
    answer = browser_of(world, "protection").get(reverse("api-log-search"), given)
    assert answer.status_code == 200, answer.content
    return answer.json()["entries"]


@pytest.fixture
def looked(world: World) -> World:
    """Two people looked at two clients on two days."""
    audit.viewed(world.actor("practitioner"), world.own, at=NOW - timedelta(days=1))
    audit.viewed(world.actor("practitioner"), world.own, at=NOW)
    audit.viewed(world.actor("colleague"), world.own, at=NOW)
    audit.viewed(world.actor("colleague"), world.colleague, at=NOW)
    return world


def test_the_search_by_person_client_and_day(looked):
    """REQ-S278: person, client, action, outcome, from and to, alone and together."""
    everybody = search(looked, action="viewed")
    by_person = search(looked, action="viewed", staff=str(looked.people["colleague"].id))
    by_client = search(looked, action="viewed", client=str(looked.own.id))
    by_code = search(looked, action="viewed", code=looked.own.code.lower())
    today = search(looked, action="viewed", from_on="2026-11-16", to_on="2026-11-16")
    yesterday = search(looked, action="viewed", to_on="2026-11-15")
    one = search(looked, action="viewed", client=str(looked.own.id), staff=str(looked.people["colleague"].id))
    assert [len(found) for found in (everybody, by_person, by_client, by_code, today, yesterday, one)] == [
        4, 2, 3, 3, 3, 1, 1
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"staff": "somebody"}, "staff"),
        ({"client": "x"}, "client"),
        ({"code": "NO-SUCH"}, "code"),
        ({"from_on": "today"}, "from_on"),
        ({"from_on": "2026-11-16", "to_on": "2026-11-15"}, "to_on"),
        ({"outcome": "maybe"}, "outcome"),
        ({"before": "2026-11-16"}, "before"),
    ],
)
def test_what_cannot_be_searched_for_is_named(world, given, field):
    browser = browser_of(world, "protection")
    answer = browser.get(reverse("api-log-search"), given)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert browser.get(reverse("log-search"), given).status_code == 422


def test_a_search_about_a_client_stands_in_the_clients_chain(looked):
    search(looked, client=str(looked.own.id))
    assert AuditEntry.objects.filter(action="log.searched", chain_id=looked.own.id).count() == 1


@pytest.mark.parametrize("given", ["client", "code"])
def test_another_clinics_client_is_not_searched(world, given):
    """SEC-A8 SEC-A13: neither by id nor by code."""
    audit.viewed(world.actor("outsider"), world.other, at=NOW)
    value = str(world.other.id) if given == "client" else world.other.code
    answer = browser_of(world, "protection").get(reverse("api-log-search"), {given: value})
    assert answer.json().get("entries", []) == []


def test_who_looked_counts_each_person(looked):
    """REQ-S278 SEC-S17: person, what, how often, when last, the latest first; asking is an entry of the client's."""
    answer = browser_of(looked, "lead").get(reverse("api-who-looked", args=[looked.own.id])).json()
    assert {(line["who"], line["what"], line["times"]) for line in answer["lookers"]} == {
        ("Practitioner Person", "viewed: chart", 2),
        ("Colleague Person", "viewed: chart", 1),
    }
    assert AuditEntry.objects.filter(action="log.who_looked", chain_id=looked.own.id).count() == 1


def test_who_was_kept_from_a_record_is_shown(world):
    assert browser_of(world, "learner2").get(reverse("client-edit", args=[world.own.id])).status_code == 403
    page = browser_of(world, "protection").get(reverse("who-looked", args=[world.own.id])).content.decode()
    assert "Second Learner" in page
    assert "denied" in page


def test_the_data_protection_lead_reads_codes_only(looked):
    """REQ-S278: no name of a client on any page of the log."""
    browser = browser_of(looked, "protection")
    for address in (reverse("log-search"), reverse("who-looked", args=[looked.own.id]), reverse("alarm-list")):
        page = browser.get(address).content.decode()
        assert "Okafor" not in page, address
    assert looked.own.code in browser.get(reverse("log-search")).content.decode()


def test_the_next_page_keeps_the_filters(world):
    for number in range(60):
        audit.record(world.actor("practitioner"), "visit.moved", world.own, at=NOW - timedelta(minutes=number))
    person = str(world.people["practitioner"].id)
    page = browser_of(world, "protection").get(reverse("log-search"), {"staff": person, "action": "visit"})
    assert f"staff={person}&amp;action=visit" in page.content.decode().replace("action=visit&amp;staff", "staff")


def test_own_actions_are_ones_own(looked):
    """REQ-S278: everybody sees what they did, nobody what others did."""
    entries = browser_of(looked, "practitioner").get(reverse("api-log-own")).json()["entries"]
    assert {entry["who"] for entry in entries} == {"Practitioner Person"}
    assert [entry["action"] for entry in entries] == ["viewed: chart"] * 2
