"""Finding a client by any part of a name, by code, telephone or date of birth, without an index in the database.

Each process keeps, per clinic, the opened names, codes, telephone numbers and birth dates in memory (decision 22). A
search first compares the clinic's generation counter, so an edit or an erasure anywhere is seen at once; hits are read
again by id, under the searcher's own permissions. The cache is dropped after fifteen idle minutes.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz, process

from clinic import access, clock
from clinic.access import Can
from clinic.actors import Actor
from clinic.models import Client, NameGeneration

LIMIT = 50  # hits shown
FEW = 5  # misspellings are tried below this number of hits
ALIKE = 74.0  # per cent of letters in place, for a misspelt word
IDLE = timedelta(minutes=15)
BATCH = 400  # clients opened at a time
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %m %Y", "%d %b %Y", "%d %B %Y", "%d%m%Y", "%d/%m/%y")


@dataclass(frozen=True)
class Person:
    """What the cache knows of one client, folded for comparison."""

    id: UUID
    version: int
    words: tuple[str, ...]
    code: str
    phone: str
    birth_date: str


@dataclass
class Index:
    """The names of one clinic at one generation."""

    generation: int = -1
    people: dict[UUID, Person] = field(default_factory=dict)
    vocabulary: list[str] = field(default_factory=list)
    by_word: dict[str, list[UUID]] = field(default_factory=dict)
    order: list[UUID] = field(default_factory=list)
    used_at: datetime | None = None


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


def birth_date_of(text: str) -> str:
    """The ISO date a text names, or nothing: 14/11/1988, 14.11.1988, 14 Nov 1988, 1988-11-14, 14111988."""
    tidy = re.sub(r"\s+", " ", text.strip().replace(",", " "))
    for pattern in _DATES:
        try:
            found = datetime.strptime(tidy, pattern).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
        return (found if found <= clock.today() else found.replace(year=found.year - 100)).isoformat()
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


def _refresh(index: Index, organisation_id: UUID, generation: int) -> None:
    """Open what is new or changed since the last generation; forget what is gone."""
    rows = Client.objects.filter(organisation_id=organisation_id, erased_at__isnull=True)
    versions: dict[UUID, int] = dict(rows.values_list("id", "version"))
    index.people = {key: person for key, person in index.people.items() if versions.get(key) == person.version}
    missing = [key for key in versions if key not in index.people]
    for start in range(0, len(missing), BATCH):
        for client in rows.filter(id__in=missing[start : start + BATCH]).with_keys():
            index.people[client.id] = _person(client)
    index.by_word = {}
    for person in index.people.values():
        for word in person.words:
            index.by_word.setdefault(word, []).append(person.id)
    index.vocabulary = sorted(index.by_word)
    index.order = [person.id for person in sorted(index.people.values(), key=lambda p: (p.words, p.id))]
    index.generation = generation


def index_of(organisation_id: UUID) -> Index:
    """The clinic's names as they are now. One statement when nothing has changed."""
    now = clock.now()
    generation = (
        NameGeneration.objects.filter(organisation_id=organisation_id).values_list("number", flat=True).first() or 0
    )
    with _lock:
        for key in [k for k, kept in _indexes.items() if kept.used_at and abs(now - kept.used_at) > IDLE]:
            del _indexes[key]
        index = _indexes.setdefault(organisation_id, Index())
        if index.generation != generation:
            _refresh(index, organisation_id, generation)
        index.used_at = now
        return index


def forget() -> None:
    """Drop every name this process holds."""
    with _lock:
        _indexes.clear()


def _starting_with(index: Index, word: str) -> set[UUID]:
    found: set[UUID] = set()
    for known in index.vocabulary[bisect_left(index.vocabulary, word) :]:
        if not known.startswith(word):
            break
        found.update(index.by_word[known])
    return found


def _holding(index: Index, word: str) -> set[UUID]:
    return {key for known in index.vocabulary if word in known for key in index.by_word[known]}


def _alike(index: Index, word: str) -> set[UUID]:
    close = process.extract(word, index.vocabulary, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=40)
    return {key for known, _, _ in close for key in index.by_word[known]} | _starting_with(index, word)


def _by_number(index: Index, query: str) -> list[UUID]:
    """Clients by date of birth, code, or at least four digits of a telephone number."""
    born = birth_date_of(query)
    code = re.sub(r"\W", "", query).casefold()
    digits = digits_of(query) if re.fullmatch(r"[\d\s()+./-]{4,}", query.strip()) else ""
    return [
        person.id
        for person in index.people.values()
        if (born and person.birth_date == born)
        or (len(code) >= 3 and person.code.startswith(code))
        or (len(digits) >= 4 and digits in person.phone)
    ]


def _by_name(index: Index, query: str) -> list[UUID]:
    """Clients by words of their name: beginnings first, then parts, and misspellings only when few were found."""
    words = words_of(query)
    if not words:
        return []
    place = {key: number for number, key in enumerate(index.order)} if len(index.order) < LIMIT * 100 else {}
    hits: dict[UUID, None] = {}
    for step in (_starting_with, _holding, _alike):
        if step is _alike and len(hits) >= FEW:
            break
        if step is _holding and len(hits) >= LIMIT:
            break
        found = set.intersection(*(step(index, word) for word in words))
        for key in sorted(found, key=lambda k: (place.get(k, 0), index.people[k].words)):
            hits.setdefault(key)
    return list(hits)


def find(query: str, *, actor: Actor, limit: int = LIMIT) -> list[Client]:
    """Clients this person may find, best first. The query never leaves the process."""
    text = query.strip()[:120]
    scope = access.scope(actor, Can.FIND_CLIENT)
    ids: dict[UUID, None] = {}
    for organisation_id in sorted(scope.everywhere | scope.treating):
        index = index_of(organisation_id)
        for key in [*_by_number(index, text), *_by_name(index, text)]:
            if organisation_id in scope.everywhere or key in actor.treating:
                ids.setdefault(key)
    return read_again(list(ids)[:limit], actor=actor)


def read_again(ids: list[UUID], *, actor: Actor) -> list[Client]:
    """The clients of a list of ids, in its order, as this person may see them now."""
    rows = Client.objects.visible_to(actor, Can.FIND_CLIENT).filter(id__in=ids, erased_at__isnull=True).with_keys()
    by_id = {client.id: client for client in rows}
    return [by_id[key] for key in ids if key in by_id]


def in_order(*, actor: Actor, after: UUID | None, limit: int = LIMIT) -> tuple[list[Client], UUID | None]:
    """One page of all clients by name, and the cursor of the next page (a client's id, never a name)."""
    scope = access.scope(actor, Can.FIND_CLIENT)
    ids: list[UUID] = []
    for organisation_id in sorted(scope.everywhere | scope.treating):
        order = index_of(organisation_id).order
        ids += order if organisation_id in scope.everywhere else [key for key in order if key in actor.treating]
    start = ids.index(after) + 1 if after in ids else 0
    page = ids[start : start + limit]
    return read_again(page, actor=actor), page[-1] if start + limit < len(ids) else None


def duplicates(organisation: Any, *, actor: Actor, name: str, birth_date: date | str, phone: str = "") -> list[Client]:
    """Clients who may be the same person: birth date and a similar name, the telephone, or the whole name."""
    wanted, born, digits = words_of(name), str(birth_date), digits_of(phone)
    index = index_of(organisation.id)

    def same(person: Person) -> bool:
        if digits and len(digits) >= 7 and person.phone == digits:
            return True
        score = fuzz.token_sort_ratio(" ".join(wanted), " ".join(person.words)) if wanted else 0
        return bool(wanted) and (set(wanted) <= set(person.words) or (person.birth_date == born and score >= 60))

    return read_again(_first(person.id for person in index.people.values() if same(person)), actor=actor)


def _first(ids: Iterable[UUID], limit: int = 8) -> list[UUID]:
    kept: list[UUID] = []
    for key in ids:
        kept.append(key)
        if len(kept) == limit:
            break
    return kept
