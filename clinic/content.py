"""Shipped content and its versions: loaded from each app's `content/` folder, reviewed row by row, published
by a clinical lead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps

from clinic.choices import ContentState
from clinic.encryption import canonical
from clinic.errors import RuleRefused
from clinic.models import ContentVersion

NEEDS_REVIEWER = frozenset({"CC", "K"})  # clinical-content.md 0.1: refused while such a row has no named reviewer


@dataclass(frozen=True)
class Kind:
    """A kind of content: the app and file it ships in, and the function that checks and parses its body.

    `beside` names a kind whose words this one uses: its body is parsed together with parsed versions of that kind.
    """

    name: str
    app: str
    file: str
    parse: Callable[..., Any]
    beside: str = ""


_KINDS: dict[str, Kind] = {}
_parsed: dict[tuple[str, ...], Any] = {}


def register(
    name: str, *, app: str, file: str, parse: Callable[..., Any] = lambda body: body, beside: str = ""
) -> None:
    """Declare a kind of content in an app's `ready()`. With `beside`, `parse` takes parsed bodies of that kind too."""
    _KINDS[name] = Kind(name, app, file, parse, beside)


def kinds() -> tuple[Kind, ...]:
    """All registered kinds."""
    return tuple(_KINDS.values())


def read_file(path: Path) -> Any:
    """Plain data of a YAML file (safe loader, C parser when there is one)."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)  # noqa: S506 - a safe loader


@lru_cache(maxsize=64)
def _shipped(name: str) -> Any:
    kind = _KINDS[name]
    return read_file(Path(apps.get_app_config(kind.app).path) / "content" / kind.file)


def shipped(name: str) -> Any:
    """The body that ships with the program."""
    return _shipped(name)


def digest(body: Any) -> str:
    """SHA-256 of the canonical JSON of a body."""
    return hashlib.sha256(canonical(body)).hexdigest()


def parsed(version: ContentVersion) -> Any:
    """The checked, parsed form of a version's body; parsed once per process and digest."""
    key = (version.kind, version.digest)
    if key not in _parsed:
        _parsed[key] = _KINDS[version.kind].parse(version.body)
    return _parsed[key]


def parsed_beside(version: ContentVersion, *others: ContentVersion) -> Any:
    """A version parsed together with versions of the kind whose words it uses; the first one wins. Kept like `parsed`.

    Raises ValueError naming what is wrong.
    """
    key = (version.kind, version.digest, *(other.digest for other in others))
    if key not in _parsed:
        _parsed[key] = _KINDS[version.kind].parse(version.body, *(parsed(other) for other in others))
    return _parsed[key]


def parse(name: str, body: Any, organisation: Any = None) -> Any:
    """Check and parse a body of a kind, beside what the organisation has published of the kind whose words it uses.

    Parsed once per process and digest, like `parsed`. Raises ValueError or DomainError naming what is wrong.
    """
    kind = _KINDS[name]
    other = _published(organisation, kind.beside) if organisation is not None and kind.beside else None
    key = (name, digest(body), *([other.digest] if other else []))
    if key not in _parsed:
        _parsed[key] = kind.parse(body) if other is None else kind.parse(body, parsed(other))
    return _parsed[key]


def published(organisation: Any, name: str) -> ContentVersion:
    """The version in force. Raises RuleRefused when the clinic has not published this kind of content yet.

    The body is left in the database until somebody reads it: `parsed` needs it once per process and digest.
    """
    found = _published(organisation, name)
    if found is None:
        raise RuleRefused(
            f"The clinical lead has not published the {name.replace('_', ' ')} yet.", code="content_not_published"
        )
    return found


def _published(organisation: Any, name: str) -> ContentVersion | None:
    organisation_id = getattr(organisation, "id", organisation)
    rows = ContentVersion.objects.filter(organisation_id=organisation_id, kind=name, state=ContentState.PUBLISHED)
    found: ContentVersion | None = rows.defer("body").first()
    return found


def rows_needing_review(body: Any, path: str = "") -> Iterator[str]:
    """Paths of the rows marked CC or K (or without a code) anywhere in a body; rows are mappings with an
    `evidence` key.
    """
    if isinstance(body, dict):
        if "evidence" in body:
            codes = set(str(body["evidence"] or "CC").replace(";", " ").replace(",", " ").split())
            if codes & NEEDS_REVIEWER:
                yield str(body.get("id", path))
        for key, value in body.items():
            yield from rows_needing_review(value, f"{path}.{key}")
    elif isinstance(body, list):
        for index, value in enumerate(body):
            yield from rows_needing_review(value, f"{path}[{index}]")
