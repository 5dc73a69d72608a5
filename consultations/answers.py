"""One answer checked against its question: the canonical value, or what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from consultations.questionnaire import Field, Item, Questionnaire, is_blank

MAX_TEXT = 4000
MAX_ROWS = 60
MAX_NUMBER = 10**12


class AnswerError(ValueError):
    """An answer the question cannot take. Names the question."""

    def __init__(self, question: str, reason: str) -> None:
        super().__init__(f"{question}: {reason}")
        self.question = question
        self.reason = reason


def check(questionnaire: Questionnaire, answers: Mapping[str, Any], on: date) -> dict[str, Any]:
    """All answers in canonical form. Raises AnswerError naming the first question that is unknown or wrong."""
    checked: dict[str, Any] = {}
    for question, value in answers.items():
        if question not in questionnaire.items:
            raise AnswerError(question, "is not a question of this questionnaire")
        checked[question] = check_answer(questionnaire.items[question], value, on)
    return checked


def check_answer(item: Item | Field, value: Any, on: date) -> Any:
    """The canonical value of one answer; None when left blank. Raises AnswerError."""
    if is_blank(value):
        return None
    return _CHECKS[item.type](item, value, on)


def _word(item: Item | Field, value: Any, options: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in options:
        raise AnswerError(item.id, f"{value!r} is not one of {', '.join(options)}")
    return value


def _ynu(item: Item | Field, value: Any, on: date) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _word(item, value, ("yes", "no", "unsure"))


def _bool(item: Item | Field, value: Any, on: date) -> bool:
    if isinstance(value, bool):
        return value
    return _word(item, value, ("yes", "no")) == "yes"


def _single(item: Item | Field, value: Any, on: date) -> str:
    return _word(item, value, item.options)


def _multi(item: Item | Field, value: Any, on: date) -> list[str]:
    if not isinstance(value, (list, tuple)) or not value:
        raise AnswerError(item.id, f"{value!r} is not a list of words")
    words = [_word(item, word, item.options) for word in value]
    if len(set(words)) != len(words):
        raise AnswerError(item.id, "names a word twice")
    alone = {"none", "neither"} & set(words)
    if alone and len(words) > 1:
        raise AnswerError(item.id, f"{alone.pop()!r} stands alone")
    return [word for word in item.options if word in words]


def _text(item: Item | Field, value: Any, on: date) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise AnswerError(item.id, "is not text")
    if len(value) > MAX_TEXT:
        raise AnswerError(item.id, f"is longer than {MAX_TEXT} characters")
    return value.strip()


def _date(item: Item | Field, value: Any, on: date) -> str:
    try:
        given = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        given = None
    if given is None or not date(1900, 1, 1) <= given <= date(on.year + 5, 12, 31):
        raise AnswerError(item.id, f"{value!r} is not a date")
    return given.isoformat()


def _dn(item: Item | Field, value: Any, on: date) -> str:
    return str(value) if value in ("none", "unsure") else _date(item, value, on)


def _number(item: Item | Field, value: Any, on: date) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise AnswerError(item.id, f"{value!r} is not a number")
    if not abs(value) <= MAX_NUMBER:  # nor is NaN
        raise AnswerError(item.id, "is not a number that ends, or is too large")
    if item.range and not item.range[0] <= value <= item.range[1]:
        raise AnswerError(item.id, f"{value!r} lies outside {item.range[0]:g} to {item.range[1]:g}")
    return value


def _int(item: Item | Field, value: Any, on: date) -> int:
    number = _number(item, value, on)
    if number != int(number):
        raise AnswerError(item.id, f"{value!r} is not a whole number")
    return int(number)


def _group(item: Item | Field, value: Any, on: date) -> list[dict[str, Any]]:
    fields = {field.id: field for field in item.fields} if isinstance(item, Item) else {}
    if not isinstance(value, list) or len(value) > MAX_ROWS:
        raise AnswerError(item.id, f"is not a list of at most {MAX_ROWS} rows")
    return [_row(item, row, fields, on) for row in value]


def _row(item: Item | Field, row: Any, fields: Mapping[str, Field], on: date) -> dict[str, Any]:
    if not isinstance(row, dict) or not row.keys() <= fields.keys():
        raise AnswerError(item.id, f"a row has the fields {', '.join(fields)}")
    checked = {}
    for name, field in fields.items():
        given = check_answer(field, row.get(name), on)
        if given is None and field.is_required:
            raise AnswerError(item.id, f"{field.wording} is missing in a row")
        if given is not None:
            checked[name] = given
    return checked


def _sign(item: Item | Field, value: Any, on: date) -> str:
    if value is True:
        return "signed"
    return _word(item, value, ("signed",))


_CHECKS: Mapping[str, Callable[[Item | Field, Any, date], Any]] = {
    "bool": _bool,
    "ynu": _ynu,
    "single": _single,
    "multi": _multi,
    "text": _text,
    "long": _text,
    "date": _date,
    "dn": _dn,
    "int": _int,
    "dec": _number,
    "s10": _int,
    "group": _group,
    "sign": _sign,
}
