"""Facts that follow from answers, dates and the catalogue when nobody recorded them. Pure.

None means: this cannot be worked out, so the fact stays unknown. Sources: clinical-content.md A4 (BDDQ-AS scoring), B1
(R006 hours), B9 (R212), C1, E2, F1.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from clinic.catalogue import content as catalogue
from clinic.clock import LONDON
from clinic.rules import age_on
from consultations.rule_language.evaluate import Missing, Truth, date_of

if TYPE_CHECKING:
    from consultations.case import Situation

COOLING_OFF_HOURS = {"injection": 168, "electro": 24}  # R006; hours are CC
PHOTOTYPE_BANDS = ((6, 1), (13, 2), (20, 3), (27, 4), (34, 5), (40, 6))  # F1, version FST-10
ANIMAL_ORIGINS = {"pork", "beef", "fish"}
_ORIGIN_OF_TAG = {"fish": "fish", "bovine": "beef", "porcine": "pork", "ovine": "animal", "albumin": "human"}
MICRONEEDLING = "T12"


def fact(name: str, situation: Situation) -> Any:
    """A derived fact, or None."""
    rule = _DERIVED.get(name)
    return rule(situation) if rule else None


def phototype(score: int) -> int:
    """Fitzpatrick type 1-6 of an FST-10 total (0-40), clinical-content.md F1."""
    return next(kind for limit, kind in PHOTOTYPE_BANDS if score <= limit)


# person ---------------------------------------------------------------------------------------------------------------
def _age(situation: Situation) -> int | None:
    born = situation.case.birth_date or date_of(situation.answer("id_dob"))
    return age_on(born, situation.on) if born else None


def _number(situation: Situation, question: str) -> float | None:
    value = situation.answer(question)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _bmi(situation: Situation) -> float | None:
    height_cm, weight_kg = _number(situation, "ls_height"), _number(situation, "ls_weight")
    return weight_kg / (height_cm / 100) ** 2 if height_cm and weight_kg else None


def _bddq(situation: Situation) -> bool:
    if situation.answer("bd_1") is not True or situation.answer("bd_2") is not True:
        return False
    scores = [_number(situation, f"bd_{number}") or 0 for number in (3, 4, 5, 6)]
    return max(scores) >= 3 or situation.answer("bd_7") is True


def _phototype(situation: Situation) -> int | None:
    scores = [situation.case.facts.get(f"f.fst_{number}") for number in range(1, 11)]
    known = [int(score) for score in scores if score is not None]
    return phototype(sum(known)) if len(known) == len(scores) else None


def _severe_allergies(situation: Situation) -> bool | None:
    rows: Any = situation.answer("al_list")
    if isinstance(rows, list):
        return len([row for row in rows if row.get("severity") == "severe"]) >= 2
    return None if rows in (Missing.UNSURE, Missing.BLANK) else False


# timing ---------------------------------------------------------------------------------------------------------------
def _hours_since_info(situation: Situation) -> float | None:
    given = situation.case.info_given_at
    if given is None:
        return None
    start = situation.case.session_at or datetime.combine(situation.on, time(0), tzinfo=LONDON)
    return (start - given).total_seconds() / 3600


def _cooling_off(situation: Situation) -> float:
    return COOLING_OFF_HOURS[situation.modality]


# answers read by a person ---------------------------------------------------------------------------------------------
def _false_if_blank(question: str) -> Callable[[Situation], bool | None]:
    def rule(situation: Situation) -> bool | None:
        answer = situation.answer(question)
        return False if isinstance(answer, Missing) and answer is not Missing.UNSURE else None

    return rule


def _patch_test_required(situation: Situation) -> bool:
    careful = (situation.answer(question) for question in ("sk_sensitive", "px_bad"))
    return situation.modality == "electro" or any(answer in ("yes", "unsure", Missing.UNSURE) for answer in careful)


def _lidocaine(situation: Situation) -> float | None:
    whole = situation.narrowed(None, situation.area)
    is_free = all(whole.has(tag).truth is Truth.FALSE for tag in ("amide_la", "ester_la"))
    return 0 if is_free else None


# plan -----------------------------------------------------------------------------------------------------------------
def _depth(situation: Situation) -> float | None:
    technique = catalogue.techniques().get(situation.case.technique)
    return technique.depth_max_mm if technique else None


def _depth_limit(situation: Situation) -> float | None:
    level = situation.case.facts.get("u.level")
    if situation.case.technique != MICRONEEDLING or level is None:
        return None
    rows = (row for row in catalogue.depth_limits().values() if row.technique == MICRONEEDLING and row.level == level)
    return next((row.depth_mm for row in rows if row.depth_mm is not None), None)


def _area(situation: Situation) -> Any:
    return catalogue.areas().get(situation.area)


def _of_area(attribute: str) -> Callable[[Situation], Any]:
    def rule(situation: Situation) -> Any:
        area = _area(situation)
        return getattr(area, attribute) if area else None

    return rule


def _electrode_site(situation: Situation) -> str | None:
    area = _area(situation)
    return (area.electrode_site or "other") if area else None


def _limb_affected(situation: Situation) -> bool | None:
    area = _area(situation)
    return False if area and area.limb is None else None


def _interval(situation: Situation) -> float | None:
    protocol = catalogue.protocols().get(situation.case.protocol)
    return protocol.min_days if protocol else None


# product --------------------------------------------------------------------------------------------------------------
def _ingredient(situation: Situation) -> list[str] | None:
    if situation.product is None:
        return None
    return [catalogue.ingredients()[name].name for name in situation.product.ingredients]


def _origin(situation: Situation) -> list[str] | None:
    if situation.product is None:
        return None
    ingredients = catalogue.ingredients()
    tags = {tag for name in situation.product.ingredients for tag in ingredients[name].allergen_tags}
    tags |= {tag for tag, is_present in situation.product.tag_answers.items() if is_present}
    return origins(_ORIGIN_OF_TAG[tag] for tag in sorted(tags) if tag in _ORIGIN_OF_TAG)


def labelled_areas(words: Any) -> list[str]:
    """Label words, with the region of every zone that is named."""
    areas = catalogue.areas()
    return list(dict.fromkeys([*words, *(areas[word].region for word in words if word in areas)]))


def origins(words: Any) -> list[str]:
    """Origin words, with `animal` added where pork, beef or fish is named."""
    found = list(dict.fromkeys(words))
    return [*found, "animal"] if ANIMAL_ORIGINS & set(found) and "animal" not in found else found


_DERIVED: dict[str, Callable[[Situation], Any]] = {
    "f.age": _age,
    "f.bmi": _bmi,
    "f.bddq_as_positive": _bddq,
    "f.fitzpatrick": _phototype,
    "f.multiple_severe_allergies": _severe_allergies,
    "f.hours_since_info": _hours_since_info,
    "f.cooling_off_hours": _cooling_off,
    "f.home_numbing_dose_unknown": _false_if_blank("rx_numb"),
    "f.oestrogen_use": _false_if_blank("pr_hormones"),
    "f.patch_test_required": _patch_test_required,
    "f.lidocaine_total_mg": _lidocaine,
    "t.depth_max_mm": _depth,
    "u.depth_limit_mm": _depth_limit,
    "a.region": _of_area("region"),
    "a.keloid_prone": _of_area("keloid_prone"),
    "a.near_mouth": _of_area("near_mouth"),
    "a.electrode_site": _electrode_site,
    "a.is_limb_affected": _limb_affected,
    "protocol.min_interval_days": _interval,
    "p.ingredient": _ingredient,
    "p.origin": _origin,
}
