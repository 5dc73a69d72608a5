"""The language of screening rules and of "when" conditions: text in, checked tree out, never `eval`.

Grammar (docs/rule-language.md explains each form)::

    condition   = "any" "tag" ":" expression | expression
    expression  = conjunction { "or" conjunction }
    conjunction = negation { "and" negation }
    negation    = "not" negation | comparison
    comparison  = sum [ operator sum ]
    operator    = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not" "in" | "outside"
    sum         = product { ("+" | "-") product }
    product     = factor { ("*" | "/") factor }
    factor      = number | 'text' | "[" 'text' { "," 'text' } "]" | "(" expression ")" | call | name
    call        = ("yes" | "answered" | "days_since") "(" question ")"
                | ("is" | "any") "(" question "," 'text' { "," 'text' } ")"
                | ("within" | "before") "(" question "," sum ")"
                | ("allergy" | "p.has") "(" ('text' | "tag") ")" | "p.contra" "(" 'text' ")"
                | ("min" | "max") "(" sum "," sum { "," sum } ")"
    question    = "q." word
    name        = question | "m" | ("f" | "p" | "t" | "d" | "u" | "a" | "session" | "course" | "protocol") "." word

Everything a rule names is checked when it is loaded: an unknown question, option word, fact, tag, operator or form is
refused with the rule and the word. Types are checked too: `yes` wants a yes-or-no question, `within` a date.
"""

from consultations.rule_language.evaluate import Outcome, Truth, evaluate, number_of
from consultations.rule_language.parser import parse
from consultations.rule_language.tree import Node, as_data
from consultations.rule_language.vocabulary import FactType, QuestionType, RuleError, Vocabulary

__all__ = [
    "FactType",
    "Node",
    "Outcome",
    "QuestionType",
    "RuleError",
    "Truth",
    "Vocabulary",
    "as_data",
    "evaluate",
    "number_of",
    "parse",
]
