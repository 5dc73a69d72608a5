"""The medical questionnaire as checked data: groups, items, which are asked, what an answer may be. Pure.

Parsed from `content/questionnaire.yaml` (clinical-content.md A). A follow-up is asked when its condition holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from consultations import rule_language
from consultations.rule_language import tree
from consultations.rule_language.evaluate import Missing, Outcome, Truth
from consultations.rule_language.vocabulary import QuestionType, RuleError, Vocabulary

TYPES = ("bool", "ynu", "single", "multi", "text", "long", "date", "dn", "int", "dec", "s10", "group", "sign")
ASKED = ("always", "electro", "visit", "later_visit")
_ITEM_KEYS = frozenset(
    {"id", "wording", "type", "required", "options", "range", "unit", "tense", "blank", "when", "asked", "staff_only",
     "maps_to", "fields", "why", "safe", "evidence", "source"}
)  # fmt: skip
_GROUP_KEYS = frozenset({"id", "title", "asked", "items"})


@dataclass(frozen=True)
class Field:
    """One column of a repeatable group."""

    id: str
    wording: str
    type: str
    is_required: bool = False
    options: tuple[str, ...] = ()
    tense: str = "either"
    range: tuple[float, float] | None = None


@dataclass(frozen=True)
class Item:
    """One question. `blank` says what leaving it empty means to the screen: unsure, or no answer."""

    id: str
    group: str
    wording: str
    type: str
    is_required: bool
    asked: str
    options: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    unit: str = ""
    tense: str = "either"
    blank: Missing = Missing.BLANK
    when_text: str = ""
    when: rule_language.Node | None = None
    is_staff_only: bool = False
    maps_to: str = ""
    fields: tuple[Field, ...] = ()
    why: str = ""
    safe: Any = None
    evidence: str = "CC"
    source: str = ""

    @property
    def type_for_rules(self) -> QuestionType:
        """What the rule language needs to know."""
        return QuestionType(self.type, self.options)


@dataclass(frozen=True)
class Group:
    """A page of the questionnaire."""

    id: str
    title: str
    asked: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class TagRule:
    """An answer that writes allergy tags by itself; a tag ending in `:unsure` is written as unsure."""

    question: str
    answer: str
    tags: tuple[str, ...]
    unless: str = ""


@dataclass(frozen=True)
class Setting:
    """What decides whole groups: the modalities considered, and whether a session is being prepared."""

    modalities: frozenset[str] = frozenset({"injection", "electro"})
    is_visit: bool = False
    is_later_visit: bool = False

    def covers(self, asked: str) -> bool:
        """Whether a group or item of this kind is asked."""
        return {
            "always": True,
            "electro": "electro" in self.modalities,
            "visit": self.is_visit,
            "later_visit": self.is_visit and self.is_later_visit,
        }[asked]


@dataclass(frozen=True)
class Questionnaire:
    """All groups, by order and by question id."""

    id: str
    title: str
    groups: tuple[Group, ...]
    tag_rules: tuple[TagRule, ...]
    items: Mapping[str, Item]

    def item(self, question: str) -> Item:
        """The item of an id. Raises KeyError."""
        return self.items[question]

    def asked(self, answers: Mapping[str, Any], setting: Setting, *, while_filling: bool = False) -> tuple[Item, ...]:
        """Items asked of this client.

        `while_filling`: a follow-up waits until its parent is answered. Otherwise a required parent left blank counts
        as unsure, so its follow-ups count as asked (fail-safe, clinical-content.md 0.2).
        """
        shown: dict[str, Item] = {}
        situation = _Filling(self, answers, shown, while_filling)
        for group in self.groups:
            if setting.covers(group.asked):
                for item in group.items:
                    if setting.covers(item.asked) and self._holds(item, situation):
                        shown[item.id] = item
        return tuple(shown.values())

    @staticmethod
    def _holds(item: Item, situation: _Filling) -> bool:
        return item.when is None or rule_language.evaluate(item.when, situation).fires  # type: ignore[arg-type]

    def blanks(self, answers: Mapping[str, Any], setting: Setting, *, with_staff: bool = True) -> tuple[Item, ...]:
        """Required items that are asked and have no answer."""
        return tuple(
            item
            for item in self.asked(answers, setting, while_filling=True)
            if item.is_required and (with_staff or not item.is_staff_only) and is_blank(answers.get(item.id))
        )


class _Filling:
    """Answers as `when` conditions see them; a question that is not shown counts as not asked."""

    def __init__(
        self, questionnaire: Questionnaire, answers: Mapping[str, Any], shown: Mapping[str, Item], while_filling: bool
    ) -> None:
        self.questionnaire = questionnaire
        self.answers = answers
        self.shown = shown
        self.while_filling = while_filling

    def answer(self, question: str) -> Any:
        """The answer, or why there is none."""
        if question not in self.shown:
            return Missing.NOT_ASKED
        value = self.answers.get(question)
        if not is_blank(value):
            return value
        return Missing.NOT_ASKED if self.while_filling else self.shown[question].blank

    def fact(self, name: str) -> Any:
        """`when` conditions read no facts."""
        return Missing.ABSENT

    def allergy(self, tag: str) -> Outcome:
        """`when` conditions read no tags."""
        return Outcome(Truth.FALSE)


def is_blank(value: Any) -> bool:
    """Whether nothing was answered. `False` and 0 are answers; an empty list of medicines is one too."""
    return value is None or (isinstance(value, str) and not value.strip())


# parsing --------------------------------------------------------------------------------------------------------------
def parse(body: Any) -> Questionnaire:
    """The checked questionnaire of a content body. Raises RuleError naming the item and the word that is wrong."""
    groups, known = [], dict[str, QuestionType]()
    for raw in body["groups"]:
        _keys(raw, _GROUP_KEYS, str(raw.get("id")))
        if raw["asked"] not in ASKED:
            raise RuleError(raw["id"], str(raw["asked"]), "unknown word for asked")
        items = []
        for row in raw["items"]:
            item = _item(row, raw["id"], known)
            known[item.id] = item.type_for_rules
            items.append(item)
        groups.append(Group(raw["id"], raw["title"], raw["asked"], tuple(items)))
    by_id = {item.id: item for group in groups for item in group.items}
    rules = tuple(_tag_rule(row, by_id) for row in body["tag_map"])
    return Questionnaire(body["id"], body["title"], tuple(groups), rules, by_id)


def _keys(row: Mapping[str, Any], allowed: frozenset[str], owner: str) -> None:
    for key in row:
        if key not in allowed:
            raise RuleError(owner, str(key), "unknown key")


def _item(row: Mapping[str, Any], group: str, known: Mapping[str, QuestionType]) -> Item:
    name = str(row["id"])
    _keys(row, _ITEM_KEYS, name)
    _check_row(row, name, known)
    when_text = row.get("when", "")
    is_required = bool(row.get("required", False))
    item = Item(
        id=name,
        group=group,
        wording=row["wording"],
        type=row["type"],
        is_required=is_required,
        asked=row.get("asked", "always"),
        options=tuple(row.get("options", ())),
        range=_range(row),
        unit=row.get("unit", ""),
        tense=row.get("tense", "either"),
        when_text=when_text,
        when=rule_language.parse(name, when_text, Vocabulary(known)) if when_text else None,
        is_staff_only=bool(row.get("staff_only", False)),
        maps_to=row.get("maps_to", ""),
        fields=tuple(_field(field, name) for field in row.get("fields", ())),
        why=row.get("why", ""),
        safe=row.get("safe"),
        evidence=row["evidence"],
        source=row["source"],
    )
    is_follow_up = item.type in ("date", "ynu") and bool(when_text)
    means_unsure = is_required or is_follow_up or row.get("blank") == "unsure"
    return replace(item, blank=Missing.UNSURE if means_unsure else Missing.BLANK)


def _check_row(row: Mapping[str, Any], name: str, known: Mapping[str, QuestionType]) -> None:
    if name in known:
        raise RuleError(name, name, "question appears twice")
    if row["type"] not in TYPES:
        raise RuleError(name, str(row["type"]), "unknown type")
    if row.get("asked", "always") not in ASKED:
        raise RuleError(name, str(row["asked"]), "unknown word for asked")
    if (row["type"] in ("single", "multi")) != bool(row.get("options")):
        raise RuleError(name, row["type"], "options are needed for single and multi only, found")


def _range(row: Mapping[str, Any]) -> tuple[float, float] | None:
    limits = row.get("range")
    return (float(limits[0]), float(limits[1])) if limits else None


def _field(row: Mapping[str, Any], owner: str) -> Field:
    if row["type"] not in TYPES:
        raise RuleError(owner, str(row["type"]), "unknown type")
    return Field(
        row["id"], row["wording"], row["type"], bool(row.get("required")), tuple(row.get("options", ())),
        row.get("tense", "either"),
    )  # fmt: skip


def _tag_rule(row: Mapping[str, Any], items: Mapping[str, Item]) -> TagRule:
    question, answer = row["question"], row["answer"]
    if question not in items:
        raise RuleError("tag_map", question, "unknown question")
    options = items[question].options or ("yes", "no", "unsure")
    if answer not in options:
        raise RuleError("tag_map", answer, f"unknown option of q.{question}")
    return TagRule(question, answer, tuple(row["tags"]), row.get("unless", ""))


def parents(node: rule_language.Node | None) -> Iterator[str]:
    """Question ids a condition reads."""
    if node is not None:
        for part in tree.walk(node):
            name = getattr(part, "question", None)
            if isinstance(name, str):
                yield name
