"""Finding a client's identity in free text before it becomes evidence (decision 57): pure text comparison."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Names that are also everyday words: found only when written with a capital inside a sentence.
_WORDS = (
    "will may mark rose grace hope joy june april august frank grant bill sue dawn faith art guy jean max pat ray rob "
    "drew summer young long short white black brown green small sharp day winter field wood stone hill lane price bird "
    "best good wise case page rich miles chase skin hand face rest"
)
EVERYDAY = frozenset(_WORDS.split())
SHORTEST = 2
SHORTEST_NUMBER = 6


@dataclass(frozen=True)
class Identity:
    """What a client could be known by: names, and other strings such as phone, e-mail, address and birth date."""

    names: tuple[str, ...]
    others: tuple[str, ...] = ()
    born: str = ""


def folded(text: str) -> str:
    """Lower case without accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def name_parts(names: Iterable[str]) -> frozenset[str]:
    """Folded parts of all names, at least two letters long."""
    parts = {part for name in names for part in re.split(r"[^\w]+", folded(name)) if part}
    return frozenset(part for part in parts if len(part) >= SHORTEST and not part.isdigit())


def found_in(text: str, identity: Identity) -> tuple[str, ...]:
    """The words of the text that give the client away, as written; empty when there are none."""
    hits = [*_names(text, name_parts(identity.names)), *_strings(text, identity.others), *_births(text, identity.born)]
    return tuple(dict.fromkeys(hits))


def _names(text: str, parts: frozenset[str]) -> list[str]:
    hits = []
    for match in re.finditer(r"\w+", text):
        word = match[0]
        part = folded(word)
        if part not in parts:
            continue
        starts = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1] in ".!?:\n"
        if part in EVERYDAY and (starts or not word[0].isupper()):
            continue
        hits.append(word)
    return hits


def _strings(text: str, others: Iterable[str]) -> list[str]:
    plain, digits = folded(text), re.sub(r"\D", "", text)
    hits = []
    for other in others:
        number = re.sub(r"\D", "", other)
        is_number = len(number) >= SHORTEST_NUMBER and len(number) >= len(re.sub(r"\W", "", other)) - 1
        if (is_number and number in digits) or (
            len(other.strip()) > SHORTEST_NUMBER and folded(other.strip()) in plain
        ):
            hits.append(other.strip())
    return hits


def _births(text: str, born: str) -> list[str]:
    pieces = born.split("-")
    if len(pieces) != len("ymd"):
        return []
    year, month, day = pieces
    forms = {
        born,
        f"{day}/{month}/{year}",
        f"{day}.{month}.{year}",
        f"{int(day)}/{int(month)}/{year}",
        f"{day}{month}{year}",
    }
    return [form for form in sorted(forms) if form in text]
