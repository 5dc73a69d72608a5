"""Finding a client by any part of a name, by code, telephone or date of birth, without an index in the database.

Each process keeps, per clinic, the opened names, codes, telephone numbers and birth dates in memory (decision 22). A
search first compares the clinic's generation counter, so an edit or an erasure anywhere is seen at once; hits are read
again by id, under the searcher's own permissions. The cache is dropped after fifteen idle minutes.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import nsmallest
from itertools import accumulate, islice
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz, process

from clinic import access, clock
from clinic.access import Can
from clinic.actors import Actor
from clinic.encryption import CANNOT_BE_READ, shown
from clinic.models import Client, NameGeneration

LIMIT = 50  # hits shown
FEW = 5  # misspellings are tried below this number of hits
ALIKE = 74.0  # per cent of letters in place, for a misspelt word
SIMILAR = 60.0  # per cent, for names of people born on the same day
SAME = 8  # possible duplicates shown
IDLE = timedelta(minutes=15)
SEARCHED = ("legal_name", "known_as", "code", "phone", "birth_date")
BATCH = 400  # clients opened at a time
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %m %Y", "%d %b %Y", "%d %B %Y", "%d%m%Y", "%d/%m/%y")


@dataclass(frozen=True)
class Person:
    """What the cache knows of one client, folded for comparison."""

    id: UUID
    version: int
    words: tuple[str, ...] = ()
    code: str = ""
    phone: str = ""
    birth_date: str = ""


@dataclass
class Index:
    """The names of one clinic at one generation. Everything but `people` speaks of places in the order of names."""

    generation: int = -1
    people: dict[UUID, Person] = field(default_factory=dict)
    order: list[UUID] = field(default_factory=list)
    place: dict[UUID, int] = field(default_factory=dict)
    vocabulary: list[str] = field(default_factory=list)
    by_word: dict[str, list[int]] = field(default_factory=dict)
    by_birth_date: dict[str, list[int]] = field(default_factory=dict)
    codes: list[tuple[str, int]] = field(default_factory=list)
    phones: str = "\n"
    phone_starts: list[int] = field(default_factory=list)
    used_at: datetime | None = None

    def arrange(self) -> None:
        """Put `people` in the order of names and make everything that is looked up anew."""
        people = sorted(self.people.values(), key=lambda person: (person.words, person.id.bytes))
        self.order = [person.id for person in people]
        self.place = {key: number for number, key in enumerate(self.order)}
        self.by_word, self.by_birth_date = {}, {}
        for number, person in enumerate(people):
            for word in set(person.words):
                self.by_word.setdefault(word, []).append(number)
            self.by_birth_date.setdefault(person.birth_date, []).append(number)
        self.vocabulary = sorted(self.by_word)
        self.codes = sorted((person.code, number) for number, person in enumerate(people))
        self.phones = "\n" + "".join(f"{person.phone}\n" for person in people)
        self.phone_starts = list(accumulate((len(person.phone) + 1 for person in people), initial=1))

    def persons(self, places: Set[int]) -> Iterator[Person]:
        """People at places, in the order of names."""
        return (self.people[self.order[number]] for number in sorted(places))


_indexes: dict[UUID, Index] = {}
_lock = threading.Lock()


def fold(text: str) -> str:
    """Lower case without accents: “Éloïse Łukasz” becomes “eloise lukasz”."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words_of(text: str) -> tuple[str, ...]:
    """Folded words; apostrophes vanish, hyphens part."""
    return tuple(re.findall(r"\w+", re.sub(r"['’`]", "", fold(text))))


def digits_of(phone: str) -> str:
    """Digits of a telephone number; +44 and 0044 become 0."""
    digits = re.sub(r"\D", "", phone)
    return re.sub(r"^(0044|44)0?", "0", digits)


def _a_century_before(day: date) -> str:
    """The same day a hundred years earlier, or nothing where that year has no 29 February."""
    try:
        return day.replace(year=day.year - 100).isoformat()
    except ValueError:
        return ""


def birth_date_of(text: str) -> str:
    """The ISO date a text names, or nothing: 14/11/1988, 14.11.1988, 14 Nov 1988, 1988-11-14, 14111988."""
    tidy = re.sub(r"\s+", " ", text.strip().replace(",", " "))
    for pattern in _DATES:
        try:
            found = datetime.strptime(tidy, pattern).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
        return found.isoformat() if found <= clock.today() else _a_century_before(found)
    return ""


def _person(client: Client) -> Person:
    return Person(
        id=client.id,
        version=client.version,
        words=words_of(f"{client.legal_name} {client.known_as}"),
        code=re.sub(r"\W", "", client.code).casefold(),
        phone=digits_of(client.phone),
        birth_date=client.birth_date,
    )


def _opens(client: Client) -> bool:
    """Whether the client's names can be read; one that cannot is listed first, and found by nothing."""
    return CANNOT_BE_READ not in [shown(client, name) for name in SEARCHED]


def _refreshed(before: Index, organisation_id: UUID, generation: int) -> Index:
    """A new index: what is new or changed since the last generation is opened, what is gone is forgotten.

    The index before stays as it is, for other threads are reading it.
    """
    rows = Client.objects.filter(organisation_id=organisation_id, erased_at__isnull=True)
    versions: dict[UUID, int] = dict(rows.values_list("id", "version"))
    index = Index(generation)
    index.people = {key: person for key, person in before.people.items() if versions.get(key) == person.version}
    missing = [key for key in versions if key not in index.people]
    for start in range(0, len(missing), BATCH):
        for client in rows.filter(id__in=missing[start : start + BATCH]).with_keys():
            index.people[client.id] = _person(client) if _opens(client) else Person(client.id, client.version)
    index.arrange()
    return index


def index_of(organisation_id: UUID) -> Index:
    """The clinic's names as they are now, never changed once given out. One statement when nothing has changed."""
    now = clock.now()
    generation = (
        NameGeneration.objects.filter(organisation_id=organisation_id).values_list("number", flat=True).first() or 0
    )
    with _lock:
        for key in [k for k, kept in _indexes.items() if kept.used_at and abs(now - kept.used_at) > IDLE]:
            del _indexes[key]
        index = _indexes.get(organisation_id) or Index()
        if index.generation != generation:
            index = _refreshed(index, organisation_id, generation)
        index.used_at = now
        _indexes[organisation_id] = index
        return index


def forget() -> None:
    """Drop every name this process holds."""
    with _lock:
        _indexes.clear()


def _starting_with(index: Index, word: str) -> set[int]:
    first = bisect_left(index.vocabulary, word)
    last = bisect_left(index.vocabulary, word + "\U0010ffff")
    return {number for known in index.vocabulary[first:last] for number in index.by_word[known]}


def _holding(index: Index, word: str) -> set[int]:
    return {number for known in index.vocabulary if word in known for number in index.by_word[known]}


def _alike(index: Index, word: str) -> set[int]:
    close = process.extract(word, index.vocabulary, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=40)
    return {number for known, _, _ in close for number in index.by_word[known]} | _starting_with(index, word)


def _with_code(index: Index, code: str) -> Iterator[int]:
    start = bisect_left(index.codes, (code, -1))
    for known, number in islice(index.codes, start, None) if len(code) >= 3 else ():
        if not known.startswith(code):
            return
        yield number


def _with_digits(index: Index, digits: str) -> Iterator[int]:
    """People whose telephone number holds these digits, each once."""
    at = index.phones.find(digits)
    while at >= 0:
        number = bisect_right(index.phone_starts, at) - 1
        yield number
        at = index.phones.find(digits, index.phone_starts[number + 1])


def _by_number(index: Index, query: str, allowed: Set[int] | None, limit: int) -> list[int]:
    """People by date of birth, code, or at least four digits of a telephone number; at most `limit` of each."""
    born, code = birth_date_of(query), re.sub(r"\W", "", query).casefold()
    digits = digits_of(query) if re.fullmatch(r"[\d\s()+./-]{4,}", query.strip()) else ""
    ways = (
        iter(index.by_birth_date.get(born, ()) if born else ()),
        _with_code(index, code),
        _with_digits(index, digits) if len(digits) >= 4 else iter(()),
    )
    hits: set[int] = set()
    for way in ways:
        found = (number for number in way if allowed is None or number in allowed)
        hits.update(number for number, _ in zip(found, range(limit), strict=False))
    return sorted(hits)


def _by_name(index: Index, query: str, allowed: Set[int] | None, limit: int) -> list[int]:
    """People by words of their name: beginnings first, then parts, and misspellings only when few were found."""
    words = words_of(query)
    hits: dict[int, None] = {}
    for step in (_starting_with, _holding, _alike) if words else ():
        if len(hits) >= (FEW if step is _alike else limit):
            break
        found = set.intersection(*(step(index, word) for word in words))
        for number in nsmallest(limit, found if allowed is None else found & allowed):
            hits.setdefault(number)
    return list(hits)


def matches(index: Index, query: str, *, among: Set[UUID] | None = None, limit: int = LIMIT) -> list[UUID]:
    """Ids of the people a query may mean, best first; `among` leaves out everybody else."""
    allowed = None if among is None else {index.place[key] for key in among if key in index.place}
    found = [*_by_number(index, query, allowed, limit), *_by_name(index, query, allowed, limit)]
    return [index.order[number] for number in dict.fromkeys(found)]


def find(query: str, *, actor: Actor, limit: int = LIMIT) -> list[Client]:
    """Clients this person may find, best first. The query never leaves the process."""
    text = query.strip()[:120]
    scope = access.scope(actor, Can.FIND_CLIENT)
    ids: dict[UUID, None] = {}
    for organisation_id in sorted(scope.everywhere | scope.treating):
        among = None if organisation_id in scope.everywhere else actor.treating
        ids |= dict.fromkeys(matches(index_of(organisation_id), text, among=among, limit=limit))
    return read_again(list(ids)[:limit], actor=actor)


def read_again(ids: list[UUID], *, actor: Actor) -> list[Client]:
    """The clients of a list of ids, in its order, as this person may see them now."""
    rows = Client.objects.visible_to(actor, Can.FIND_CLIENT).filter(id__in=ids, erased_at__isnull=True).with_keys()
    by_id = {client.id: client for client in rows}
    return [by_id[key] for key in ids if key in by_id]


def in_order(*, actor: Actor, after: UUID | None, limit: int = LIMIT) -> tuple[list[Client], UUID | None]:
    """One page of all clients by name, and the cursor of the next page (a client's id, never a name)."""
    scope = access.scope(actor, Can.FIND_CLIENT)
    indexes = [(key, index_of(key)) for key in sorted(scope.everywhere | scope.treating)]
    started = not any(after in index.place for _, index in indexes)
    ids: list[UUID] = []
    for organisation_id, index in indexes:
        if not started and after not in index.place:
            continue
        start = 0 if started or after is None else index.place[after] + 1
        started = True
        among = None if organisation_id in scope.everywhere else actor.treating
        ids += _page(index, start, among, limit + 1 - len(ids))
    page = ids[:limit]
    return read_again(page, actor=actor), page[-1] if len(ids) > limit else None


def _page(index: Index, start: int, among: Set[UUID] | None, size: int) -> list[UUID]:
    """The next ids in the order of names."""
    if among is None:
        return index.order[start : start + size]
    places = sorted(index.place[key] for key in among if key in index.place)
    return [index.order[number] for number in places if number >= start][:size]


def duplicates(organisation: Any, *, actor: Actor, name: str, birth_date: date | str, phone: str = "") -> list[Client]:
    """Clients who may be the same person: birth date and a similar name, the telephone, or the whole name."""
    wanted, born, digits = words_of(name), str(birth_date), digits_of(phone)
    index = index_of(organisation.id)
    found: set[int] = set()
    if len(digits) >= 7:
        found |= {number for number in _with_digits(index, digits) if _phone(index, number) == digits}
    if wanted:
        found |= set.intersection(*(set(index.by_word.get(word, ())) for word in wanted))
        found |= {number for number in index.by_birth_date.get(born, ()) if _is_similar(index, number, wanted)}
    return read_again([person.id for person in index.persons(found)][:SAME], actor=actor)


def _phone(index: Index, number: int) -> str:
    return index.people[index.order[number]].phone


def _is_similar(index: Index, number: int, wanted: tuple[str, ...]) -> bool:
    words = index.people[index.order[number]].words
    return fuzz.token_sort_ratio(" ".join(wanted), " ".join(words)) >= SIMILAR
