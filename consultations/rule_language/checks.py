"""Type checks made while a condition is read, so that a rule that loads can be evaluated."""

from __future__ import annotations

from typing import cast

from consultations.rule_language import tree
from consultations.rule_language.vocabulary import YES_NO, QuestionType, RuleError, Vocabulary

_WANTED: dict[str, tuple[str, ...]] = {
    "yes": ("ynu", "bool"),
    "is": ("single", "multi", "ynu", "bool"),
    "answered": ("text", "long", "group", "dn", "date", "int", "dec"),
    "days_since": ("date", "dn"),
    "within": ("date", "dn"),
    "before": ("date", "dn"),
}
_NUMERIC = ("int", "dec", "s10")
MODALITIES = ("injection", "electro")


class Checker:
    """Checks names and types of one rule against the vocabulary."""

    def __init__(self, owner: str, vocabulary: Vocabulary) -> None:
        self.owner = owner
        self.vocabulary = vocabulary

    def refuse(self, word: str, reason: str) -> RuleError:
        """The error to raise."""
        return RuleError(self.owner, word, reason)

    # names ------------------------------------------------------------------------------------------------------------
    def _known(self, name: str) -> QuestionType:
        found = self.vocabulary.questions.get(name)
        if found is None:
            raise self.refuse(f"q.{name}", "unknown question")
        return found

    def asked_by(self, form: str, name: str) -> str:
        """The question's name, if the form may read this type of question."""
        if self._known(name).kind not in _WANTED[form]:
            raise self.refuse(f"q.{name}", f"{form}() cannot read a question of type {self._known(name).kind}")
        return name

    def question(self, name: str) -> tree.Question:
        """A bare question: a number, or the words of a multiple choice."""
        if self._known(name).kind not in (*_NUMERIC, "multi"):
            raise self.refuse(f"q.{name}", f"type {self._known(name).kind} has no bare value")
        return tree.Question(name)

    def option(self, name: str, word: str) -> str:
        """An option word of a question."""
        question = self._known(name)
        options = question.options or YES_NO
        if word not in options:
            raise self.refuse(word, f"unknown option of q.{name}")
        return word

    def fact(self, name: str) -> tree.Fact:
        """A listed fact."""
        if name not in self.vocabulary.facts:
            raise self.refuse(name, "unknown fact")
        return tree.Fact(name)

    def allergen(self, tag: str) -> str:
        """A listed allergen tag."""
        if tag not in self.vocabulary.allergen_tags:
            raise self.refuse(tag, "unknown allergen tag")
        return tag

    def contraindication(self, tag: str) -> str:
        """A listed contraindication tag."""
        if tag not in self.vocabulary.contraindication_tags:
            raise self.refuse(tag, "unknown contraindication tag")
        return tag

    # types ------------------------------------------------------------------------------------------------------------
    def kind(self, value: tree.Node | tree.Value) -> str:
        """`number`, `word`, `words`, `range`, or `condition`."""
        if isinstance(value, (tree.Number, tree.Arithmetic, tree.DaysSince)):
            return "number"
        if isinstance(value, (tree.Text, tree.Modality)):
            return "word"
        if isinstance(value, tree.Words):
            return "words"
        if isinstance(value, tree.Question):
            return "words" if self._known(value.name).kind == "multi" else "number"
        if isinstance(value, tree.Fact):
            kind = self.vocabulary.facts[value.name].kind
            return "condition" if kind == "flag" else kind
        return "condition"

    def _shown(self, value: tree.Node | tree.Value) -> str:
        for name in ("name", "question", "value", "tag", "operator"):
            if hasattr(value, name):
                return str(getattr(value, name))
        return type(value).__name__.lower()

    def condition(self, value: tree.Node | tree.Value) -> tree.Node:
        """The value as a condition. A bare number or word is refused."""
        if self.kind(value) != "condition":
            raise self.refuse(self._shown(value), "is a value, not a condition")
        return cast(tree.Node, value)

    def value(self, value: tree.Node | tree.Value, *kinds: str) -> tree.Value:
        """The value, if it is of one of the kinds."""
        if self.kind(value) not in kinds:
            raise self.refuse(self._shown(value), f"expected a {' or '.join(kinds)}, found")
        return cast(tree.Value, value)

    def number(self, value: tree.Node | tree.Value) -> tree.Value:
        """The value, if it is a number."""
        return self.value(value, "number")

    def compare(self, operator: str, left: tree.Node | tree.Value, right: tree.Node | tree.Value) -> tree.Compare:
        """Numbers in any order; words only for equality, and only listed words."""
        if operator not in ("==", "!="):
            return tree.Compare(operator, self.number(left), self.number(right))
        kind = "number" if self.kind(left) == "number" else "word"
        checked = self.value(left, kind) if kind == "number" else self.value(left, "word", "words")
        other = self.value(right, kind)
        self._listed(checked, other)
        return tree.Compare(operator, checked, other)

    def _listed(self, left: tree.Value, right: tree.Value) -> None:
        options = self._options(left)
        words: tuple[str, ...] = ()
        if isinstance(right, (tree.Words, tree.Text)):
            words = right.values if isinstance(right, tree.Words) else (right.value,)
        for word in words:
            if options and word not in options:
                raise self.refuse(word, f"unknown option of {self._shown(left)}")

    def _options(self, value: tree.Value) -> tuple[str, ...]:
        if isinstance(value, tree.Modality):
            return MODALITIES
        if isinstance(value, tree.Fact):
            return self.vocabulary.facts[value.name].options
        if isinstance(value, tree.Question):
            return self._known(value.name).options
        return ()

    def among(self, left: tree.Node | tree.Value, right: tree.Node | tree.Value, *, negated: bool) -> tree.Among:
        """A word, or words, in a list."""
        checked, other = self.value(left, "word", "words"), self.value(right, "words")
        self._listed(checked, other)
        return tree.Among(checked, other, negated)

    def outside(self, left: tree.Node | tree.Value, right: tree.Node | tree.Value) -> tree.Outside:
        """A number against a fact that is a range."""
        checked, other = self.number(left), self.value(right, "range")
        return tree.Outside(checked, cast(tree.Fact, other))
