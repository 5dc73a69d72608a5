"""What higher apps offer to pages that need every app: timeline events, facts, exports (decision 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from clinic.actors import Actor
from clinic.errors import CannotBeRead


@dataclass(frozen=True)
class Event:
    """One line of a client's timeline."""

    at: datetime
    kind: str
    title: str
    detail: str = ""
    url: str = ""
    icon: str = "dot"
    tone: str = ""
    photos: tuple[Any, ...] = field(default=())


Timeline = Callable[[Any, Actor], Iterable[Event]]
Export = Callable[[Any], Iterable[tuple[str, Any]]]
Facts = Callable[[Any, datetime], dict[str, Any]]
Readiness = Callable[[list[Any], datetime], dict[Any, dict[str, Any]]]
Treated = Callable[[Any], Iterable[tuple[Any, datetime]]]
Permission = Callable[[Any, datetime], "bool | None"]

_treated: list[Treated] = []
_photo_permissions: list[Permission] = []
Erase = Callable[[UUID, datetime], None]

_timelines: list[Timeline] = []
_erasers: list[Erase] = []
_exports: list[Export] = []
_facts: list[Facts] = []
_readiness: list[Readiness] = []
_tabs: list[Callable[[Any, Actor], Iterable[tuple[str, str, str]]]] = []


def register_timeline(provider: Timeline) -> None:
    """`provider(client, actor)` yields events; a fixed number of queries whatever the number of rows."""
    _timelines.append(provider)


def register_export(provider: Export) -> None:
    """`provider(client)` yields (path of the file in the export, plain data or bytes)."""
    _exports.append(provider)


def register_facts(provider: Facts) -> None:
    """`provider(client, at)` returns facts for screening and banners."""
    _facts.append(provider)


def register_visit_readiness(provider: Readiness) -> None:
    """`provider(visits, at)` returns per visit id the readiness dots it knows: {"consent":
    "ok|warn|block|neutral", …, "next": (label, url)}.
    """
    _readiness.append(provider)


def register_treated(provider: Treated) -> None:
    """`provider(client)` yields (id of the plan, start) of every session in which something was done."""
    _treated.append(provider)


def register_photo_permission(provider: Permission) -> None:
    """`provider(client, at)`: the client's standing answer to photographs for their record; None: not asked yet."""
    _photo_permissions.append(provider)


def treated(client: Any) -> list[tuple[Any, datetime]]:
    """Plan and start of the client's sessions in which something was done."""
    return [row for provider in _treated for row in provider(client)]


def photo_permission(client: Any, at: datetime) -> bool | None:
    """The client's answer to photographs for their record. A no of any provider is a no; None: not asked yet."""
    answers = [answer for provider in _photo_permissions if (answer := provider(client, at)) is not None]
    return all(answers) if answers else None


def timeline(client: Any, actor: Actor) -> list[Event]:
    """All events of a client, newest first."""
    return sorted(
        (event for provider in _timelines for event in provider(client, actor)), key=lambda e: e.at, reverse=True
    )


def register_erase(provider: Erase) -> None:
    """`provider(client_id, at)` scrubs what an app keeps in the clear about an erased client; safe to repeat."""
    _erasers.append(provider)


def erasers() -> tuple[Erase, ...]:
    """All of them."""
    return tuple(_erasers)


def exports() -> tuple[Export, ...]:
    """All export providers."""
    return tuple(_exports)


def facts(client: Any, at: datetime) -> dict[str, Any]:
    """Facts of all providers about a client."""
    merged: dict[str, Any] = {}
    for provider in _facts:
        merged |= provider(client, at)
    return merged


def visit_readiness(visits: list[Any], at: datetime) -> dict[Any, dict[str, Any]]:
    """Readiness of visits, merged from all providers. A visit whose record cannot be read has no dots, its
    neighbours keep theirs.
    """
    merged: dict[Any, dict[str, Any]] = {visit.id: {} for visit in visits}
    for provider in _readiness:
        for visit_id, dots in _readable(provider, visits, at).items():
            merged.setdefault(visit_id, {}).update(dots)
    return merged


def _readable(provider: Readiness, visits: list[Any], at: datetime) -> dict[Any, dict[str, Any]]:
    try:
        return provider(visits, at)
    except CannotBeRead:
        if len(visits) <= 1:
            return {}
    return {key: dots for visit in visits for key, dots in _readable(provider, [visit], at).items()}
