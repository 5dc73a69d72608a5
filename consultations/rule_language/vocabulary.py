"""The words a condition may use: questions with their options, facts with their types, tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

YES_NO = ("yes", "no", "unsure")
NAMESPACES = ("f", "p", "t", "d", "u", "a", "session", "course", "protocol")


class RuleError(ValueError):
    """A condition that cannot be loaded. Names the rule (or question) and the word that is wrong."""

    def __init__(self, owner: str, word: str, reason: str) -> None:
        super().__init__(f"{owner}: {reason}: {word!r}")
        self.owner = owner
        self.word = word
        self.reason = reason


@dataclass(frozen=True)
class QuestionType:
    """What a condition needs to know about a question."""

    kind: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactType:
    """Type of a fact (flag, number, word, words, range), its words, and whether it is quiet while unknown."""

    kind: str
    options: tuple[str, ...] = ()
    is_quiet: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """All words known when a rule set is loaded."""

    questions: Mapping[str, QuestionType]
    facts: Mapping[str, FactType] = field(default_factory=dict)
    allergen_tags: frozenset[str] = frozenset()
    contraindication_tags: frozenset[str] = frozenset()
