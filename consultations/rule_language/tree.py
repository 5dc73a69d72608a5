"""The checked tree of a condition: frozen dataclasses, one per form of the language."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class And:
    """All parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """At least one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True)
class Compare:
    """Two values compared by `==`, `!=`, `<`, `<=`, `>` or `>=`."""

    operator: str
    left: Value
    right: Value


@dataclass(frozen=True)
class Among:
    """A word, or one of several words, is found in a list (`in`), or none is (`not in`)."""

    left: Value
    right: Value
    negated: bool


@dataclass(frozen=True)
class Outside:
    """A number lies below or above a range."""

    left: Value
    right: Fact


@dataclass(frozen=True)
class Yes:
    """The answer is yes or unsure."""

    question: str


@dataclass(frozen=True)
class Is:
    """A single or multiple answer is, or includes, one of the words."""

    question: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Within:
    """The date lies fewer than `days` days before the session."""

    question: str
    days: Value


@dataclass(frozen=True)
class Before:
    """The date lies fewer than `days` days after the session."""

    question: str
    days: Value


@dataclass(frozen=True)
class Answered:
    """Something was written or chosen."""

    question: str


@dataclass(frozen=True)
class Allergy:
    """The client's allergy list has the tag; None stands for the `tag` of an `any tag:` rule."""

    tag: str | None


@dataclass(frozen=True)
class Has:
    """A chosen product or consumable carries the allergen tag; None as in Allergy."""

    tag: str | None


@dataclass(frozen=True)
class Contra:
    """A chosen product carries the contraindication tag."""

    tag: str


@dataclass(frozen=True)
class AnyTag:
    """The part holds for at least one allergen tag."""

    part: Node


@dataclass(frozen=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True)
class Text:
    """A word in quotes."""

    value: str


@dataclass(frozen=True)
class Words:
    """A list of words."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """The answer to a question as a number or as words."""

    name: str


@dataclass(frozen=True)
class DaysSince:
    """Whole days from the answered date to the session."""

    question: str


@dataclass(frozen=True)
class Fact:
    """A fact by its full name, such as `f.age`."""

    name: str


@dataclass(frozen=True)
class Modality:
    """The modality of the planned session: the word `injection` or `electro`."""


@dataclass(frozen=True)
class Arithmetic:
    """Two numbers joined by `+`, `-`, `*` or `/`, or the least or greatest of several."""

    operator: str
    parts: tuple[Value, ...]


Value = Number | Text | Words | Question | DaysSince | Fact | Modality | Arithmetic
Node = (
    And | Or | Not | Compare | Among | Outside | Yes | Is | Within | Before | Answered | Allergy | Has | Contra | AnyTag
    | Question | Fact
)  # fmt: skip


def as_data(node: Node | Value) -> dict[str, Any]:
    """The tree as plain data, for the browser: `{"form": "Yes", "question": "pr_now"}`."""
    data: dict[str, Any] = {"form": type(node).__name__}
    for item in fields(node):
        value = getattr(node, item.name)
        data[item.name] = _plain(value)
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "__dataclass_fields__"):
        return as_data(value)
    return value


def walk(node: Node | Value) -> tuple[Node | Value, ...]:
    """The node and everything under it."""
    found: list[Node | Value] = [node]
    for item in fields(node):
        value = getattr(node, item.name)
        for part in value if isinstance(value, tuple) else (value,):
            if hasattr(part, "__dataclass_fields__"):
                found.extend(walk(part))
    return tuple(found)
