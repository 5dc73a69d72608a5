"""What can be handed over: each owning app registers how its document is shown, answered, submitted, signed
and declined.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

Page = Callable[[HttpRequest, Any], HttpResponse]
Answer = Callable[[Any, Any, dict[str, Any], int | None], dict[str, Any]]


@dataclass(frozen=True)
class HandedKind:
    """`show`, `submit`, `sign`, `decline` take (request, handover) and answer a page;
    `answer(actor, handover, data, version)` saves answers and returns the new state as plain data."""

    show: Page
    submit: Page | None = None
    sign: Page | None = None
    decline: Page | None = None
    answer: Answer | None = None
    state: Callable[[Any, Any], dict[str, Any]] | None = None


_KINDS: dict[str, HandedKind] = {}


def register(
    kind: str,
    *,
    show: Page,
    submit: Page | None = None,
    sign: Page | None = None,
    decline: Page | None = None,
    answer: Answer | None = None,
    state: Callable[[Any, Any], dict[str, Any]] | None = None,
) -> None:
    """Register the pages of one kind in an app's `ready()`."""
    _KINDS[kind] = HandedKind(show, submit, sign, decline, answer, state)


def of(kind: str) -> HandedKind:
    """The pages of a kind."""
    return _KINDS[kind]
