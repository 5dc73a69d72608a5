"""What is due besides visits, offered by higher apps to Today (decision 3): check-ins to ask, for instance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinic.actors import Actor


@dataclass(frozen=True)
class Todo:
    """One thing somebody should do now about one client; `at` is when it fell due."""

    at: datetime
    client: Any
    title: str
    detail: str
    url: str
    label: str = "Due"
    tone: str = ""
    icon: str = "dot"


Provider = Callable[[Actor, datetime], Iterable[Todo]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """`provider(actor, at)` yields what this person may do now; a fixed number of queries whatever the rows."""
    _providers.append(provider)


def due(actor: Actor, at: datetime) -> list[Todo]:
    """Everything due for this person, earliest first."""
    return sorted((row for provider in _providers for row in provider(actor, at)), key=lambda row: row.at)
