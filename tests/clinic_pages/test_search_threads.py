"""Several threads of one process search while names change (REQ-S66, decision 22)."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from clinic import clock, search
from clinic.actors import SYSTEM
from clinic.services import clients as services
from tests.factories import NOW, World, make_client

READERS, RENAMED, RENAMES = 4, 40, 60


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns a thousand times as often as they otherwise would."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 1000)
    yield
    sys.setswitchinterval(usual)


def test_an_index_in_somebodys_hands_does_not_change(world: World) -> None:
    """An edit makes a new index; whoever still reads the one before finds who was meant."""
    held = search.index_of(world.organisation.id)
    before = (held.generation, dict(held.people), list(held.order), dict(held.by_word))
    make_client(world.organisation, "Aaron Aalto")
    services.edit_client(world.own, legal_name="Zoe Zimmer", by=SYSTEM, at=NOW)
    fresh = search.index_of(world.organisation.id)
    assert search.matches(fresh, "zimmer") == [world.own.id]
    assert fresh is not held
    assert (held.generation, held.people, held.order, held.by_word) == before
    assert search.matches(held, "zimmer") == []


def _read(organisation_id: UUID, wanted: dict[str, UUID], stop: threading.Event) -> tuple[int, list[str]]:
    """Search for the same people until told to stop; how often, and what went wrong."""
    done, wrong = 0, []
    try:
        with clock.set_to(NOW):
            while not stop.is_set():
                try:
                    index = search.index_of(organisation_id)
                    for word, key in wanted.items():
                        if search.matches(index, word) != [key]:
                            wrong.append(f"{word}: somebody else, or nobody")
                    done += 1
                except Exception as error:  # noqa: BLE001 - every error counts
                    wrong.append("".join(traceback.format_exception(error)[-4:]))
    finally:
        connections.close_all()
    return done, wrong


@pytest.mark.django_db(transaction=True)
def test_threads_find_the_right_people_while_others_are_renamed(world: World, hasty: None) -> None:
    """Names move to and fro in the order of names, and nobody is taken for another."""
    renamed = [make_client(world.organisation, f"Aa{number:02} Mover") for number in range(RENAMED)]
    wanted = {name: make_client(world.organisation, f"{name} Stays").id for name in ("mabel", "nesta", "zelda")}
    stop = threading.Event()
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(_read, world.organisation.id, wanted, stop) for _ in range(READERS)]
        try:
            for number in range(RENAMES):
                client = renamed[number % RENAMED]
                name = f"Zz{number:02} Mover" if number < RENAMED else f"Aa{number:02} Mover"
                services.edit_client(client, legal_name=name, by=SYSTEM, at=NOW)
        finally:
            stop.set()
        results = [reader.result() for reader in readers]
    assert [text for _, wrong in results for text in wrong] == []
    assert all(done > 0 for done, _ in results)
