"""Condition text to tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from consultations.rule_language.vocabulary import RuleError

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|'(?P<text>[^'\\]*)'|\"(?P<quoted>[^\"\\]*)\"|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)"
    r"|(?P<symbol>==|!=|<=|>=|[<>()\[\],:+*/-]))"
)


@dataclass(frozen=True)
class Token:
    """A piece of a condition: `number`, `text`, `name`, `symbol` or `end`."""

    kind: str
    word: str


def tokenize(owner: str, condition: str) -> tuple[Token, ...]:
    """Tokens of a condition, ending with one of kind `end`. Raises RuleError at a character that fits nothing."""
    tokens: list[Token] = []
    position, text = 0, condition.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise RuleError(owner, text[position:].strip()[:20], "cannot be read")
        kind = "text" if match.lastgroup == "quoted" else str(match.lastgroup)
        tokens.append(Token(kind, match[match.lastgroup or 0]))
        position = match.end()
    return (*tokens, Token("end", "end of condition"))
