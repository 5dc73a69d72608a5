"""The shipped questionnaire, rules and instruments, checked once and kept for the life of the process. Pure.

Clinics publish versions of the same bodies through `clinic.content`; both go through the
same `parse` functions.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from clinic.catalogue import content as catalogue
from consultations import questionnaire, rule_set
from consultations.questionnaire import Questionnaire
from consultations.rule_language.vocabulary import FactType, Vocabulary
from consultations.rule_set import RuleSet

FOLDER = Path(__file__).parent / "content"


def read(name: str) -> Any:
    """Plain data of a shipped file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)  # noqa: S506 - a safe loader


@lru_cache(maxsize=1)
def shipped_questionnaire() -> Questionnaire:
    """The questionnaire of clinical-content.md A."""
    return questionnaire.parse(read("questionnaire"))


@lru_cache(maxsize=1)
def shipped_rules() -> RuleSet:
    """The rules of clinical-content.md B."""
    return parse_rules(read("rules"))


@lru_cache(maxsize=1)
def fact_types() -> dict[str, FactType]:
    """Every fact name a rule may read."""
    return rule_set.parse_facts(read("facts"))


@lru_cache(maxsize=1)
def fact_meanings() -> dict[str, str]:
    """What each fact means, in words."""
    return {row["name"]: row["meaning"] for row in read("facts")["facts"]}


def parse_rules(body: Any, *asked: Questionnaire) -> RuleSet:
    """Rules checked against questionnaires (the shipped one by default), the facts and the catalogue's tags."""
    return rule_set.parse(body, vocabulary(*(asked or (shipped_questionnaire(),))))


def vocabulary(*asked: Questionnaire) -> Vocabulary:
    """All words rules may use. Of a question that several questionnaires hold, the first one counts."""
    contraindications = {tag for row in catalogue.ingredients().values() for tag in row.contraindication_tags}
    return Vocabulary(
        questions={name: item.type_for_rules for shown in reversed(asked) for name, item in shown.items.items()},
        facts=fact_types(),
        allergen_tags=frozenset(catalogue.tags()),
        contraindication_tags=frozenset(contraindications),
    )


@lru_cache(maxsize=1)
def shipped_instruments() -> Any:
    """The skin instruments of clinical-content.md F."""
    return read("instruments")


@lru_cache(maxsize=1)
def shipped_photo_protocol() -> Any:
    """The photo protocol of clinical-content.md G."""
    return read("photo_protocol")
