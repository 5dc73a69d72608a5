"""Finding a client by anything the desk hears on the telephone (REQ-S66, decision 22)."""

from __future__ import annotations

import pytest

from clinic import search
from clinic.actors import SYSTEM
from clinic.services import clients as services
from tests.factories import NOW, make_client

PEOPLE = [
    ("Siân Llewellyn-Hughes", "1979-02-11", "01632 960111"),
    ("Łukasz Wójcik", "1990-07-30", "+44 7700 900222"),
    ("Éloïse Dubois", "1966-12-01", "07700 900333"),
    ("Mary Ann O'Neill", "1985-03-15", "07700 900444"),
    ("Mary Smith", "1971-05-05", "07700 900555"),
]


@pytest.fixture
def people(world):
    return {name: make_client(world.organisation, name, born=born, phone=phone) for name, born, phone in PEOPLE}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("sian", "Siân Llewellyn-Hughes"),
        ("SIÂN", "Siân Llewellyn-Hughes"),
        ("hughes", "Siân Llewellyn-Hughes"),
        ("ewelly", "Siân Llewellyn-Hughes"),
        ("lew sia", "Siân Llewellyn-Hughes"),
        ("lukasz wojcik", "Łukasz Wójcik"),
        ("wojick", "Łukasz Wójcik"),
        ("eloise", "Éloïse Dubois"),
        ("duboys", "Éloïse Dubois"),
        ("oneill", "Mary Ann O'Neill"),
        ("o'neill mary", "Mary Ann O'Neill"),
        ("900222", "Łukasz Wójcik"),
        ("07700 900222", "Łukasz Wójcik"),
        ("+44 7700 900222", "Łukasz Wójcik"),
        ("15/03/1985", "Mary Ann O'Neill"),
        ("15.3.1985", "Mary Ann O'Neill"),
        ("15 Mar 1985", "Mary Ann O'Neill"),
        ("15 March 1985", "Mary Ann O'Neill"),
        ("1985-03-15", "Mary Ann O'Neill"),
        ("15031985", "Mary Ann O'Neill"),
    ],
)
def test_a_client_is_found_by_any_part(people, world, query, name):
    found = search.find(query, actor=world.actor("reception"))
    assert found
    assert found[0].legal_name == name


def test_a_client_is_found_by_code_with_or_without_its_dash(people, world):
    wanted = people["Mary Smith"]
    for query in (wanted.code, wanted.code.replace("-", "").lower(), wanted.code[:5]):
        assert wanted in search.find(query, actor=world.actor("reception"))


def test_beginnings_come_before_parts_and_parts_before_misspellings(world):
    for name in ("Rosanna Ann", "Ann Archer", "Hannah Vale", "Anna Unn"):
        make_client(world.organisation, name)
    names = [client.legal_name for client in search.find("ann", actor=world.actor("reception"))]
    assert names.index("Ann Archer") < names.index("Hannah Vale")


def test_misspellings_are_not_tried_when_enough_is_found(world):
    for number in range(6):
        make_client(world.organisation, f"Marta Number{number}")
    make_client(world.organisation, "Mirta Stranger")
    names = [client.legal_name for client in search.find("marta", actor=world.actor("reception"))]
    assert len(names) == 6
    assert "Mirta Stranger" not in names


def test_nobody_of_another_clinic_is_found(world):
    assert search.find("chloe", actor=world.actor("reception")) == []
    assert search.find("chloe", actor=world.actor("outsider")) == [world.other]


def test_a_learner_finds_only_clients_they_treat(world):
    assert search.find("amara", actor=world.actor("learner")) == [world.own]
    assert search.find("bronwen", actor=world.actor("learner")) == []


def test_a_correction_is_seen_at_once(world):
    actor = world.actor("reception")
    assert search.find("amara", actor=actor) == [world.own]
    services.edit_client(world.own, legal_name="Zuzanna Okafor", known_as="", by=SYSTEM, at=NOW)
    assert search.find("amara", actor=actor) == []
    assert [client.id for client in search.find("zuzanna", actor=actor)] == [world.own.id]


def test_a_query_of_nothing_and_of_strange_signs_finds_nobody(world):
    for query in ("", "   ", "%", "*", "()", "<script>", "\x00", "日本"):
        assert search.find(query, actor=world.actor("reception")) == []


def test_the_list_goes_on_where_it_stopped(world):
    for number in range(7):
        make_client(world.organisation, f"Client {number:02d}")
    actor = world.actor("reception")
    first, after = search.in_order(actor=actor, after=None, limit=5)
    second, end = search.in_order(actor=actor, after=after, limit=5)
    names = [client.legal_name for client in first + second]
    assert names == sorted(names)
    assert len(names) == len(set(names)) == 9
    assert end is None


def test_a_warm_search_asks_the_database_three_times(world, django_assert_num_queries):
    """Generation, clients, keys: whatever the number of clients."""
    actor = world.actor("reception")
    search.find("amara", actor=actor)
    from clinic.keystore import keys

    keys.forget()
    with django_assert_num_queries(2), django_assert_num_queries(1, using="keys"):
        for client in search.find("amara", actor=actor):
            assert client.legal_name


@pytest.mark.parametrize("query", ["2400-02-29", "29/02/2400", "29 Feb 2400", "29022400"])
def test_a_leap_day_to_come_is_nobodys_birthday(people, world, query):
    """A century earlier there was no such day: nothing is found, and nothing breaks."""
    assert search.birth_date_of(query) == ""
    assert search.find(query, actor=world.actor("reception")) == []


def test_a_day_to_come_is_a_century_earlier():
    """Two digits of a year mean somebody who is born."""
    assert search.birth_date_of("15/03/55") == "1955-03-15"
