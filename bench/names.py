"""`bench search`: looking up 100,000 synthetic clients in the real name cache, and loading it from sealed rows.

Runs inside a site (`manage.py shell`). Aims of decision 22: prefix 5 ms, substring 20 ms, misspelling 100 ms, p95.
The figures are CPU time of the looking-up itself; the page adds one statement for the generation and two for the hits.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from time import thread_time
from uuid import UUID, uuid4

from django.db.models import QuerySet

from bench.numbers import percentile, said, spent_ms
from clinic import clock, search
from clinic.actors import Actor
from clinic.choices import Role
from clinic.keystore import keys
from clinic.keystore.models import DataKey
from clinic.models import Client, Organisation
from clinic.search import FEW, Index, Person

CLIENTS, STORED, QUERIES, BATCH = 100_000, 20_000, 400, 2_000
SYLLABLES = (
    "al an ar ba bel ben bra ca car dan del el en fa fin ga gor ha hel ja jo ka kel la len lo ma mel mo na ne ni o pa "
    "per ra rel ri ro sa sel shi son ta tel ton tu va vel wa wil win ya zel"
)


def people(number: int) -> Iterator[tuple[str, str, str]]:
    """Name, birth date and telephone; frequent names are as skewed as real ones. The same in every run."""
    chance, parts = random.Random(22), SYLLABLES.split()
    given = ["".join(chance.sample(parts, 2)) for _ in range(2_000)]
    family = ["".join(chance.sample(parts, chance.choice((2, 3, 3)))) for _ in range(40_000)]
    for count in range(number):
        name = f"{given[int(2_000 * chance.random() ** 3)]} {family[int(40_000 * chance.random() ** 3)]}".title()
        born = date(1940, 1, 1) + timedelta(days=chance.randrange(24_000))
        yield name, born.isoformat(), f"07700 {count:06d}"


def in_memory() -> Index:
    """The cache's own index, filled."""
    index = Index()
    for count, (name, born, phone) in enumerate(people(CLIENTS)):
        person = Person(uuid4(), 1, search.words_of(name), f"{count:06x}", search.digits_of(phone), born)
        index.people[person.id] = person
    index.arrange()
    return index


def a_prefix(word: str, chance: random.Random) -> str:
    """The first two to six letters."""
    return word[: chance.randint(2, 6)]


def a_part(word: str, chance: random.Random) -> str:
    """Three or four letters from inside."""
    start = chance.randint(1, max(1, len(word) - 4))
    return word[start : start + chance.choice((3, 4))]


def a_slip(word: str, chance: random.Random) -> str:
    """Two letters changed places, and one more is wrong."""
    spot = chance.randint(1, len(word) - 2)
    swapped = word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
    return swapped[:-1] + "x"


def look_up(index: Index, title: str, aim: float, make: Callable[[str, random.Random], str]) -> None:
    """One kind of query, many times."""
    chance, persons, costs = random.Random(title), list(index.people.values()), []
    while len(costs) < QUERIES:
        words = [word for word in chance.choice(persons).words if len(word) > 3]
        if not words:
            continue
        query = make(chance.choice(words), chance)
        if make is a_slip and len(search.matches(index, query)) >= FEW:
            continue  # no misspelling is looked for when enough was found
        costs.append(spent_ms(lambda query=query: search.matches(index, query)))
    more = f"p50 {percentile(costs, 0.5):.2f} ms, {QUERIES} queries"
    print(said(f"search, {title}, {CLIENTS:,} clients, p95", percentile(costs, 0.95), aim, " ms", more))


def store(organisation: Organisation) -> None:
    """Sealed clients in the real tables; history and log are left out, for only reading is measured."""
    rows = list(people(STORED))
    for start in range(0, STORED, BATCH):
        clients = [
            Client(
                organisation=organisation, legal_name=name, code=f"C{start + count:05d}", birth_date=born, phone=phone,
                known_as="", email="", address="", emergency_contact="", gp_practice="", sex="", needs=[],
            )
            for count, (name, born, phone) in enumerate(rows[start : start + BATCH])
        ]  # fmt: skip
        DataKey.objects.bulk_create([_key(client.id) for client in clients])
        keys.forget()
        keys.prefetch([client.id for client in clients])
        QuerySet(Client).bulk_create(clients)
    keys.forget()


def _key(holder_id: UUID) -> DataKey:
    row = DataKey(holder_id=holder_id, version=1, created_at=clock.now(), settled_at=clock.now())
    row.wrapped, row.kek_version = keys.wrap(secrets.token_bytes(keys.KEY_BYTES), keys.context_of(row))
    return row


def stored_names() -> None:
    """Loading names from sealed rows, finding them as reception does, and what one edit costs the next search."""
    organisation = Organisation(name="Bench clinic", kind="clinic")
    organisation.save()
    store(organisation)
    desk = Actor(kind="staff", staff_id=uuid4(), roles={organisation.id: frozenset({Role.RECEPTION})})
    start = thread_time()
    index = search.index_of(organisation.id)
    cold = thread_time() - start
    print(said(f"name cache, {len(index.people):,} sealed clients, cold load", cold, None, " s CPU"))
    words = [person.words[-1] for person in list(index.people.values())[:QUERIES]]
    costs = [spent_ms(lambda word=word: search.find(word[:4], actor=desk)) for word in words]
    more = f"p50 {percentile(costs, 0.5):.2f} ms"
    print(said("search by prefix with its statements, p95", percentile(costs, 0.95), None, " ms", more))
    changed = next(iter(index.people.values()))
    index.people[changed.id], index.generation = replace(changed, version=0), -1
    print(said("search after one edit", spent_ms(lambda: search.index_of(organisation.id)), None, " ms"))


def run() -> None:
    """Everything, printed."""
    index = in_memory()
    look_up(index, "prefix", 5.0, a_prefix)
    look_up(index, "substring", 20.0, a_part)
    look_up(index, "misspelling", 100.0, a_slip)
    stored_names()
