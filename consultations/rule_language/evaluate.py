"""A tree against one situation: four truths, so that what is not known fails on the safe side.

`TRUE` and `FALSE` are ordinary. `UNKNOWN` stays unknown through `not` and makes the rule fire. `ABSENT` (a question
that was not asked, a thing that is not chosen or has not begun) also stays through `not`, and never makes a rule fire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from consultations.rule_language import tree


class Truth(StrEnum):
    """How a condition stands."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    ABSENT = "absent"


class Missing(StrEnum):
    """Why there is no value."""

    UNSURE = "unsure"  # the client is unsure, or left a required answer blank
    BLANK = "blank"  # an optional answer was left blank
    NOT_ASKED = "not asked"
    UNKNOWN = "unknown"  # a fact nobody recorded
    ABSENT = "absent"  # a fact of something that is not chosen or has not begun


@dataclass(frozen=True)
class Outcome:
    """A truth, the questions and facts it rests on, and those of them that are unknown."""

    truth: Truth
    names: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def fires(self) -> bool:
        """Whether a rule with this outcome fires."""
        return self.truth in (Truth.TRUE, Truth.UNKNOWN)


class Situation(Protocol):
    """What the evaluator asks about a client and a plan."""

    on: date
    modality: str

    def answer(self, question: str) -> Any:
        """The answer, or a Missing."""

    def is_past(self, question: str) -> bool:
        """Whether the date asked for lies in the past by its nature, so that a future date is not over yet."""

    def fact(self, name: str) -> Any:
        """The fact, or a Missing."""

    def allergy(self, tag: str) -> Outcome:
        """Whether the client's list has the tag."""

    def related_allergy(self, tag: str) -> Outcome:
        """The same, cross-relations between tags included (for `any tag:`)."""

    def has(self, tag: str) -> Outcome:
        """Whether a product or consumable carries the allergen tag."""

    def contra(self, tag: str) -> Outcome:
        """Whether a product carries the contraindication tag."""

    def tags(self) -> Iterable[str]:
        """Allergen tags worth trying in `any tag:`."""


def evaluate(node: tree.Node, situation: Situation) -> Outcome:
    """The outcome of a condition. Never raises for a tree that was loaded through `parse`."""
    return _FORMS[type(node)](node, situation)


def _known(truth: bool, *names: str) -> Outcome:
    return Outcome(Truth.TRUE if truth else Truth.FALSE, names)


def _unknown(*names: str) -> Outcome:
    return Outcome(Truth.UNKNOWN, names, names)


def _join(truth: Truth, parts: Iterable[Outcome]) -> Outcome:
    names: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for part in parts:
        names.update(dict.fromkeys(part.names))
        unknown.update(dict.fromkeys(part.unknown))
    return Outcome(truth, tuple(names), tuple(unknown) if truth is Truth.UNKNOWN else ())


def both(outcomes: list[Outcome]) -> Outcome:
    """`and` over outcomes: false or absent wins, then unknown."""
    for truth in (Truth.FALSE, Truth.ABSENT):
        decisive = [outcome for outcome in outcomes if outcome.truth is truth]
        if decisive:
            return _join(truth, decisive)
    is_unknown = any(outcome.truth is Truth.UNKNOWN for outcome in outcomes)
    return _join(Truth.UNKNOWN if is_unknown else Truth.TRUE, outcomes)


def either(outcomes: list[Outcome]) -> Outcome:
    """`or` over outcomes: true wins, then unknown, then false."""
    for truth in (Truth.TRUE, Truth.UNKNOWN):
        decisive = [outcome for outcome in outcomes if outcome.truth is truth]
        if decisive:
            return _join(truth, decisive)
    is_false = any(outcome.truth is Truth.FALSE for outcome in outcomes) or not outcomes
    return _join(Truth.FALSE if is_false else Truth.ABSENT, outcomes)


_OPPOSITE = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN, Truth.ABSENT: Truth.ABSENT}


def _not(node: tree.Not, situation: Situation) -> Outcome:
    outcome = evaluate(node.part, situation)
    return Outcome(_OPPOSITE[outcome.truth], outcome.names, outcome.unknown)


# answers --------------------------------------------------------------------------------------------------------------
def words_of(answer: Any) -> tuple[str, ...]:
    """An answer as words: true and false are yes and no, a list is its words."""
    if isinstance(answer, bool):
        return ("yes" if answer else "no",)
    if isinstance(answer, (list, tuple)):
        return tuple(str(word) for word in answer)
    return (str(answer),)


def _yes(node: tree.Yes, situation: Situation) -> Outcome:
    answer = situation.answer(node.question)
    if isinstance(answer, Missing):
        return _known(answer is Missing.UNSURE, node.question)
    return _known(words_of(answer)[0] in ("yes", "unsure"), node.question)


def _is(node: tree.Is, situation: Situation) -> Outcome:
    answer = situation.answer(node.question)
    if isinstance(answer, Missing):
        return _missing(answer, node.question)
    words = words_of(answer)
    if set(words) & set(node.words):
        return _known(True, node.question)
    return _unknown(node.question) if "unsure" in words else _known(False, node.question)


def _missing(why: Missing, name: str) -> Outcome:
    if why in (Missing.NOT_ASKED, Missing.ABSENT):
        return Outcome(Truth.ABSENT, (name,))
    return _known(False, name) if why is Missing.BLANK else _unknown(name)


def date_of(answer: Any) -> date | None:
    """The date of an answer, None for the words of a `dn` answer or a missing one."""
    if isinstance(answer, date):
        return answer
    if isinstance(answer, Missing) or not isinstance(answer, str):
        return None
    try:
        return date.fromisoformat(answer)
    except ValueError:
        return None


def _days_from(question: str, situation: Situation) -> int | Outcome:
    answer = situation.answer(question)
    if answer in (Missing.NOT_ASKED, Missing.BLANK, "none"):
        return _known(False, question)
    given = date_of(answer)
    return _unknown(question) if given is None else (situation.on - given).days


def _within(node: tree.Within, situation: Situation) -> Outcome:
    return _near(node, situation, lambda days: days if days >= 0 or not situation.is_past(node.question) else 0)


def _before(node: tree.Before, situation: Situation) -> Outcome:
    return _near(node, situation, lambda days: -days)


def _near(node: tree.Within | tree.Before, situation: Situation, distance: Callable[[int], int]) -> Outcome:
    days = _days_from(node.question, situation)
    if isinstance(days, Outcome):
        return days
    limit, names, why = number_of(node.days, situation)
    if why is not None:
        return _missing(why, names[0] if names else node.question)
    return _known(0 <= distance(days) < limit, node.question, *names)


def _answered(node: tree.Answered, situation: Situation) -> Outcome:
    answer = situation.answer(node.question)
    if isinstance(answer, Missing):
        return _known(answer is Missing.UNSURE, node.question)
    is_empty = answer == "none" or (isinstance(answer, str) and not answer.strip()) or answer in ([], ())
    return _known(not is_empty, node.question)


# products and allergies -----------------------------------------------------------------------------------------------
def _any_tag(node: tree.AnyTag, situation: Situation) -> Outcome:
    return either([evaluate(node.part, _Tagged(situation, tag)) for tag in situation.tags()])


class _Tagged:
    """A situation in which `tag` stands for one tag."""

    def __init__(self, situation: Situation, tag: str) -> None:
        self._situation = situation
        self.tag = tag

    def __getattr__(self, name: str) -> Any:
        return getattr(self._situation, name)


def _allergy(node: tree.Allergy, situation: Situation) -> Outcome:
    return situation.allergy(node.tag) if node.tag else situation.related_allergy(situation.tag)  # type: ignore[attr-defined]


def _has(node: tree.Has, situation: Situation) -> Outcome:
    return situation.has(node.tag or situation.tag)  # type: ignore[attr-defined]


# values ---------------------------------------------------------------------------------------------------------------
Named = tuple[Any, tuple[str, ...], Missing | None]
_ARITHMETIC: dict[str, Callable[..., float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else float("inf"),
    "min": min,
    "max": max,
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: b in a if isinstance(a, (list, tuple)) else a == b,
    "!=": lambda a, b: b not in a if isinstance(a, (list, tuple)) else a != b,
}


def number_of(value: tree.Value, situation: Situation) -> Named:
    """A value with the names it rests on, and why it is missing if it is."""
    if isinstance(value, (tree.Number, tree.Text)):
        return value.value, (), None
    if isinstance(value, tree.Words):
        return value.values, (), None
    if isinstance(value, tree.Modality):
        return situation.modality, ("m",), None
    if isinstance(value, tree.Arithmetic):
        return _arithmetic(value, situation)
    if isinstance(value, tree.DaysSince):
        return _days_since(value.question, situation)
    found = situation.fact(value.name) if isinstance(value, tree.Fact) else situation.answer(value.name)
    return found, (value.name,), found if isinstance(found, Missing) else None


def _days_since(question: str, situation: Situation) -> Named:
    answer = situation.answer(question)
    given = date_of(answer)
    if given is not None:
        return (situation.on - given).days, (question,), None
    is_quiet = answer in (Missing.NOT_ASKED, Missing.BLANK, "none")
    return None, (question,), Missing.ABSENT if is_quiet else Missing.UNKNOWN


def _arithmetic(value: tree.Arithmetic, situation: Situation) -> Named:
    parts = [number_of(part, situation) for part in value.parts]
    names = tuple(name for part in parts for name in part[1])
    for part in parts:
        if part[2] is not None:
            return None, part[1], part[2]
    return _ARITHMETIC[value.operator](*(part[0] for part in parts)), names, None


def _two(left: tree.Value, right: tree.Value, situation: Situation, test: Callable[[Any, Any], bool]) -> Outcome:
    one, other = number_of(left, situation), number_of(right, situation)
    missing = [part for part in (one, other) if part[2] is not None]
    if missing:
        return both([_missing(part[2], part[1][0]) for part in missing if part[2] is not None])
    return _known(test(one[0], other[0]), *one[1], *other[1])


def _compare(node: tree.Compare, situation: Situation) -> Outcome:
    return _two(node.left, node.right, situation, _COMPARE[node.operator])


def _among(node: tree.Among, situation: Situation) -> Outcome:
    outcome = _two(node.left, node.right, situation, lambda a, b: bool(set(words_of(a)) & set(words_of(b))))
    return Outcome(_OPPOSITE[outcome.truth], outcome.names, outcome.unknown) if node.negated else outcome


def _outside(node: tree.Outside, situation: Situation) -> Outcome:
    return _two(node.left, node.right, situation, lambda a, b: not b[0] <= a <= b[1])


def _flag(node: tree.Fact, situation: Situation) -> Outcome:
    found = situation.fact(node.name)
    return _missing(found, node.name) if isinstance(found, Missing) else _known(bool(found), node.name)


_FORMS: dict[type[Any], Callable[[Any, Any], Outcome]] = {
    tree.And: lambda node, s: both([evaluate(part, s) for part in node.parts]),
    tree.Or: lambda node, s: either([evaluate(part, s) for part in node.parts]),
    tree.Not: _not,
    tree.Compare: _compare,
    tree.Among: _among,
    tree.Outside: _outside,
    tree.Yes: _yes,
    tree.Is: _is,
    tree.Within: _within,
    tree.Before: _before,
    tree.Answered: _answered,
    tree.Allergy: _allergy,
    tree.Has: _has,
    tree.Contra: lambda node, s: s.contra(node.tag),
    tree.AnyTag: _any_tag,
    tree.Fact: _flag,
}
