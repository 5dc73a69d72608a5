"""Tokens to a checked tree: recursive descent over the grammar in the package docstring."""

from __future__ import annotations

from collections.abc import Callable

from consultations.rule_language import checks, tree
from consultations.rule_language.tokens import Token, tokenize
from consultations.rule_language.vocabulary import NAMESPACES, RuleError, Vocabulary

MAX_DEPTH = 8
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_RESERVED = frozenset({"and", "or", "not", "in", "outside", "any", "tag", "min", "max"})


def parse(owner: str, condition: str, vocabulary: Vocabulary) -> tree.Node:
    """The checked tree of a condition.

    Raises RuleError naming `owner` (rule or question id) and the word that is unknown or out of place.
    """
    parser = _Parser(owner, tokenize(owner, condition), vocabulary)
    node = parser.condition()
    parser.expect_end()
    return node


class _Parser:
    def __init__(self, owner: str, tokens: tuple[Token, ...], vocabulary: Vocabulary) -> None:
        self.owner = owner
        self.tokens = tokens
        self.position = 0
        self.inside_any_tag = False
        self.depth = 0
        self.check = checks.Checker(owner, vocabulary)

    # tokens -----------------------------------------------------------------------------------------------------------
    @property
    def here(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.here
        self.position += 1
        return token

    def accept(self, *words: str) -> str | None:
        if self.here.kind in ("name", "symbol") and self.here.word in words:
            return self.take().word
        return None

    def expect(self, word: str) -> None:
        if self.accept(word) is None:
            raise RuleError(self.owner, self.here.word, f"expected {word} before")

    def expect_end(self) -> None:
        if self.here.kind != "end":
            raise RuleError(self.owner, self.here.word, "nothing more expected, found")

    def text(self) -> str:
        if self.here.kind != "text":
            raise RuleError(self.owner, self.here.word, "expected a word in quotes, found")
        return self.take().word

    # conditions -------------------------------------------------------------------------------------------------------
    def condition(self) -> tree.Node:
        following = self.tokens[1].word if len(self.tokens) > 1 else ""
        if self.here.word == "any" and following == "tag":
            self.position = 2
            self.expect(":")
            self.inside_any_tag = True
            return tree.AnyTag(self.expression())
        return self.expression()

    def expression(self) -> tree.Node:
        parts = [self.conjunction()]
        while self.accept("or"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else tree.Or(tuple(parts))

    def conjunction(self) -> tree.Node:
        parts = [self.negation()]
        while self.accept("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else tree.And(tuple(parts))

    def negation(self) -> tree.Node:
        if self.accept("not"):
            return tree.Not(self.negation())
        return self.comparison()

    def comparison(self) -> tree.Node:
        left = self.sum()
        operator = self.operator()
        if operator is None:
            return self.check.condition(left)
        right = self.sum()
        if operator in ("in", "not in"):
            return self.check.among(left, right, negated=operator == "not in")
        if operator == "outside":
            return self.check.outside(left, right)
        return self.check.compare(operator, left, right)

    def operator(self) -> str | None:
        if self.here.word == "not" and self.tokens[self.position + 1].word == "in":
            self.position += 2
            return "not in"
        return self.accept(*_COMPARISONS, "in", "outside")

    # values -----------------------------------------------------------------------------------------------------------
    def sum(self) -> tree.Node | tree.Value:
        return self.arithmetic(("+", "-"), lambda: self.arithmetic(("*", "/"), self.factor))

    def arithmetic(
        self, operators: tuple[str, ...], part: Callable[[], tree.Node | tree.Value]
    ) -> tree.Node | tree.Value:
        left = part()
        while operator := self.accept(*operators):
            left = tree.Arithmetic(operator, (self.check.number(left), self.check.number(part())))
        return left

    def factor(self) -> tree.Node | tree.Value:
        token = self.here
        if token.kind == "number":
            return tree.Number(float(self.take().word))
        if token.kind == "text":
            return tree.Text(self.take().word)
        if self.accept("["):
            return self.word_list()
        if self.accept("("):
            inner = self.expression_or_value()
            self.expect(")")
            return inner
        if token.kind == "name":
            return self.call_or_name()
        raise RuleError(self.owner, token.word, "a value or condition was expected, found")

    def expression_or_value(self) -> tree.Node | tree.Value:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise RuleError(self.owner, "(", f"more than {MAX_DEPTH} brackets inside each other")
        start, inner = self.position, None
        if self.here.word != "not":
            inner = self.sum()
        if inner is None or self.here.word != ")":
            self.position = start
            inner = self.expression()
        self.depth -= 1
        return inner

    def word_list(self) -> tree.Words:
        words = [self.text()]
        while self.accept(","):
            words.append(self.text())
        self.expect("]")
        return tree.Words(tuple(words))

    def call_or_name(self) -> tree.Node | tree.Value:
        name = self.take().word
        if self.here.word == "(":
            return self.call(name)
        if name == "m":
            return tree.Modality()
        namespace, _, rest = name.partition(".")
        if namespace == "q" and rest:
            return self.check.question(rest)
        if namespace in NAMESPACES and rest:
            return self.check.fact(name)
        reason = "out of place" if name in _RESERVED else "unknown name"
        raise RuleError(self.owner, name, reason)

    # forms ------------------------------------------------------------------------------------------------------------
    def call(self, name: str) -> tree.Node | tree.Value:
        forms: dict[str, Callable[[], tree.Node | tree.Value]] = {
            "yes": lambda: tree.Yes(self.question_of("yes")),
            "answered": lambda: tree.Answered(self.question_of("answered")),
            "days_since": lambda: tree.DaysSince(self.question_of("days_since")),
            "is": self.is_one_of,
            "any": self.is_one_of,
            "within": lambda: tree.Within(*self.question_and_days("within")),
            "before": lambda: tree.Before(*self.question_and_days("before")),
            "allergy": lambda: tree.Allergy(self.tag()),
            "p.has": lambda: tree.Has(self.tag()),
            "p.contra": lambda: tree.Contra(self.check.contraindication(self.text())),
            "min": lambda: tree.Arithmetic("min", self.numbers()),
            "max": lambda: tree.Arithmetic("max", self.numbers()),
        }
        if name not in forms:
            raise RuleError(self.owner, name, "unknown form")
        self.expect("(")
        node = forms[name]()
        self.expect(")")
        return node

    def question_of(self, form: str) -> str:
        token = self.take()
        namespace, _, name = token.word.partition(".")
        if token.kind != "name" or namespace != "q" or not name:
            raise RuleError(self.owner, token.word, "expected a question, found")
        return self.check.asked_by(form, name)

    def is_one_of(self) -> tree.Is:
        name = self.question_of("is")
        words: list[str] = []
        while self.accept(","):
            words.append(self.check.option(name, self.text()))
        if not words:
            raise RuleError(self.owner, self.here.word, "expected a word to compare with before")
        return tree.Is(name, tuple(words))

    def question_and_days(self, form: str) -> tuple[str, tree.Value]:
        name = self.question_of(form)
        self.expect(",")
        return name, self.check.number(self.sum())

    def tag(self) -> str | None:
        if self.accept("tag"):
            if not self.inside_any_tag:
                raise RuleError(self.owner, "tag", "only inside any tag:")
            return None
        return self.check.allergen(self.text())

    def numbers(self) -> tuple[tree.Value, ...]:
        parts = [self.check.number(self.sum())]
        while self.accept(","):
            parts.append(self.check.number(self.sum()))
        if len(parts) < 2:
            raise RuleError(self.owner, self.here.word, "min and max need two numbers before")
        return tuple(parts)
