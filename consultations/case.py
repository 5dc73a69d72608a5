"""One case for the rules: a client's answers, their allergies, and what is planned. Pure.

A case turns into a `Situation` (one product and one area at a time) that the rule language reads. Facts that follow
from the answers or from the catalogue are worked out in `consultations.derived`; a fact that was recorded always wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from clinic.catalogue import content as catalogue
from consultations import derived
from consultations.questionnaire import Item, Questionnaire, Setting, is_blank
from consultations.rule_language.evaluate import Missing, Outcome, Truth, either
from consultations.rule_language.vocabulary import FactType

EVERYTHING = frozenset({"f", "u", "p", "t", "d", "a", "session", "course", "protocol"})
ALWAYS_KNOWN = frozenset({"f", "u"})


@dataclass(frozen=True)
class PlannedProduct:
    """A product as the rules see it.

    `facts` holds `p.` facts without their prefix; `tag_answers` answers each tag the ingredient list marks with "?":
    True, False, or None for not checked. A tag that is not named there is not present.
    """

    ingredients: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    tag_answers: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedConsumable:
    """A consumable (clinical-content.md E2b) with the answers to its "?" tags."""

    id: str
    tag_answers: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """Everything one screen reads.

    `facts` maps full names (`f.age`) to values; `allergies` holds tags, with `:unsure` where unsure; `chosen` names
    what exists already: facts of anything else are quiet. `defaults` are taken for granted when a fact is neither
    recorded nor derived. `is_la_reaction_typed`: somebody found out which anaesthetic it was, so `al_la` implies
    nothing any more. `on` is the day of the session.
    """

    questionnaire: Questionnaire
    modality: str
    on: date
    answers: Mapping[str, Any]
    setting: Setting
    facts: Mapping[str, Any] = field(default_factory=dict)
    allergies: frozenset[str] = frozenset()
    products: tuple[PlannedProduct, ...] = ()
    consumables: tuple[PlannedConsumable, ...] = ()
    technique: str = ""
    areas: tuple[str, ...] = ()
    protocol: str = ""
    birth_date: date | None = None
    session_at: datetime | None = None
    info_given_at: datetime | None = None
    chosen: frozenset[str] = EVERYTHING
    defaults: Mapping[str, Any] = field(default_factory=dict)
    is_la_reaction_typed: bool = False


@dataclass(frozen=True)
class Tagged:
    """A client's allergy tags, each with the names it rests on."""

    names_by_tag: Mapping[str, tuple[str, ...]]


def allergy_tags(case: Case, asked: Mapping[str, Item]) -> Tagged:
    """Coded entries plus the tags that answers imply (table A10), with what they rest on."""
    names: dict[str, tuple[str, ...]] = {}
    for entry in sorted(case.allergies):
        tag = entry.removesuffix(":unsure")
        names[tag] = (f"allergy('{tag}')",)
    for tag, question in implied_tags(case.questionnaire, case.answers, asked, typed=case.is_la_reaction_typed):
        bare = tag.removesuffix(":unsure")
        names[bare] = (*names.get(bare, ()), question)
    return Tagged(names)


def implied_tags(
    questionnaire: Questionnaire, answers: Mapping[str, Any], asked: Mapping[str, Item], *, typed: bool = False
) -> Iterable[tuple[str, str]]:
    """(tag, question) pairs that the answers write into the allergy list by themselves."""
    for row in answers.get("al_list") or () if "al_list" in asked else ():
        if row.get("tag"):
            yield row["tag"], "al_list"
    for rule in questionnaire.tag_rules:
        value = answers.get(rule.question)
        if rule.question not in asked or (rule.unless and typed):
            continue
        if rule.answer in (value if isinstance(value, list) else [value]):
            for tag in rule.tags:
                yield tag, rule.question


class Situation:
    """A case seen with one product and one area; what the rule language evaluates against."""

    def __init__(self, case: Case, fact_types: Mapping[str, FactType]) -> None:
        self.case = case
        self.on = case.on
        self.modality = case.modality
        self.fact_types = fact_types
        self.asked = {item.id: item for item in case.questionnaire.asked(case.answers, case.setting)}
        self.allergies = allergy_tags(case, self.asked)
        self.product: PlannedProduct | None = None
        self.area = ""

    def narrowed(self, product: PlannedProduct | None, area: str) -> Situation:
        """The same case about one product and one area."""
        narrowed = object.__new__(Situation)
        narrowed.__dict__.update(self.__dict__)
        narrowed.product, narrowed.area = product, area
        return narrowed

    # answers ----------------------------------------------------------------------------------------------------------
    def answer(self, question: str) -> Any:
        """The answer, or why there is none."""
        item = self.asked.get(question)
        if item is None:
            return Missing.NOT_ASKED
        value = self.case.answers.get(question)
        return item.blank if is_blank(value) else value

    def is_past(self, question: str) -> bool:
        """Whether the question asks for a past date."""
        return self.case.questionnaire.items[question].tense == "past"

    # facts ------------------------------------------------------------------------------------------------------------
    def fact(self, name: str) -> Any:
        """A recorded fact, else a derived one, else why it is missing."""
        value = self._recorded(name)
        if value is None:
            value = derived.fact(name, self)
        if value is None:
            value = self.case.defaults.get(name)
        if value is not None:
            return value
        namespace = name.partition(".")[0]
        is_quiet = namespace not in self.case.chosen or self.fact_types[name].is_quiet
        return Missing.ABSENT if is_quiet else Missing.UNKNOWN

    def _recorded(self, name: str) -> Any:
        if name.startswith("p.") and self.product is not None:
            return self.product.facts.get(name[2:])
        return self.case.facts.get(name)

    # tags -------------------------------------------------------------------------------------------------------------
    def tags(self) -> Iterable[str]:
        """Every allergen tag of the catalogue."""
        return catalogue.tags()

    def allergy(self, tag: str) -> Outcome:
        """Whether the client's list has the tag, active or unsure."""
        names = self.allergies.names_by_tag.get(tag)
        return Outcome(Truth.TRUE, names) if names else Outcome(Truth.FALSE, (f"allergy('{tag}')",))

    def related_allergy(self, tag: str) -> Outcome:
        """The same, and any tag of the client that also fires this one (clinical-content.md E3)."""
        related = (held for held in self.allergies.names_by_tag if tag in _also(held))
        return either([self.allergy(tag), *(self.allergy(held) for held in related)])

    def has(self, tag: str) -> Outcome:
        """Whether any product, numbing agent or consumable carries the allergen tag."""
        name = f"p.has('{tag}')"
        products = (self.product,) if self.product is not None else self.case.products
        found = [_carries(_product_tags(product), tag, product.tag_answers, name) for product in products]
        found += [
            _carries(catalogue.consumables()[item.id].allergen_tags, tag, item.tag_answers, name)
            for item in self.case.consumables
        ]
        return either(found) if found else Outcome(Truth.FALSE, (name,))

    def contra(self, tag: str) -> Outcome:
        """Whether any product carries the contraindication tag."""
        name = f"p.contra('{tag}')"
        products = (self.product,) if self.product is not None else self.case.products
        holds = any(tag in contraindications(product) for product in products)
        return Outcome(Truth.TRUE if holds else Truth.FALSE, (name,))


def _also(tag: str) -> tuple[str, ...]:
    known = catalogue.tags().get(tag)
    return (*known.also_fires, *known.check) if known else ()


def _product_tags(product: PlannedProduct) -> tuple[str, ...]:
    ingredients = catalogue.ingredients()
    return tuple(tag for name in product.ingredients for tag in ingredients[name].allergen_tags)


def contraindications(product: PlannedProduct) -> frozenset[str]:
    """Contraindication tags of all ingredients, and `blocked` for a product the clinic forbids."""
    ingredients = catalogue.ingredients()
    tags = {tag for name in product.ingredients for tag in ingredients[name].contraindication_tags}
    answered = {tag for tag, is_present in product.tag_answers.items() if is_present}
    return frozenset(tags | answered | ({"blocked"} if product.facts.get("legal") == "blocked" else set()))


def _carries(tags: Iterable[str], tag: str, answers: Mapping[str, bool | None], name: str) -> Outcome:
    if tag in tags or answers.get(tag) is True:
        return Outcome(Truth.TRUE, (name,))
    if tag in answers and answers[tag] is None:
        return Outcome(Truth.UNKNOWN, (name,), (name,))
    return Outcome(Truth.FALSE, (name,))
