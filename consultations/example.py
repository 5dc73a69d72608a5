"""Cases of `manage.py screen`: JSON in, a `Case` out. Pure. Nothing is guessed: an unknown name is named.

The format is docs/screen-format.md. `"baseline": "healthy"` starts from the safe answer of every question and from
facts that make nothing fire; the case overrides what it names, and a fact set to null is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from clinic.catalogue import content as catalogue
from consultations import answers as answer_checks
from consultations import derived
from consultations.case import ALWAYS_KNOWN, EVERYTHING, Case, PlannedConsumable, PlannedProduct
from consultations.questionnaire import Questionnaire, Setting
from consultations.rule_language.evaluate import Missing
from consultations.rule_language.vocabulary import FactType

INPUT_KEYS = frozenset(
    {"baseline", "modality", "on", "client", "answers", "allergies", "products", "consumables", "technique", "area",
     "practitioner", "facts", "device", "session", "course", "protocol"}
)  # fmt: skip
PRODUCT_KEYS = frozenset({"ingredients", "lot", "tags", "numbing", "name"})
FACT_OBJECTS: Mapping[str, tuple[str, frozenset[str]]] = {
    "facts": ("f", frozenset()),
    "device": ("d", frozenset()),
    "session": ("session", frozenset()),
    "course": ("course", frozenset()),
    "practitioner": ("u", frozenset({"is_trainee"})),
    "protocol": ("protocol", frozenset({"id"})),
}
LOT_KEYS = frozenset({"number", "expiry", "recalled"})
DEFAULT_CONSUMABLES = ("Q04", "Q05", "Q07")  # untagged cleanser, nitrile gloves, needles without nickel tag
NEVER = 36500
FAVOURABLE: Mapping[str, Any] = {
    "f.allergies_coded": True, "f.appears_intoxicated": False, "f.bls_in_date": True, "f.consent_valid_for_plan": True,
    "f.country": "England", "f.days_since_admission": NEVER, "f.days_since_other_modality": NEVER,
    "f.emergency_ready": True, "f.first_course": False, "f.fitzpatrick": 2, "f.home_numbing_dose_unknown": False,
    "f.hours_since_info": 8760, "f.immune_severity": "mild", "f.insurer_excludes": False, "f.la_reaction_typed": True,
    "f.lidocaine_total_mg": 0, "f.multiple_severe_allergies": False, "f.new_product_for_client": False,
    "f.nodules_diagnosed": True, "f.oestrogen_use": False, "f.patch_test_done": True, "f.patch_test_required": False,
    "f.patient_specific_prescription": True, "f.premises_permitted": True, "f.purpose": "skin quality",
    "f.questionnaire_age_days": 0, "f.questionnaire_updated_today": True, "f.scot_act_in_force": False,
    "p.batch_recorded": True, "p.expired": False, "p.ingredient": [], "p.labelled_areas": ["face"],
    "p.labelled_for_electro": True, "p.legal": "device", "p.max_session_ml": 10, "p.multidose_reused": False,
    "p.origin": [], "p.polarity": "negative", "p.recalled": False, "p.strength": "standard",
    "p.vial_opened_for_other_client": False, "t.depth_max_mm": 1, "d.current_density_ma_cm2": 0.1,
    "d.ifu_range": [0, 1], "d.mode": "electroporation", "d.safety_test_overdue": False, "d.service_overdue": False,
    "d.setting": 0.5, "u.depth_limit_mm": 20, "u.level": 7, "a.electrode_site": "other", "a.includes_affected": False,
    "a.includes_lesion": False, "a.is_limb_affected": False, "a.keloid_prone": False, "a.near_mouth": False,
    "a.region": "face", "session.for_assessment": False, "session.modalities": 1, "session.nrs_comfort": 0,
    "session.paused": False, "session.volume_total_ml": 0, "course.gais_best": 2, "course.sessions_done": 1,
    "protocol.min_interval_days": 7,
}  # fmt: skip


class ExampleError(ValueError):
    """A case that cannot be read. Names the case and the word."""


@dataclass(frozen=True)
class Reader:
    """Reads one case; keeps its id for messages."""

    case_id: str
    questionnaire: Questionnaire
    fact_types: Mapping[str, FactType]

    def wrong(self, what: str) -> ExampleError:
        """The error to raise."""
        return ExampleError(f"case {self.case_id}: {what}")

    def case(self, given: Any) -> Case:
        """The case. Raises ExampleError."""
        if not isinstance(given, Mapping):
            raise self.wrong("input is not an object")
        self._keys(given, INPUT_KEYS, "input")
        if given.get("baseline") not in (None, "healthy"):
            raise self.wrong(f"unknown baseline {given['baseline']!r}")
        if given.get("modality") not in ("injection", "electro"):
            raise self.wrong(f"unknown modality {given.get('modality')!r}")
        is_healthy = given.get("baseline") == "healthy"
        on = self._date(given.get("on"), "on")
        facts = self._facts(given)
        client = self._object(given, "client")
        self._keys(client, frozenset({"birth_date", "country"}), "client")
        if "country" in client and "f.country" not in facts:
            facts |= self._fact("f.country", client["country"])
        birth = client.get("birth_date")
        return Case(
            questionnaire=self.questionnaire,
            modality=given["modality"],
            on=on,
            answers=self._answers(given, on, is_healthy=is_healthy),
            setting=Setting(frozenset({given["modality"]}), True, facts.get("course.sessions_done") != 0),
            facts=facts,
            allergies=self._allergies(self._list(given, "allergies")),
            products=tuple(self._product(row, on) for row in self._list(given, "products")),
            consumables=self._consumables(given.get("consumables")),
            technique=self._known(given.get("technique"), catalogue.techniques(), "technique"),
            areas=tuple(filter(None, [self._known(given.get("area"), catalogue.areas(), "area")])),
            protocol=self._protocol(given.get("protocol")),
            birth_date=self._date(birth, "client.birth_date") if birth is not None else None,
            chosen=EVERYTHING if is_healthy else self._chosen(given, facts),
            defaults=FAVOURABLE if is_healthy else {},
            is_la_reaction_typed=facts.get("f.la_reaction_typed") is True,
        )

    # small readers ----------------------------------------------------------------------------------------------------
    def _keys(self, row: Mapping[str, Any], allowed: frozenset[str], where: str) -> None:
        for key in row:
            if key not in allowed:
                raise self.wrong(f"unknown name {key!r} in {where}")

    def _object(self, given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        row = given.get(key) or {}
        if not isinstance(row, Mapping):
            raise self.wrong(f"{key} is not an object")
        return row

    def _list(self, given: Mapping[str, Any], key: str) -> list[Any]:
        rows = given.get(key, [])
        if not isinstance(rows, list):
            raise self.wrong(f"{key} is not a list: {rows!r}")
        return rows

    def _date(self, value: Any, where: str) -> date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.wrong(f"{where} is not a date: {value!r}") from None

    def _known(self, value: Any, known: Mapping[str, Any], where: str) -> str:
        if value is None:
            return ""
        if not isinstance(value, str) or value not in known:
            raise self.wrong(f"unknown {where} {value!r}")
        return value

    def _chosen(self, given: Mapping[str, Any], facts: Mapping[str, Any]) -> frozenset[str]:
        named = {name.partition(".")[0] for name in facts}
        keys = {"p": "products", "t": "technique", "a": "area", "protocol": "protocol"}
        named |= {namespace for namespace, key in keys.items() if given.get(key)}
        return ALWAYS_KNOWN | named | ({"d"} if given["modality"] == "electro" else set())

    # answers ----------------------------------------------------------------------------------------------------------
    def _answers(self, given: Mapping[str, Any], on: date, *, is_healthy: bool) -> dict[str, Any]:
        start = healthy_answers(self.questionnaire, on) if is_healthy else {}
        rows = {name: value for name, value in self._object(given, "answers").items() if not self._is_score(name)}
        areas = rows.get("go_area")
        if isinstance(areas, list) and areas and all(_is_of(catalogue.areas(), word) for word in areas):
            start["go_area"] = areas
            del rows["go_area"]
        try:
            checked = answer_checks.check(self.questionnaire, rows, on)
        except answer_checks.AnswerError as error:
            raise self.wrong(f"answer {error}") from None
        for row in checked.get("al_list") or ():
            if row.get("tag") is not None:
                self._tag(row["tag"])
        return start | checked

    @staticmethod
    def _is_score(name: str) -> bool:
        return name in {f"fst_{number}" for number in range(1, 11)}

    # facts ------------------------------------------------------------------------------------------------------------
    def _facts(self, given: Mapping[str, Any]) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for key, (prefix, unread) in FACT_OBJECTS.items():
            if key == "protocol" and isinstance(given.get(key), str):
                continue
            for name, value in self._object(given, key).items():
                if name not in unread:
                    facts |= self._fact(self._full(name, prefix, key), value)
        for name, score in self._object(given, "answers").items():
            if self._is_score(name):
                facts[f"f.{name}"] = self._score(name, score)
        return facts

    def _score(self, name: str, score: Any) -> int:
        if isinstance(score, bool) or score not in (0, 1, 2, 3, 4):
            raise self.wrong(f"answer {name}: {score!r} lies outside 0 to 4")
        return int(score)

    def _full(self, name: str, prefix: str, where: str) -> str:
        full = name if name in self.fact_types else f"{prefix}.{name}"
        if full not in self.fact_types:
            raise self.wrong(f"unknown fact {name!r} in {where}")
        return full

    def _fact(self, name: str, value: Any) -> dict[str, Any]:
        if value is None:
            return {name: Missing.UNKNOWN}
        kind = self.fact_types[name]
        if kind.kind == "number" and value == "never":
            value = NEVER
        if not _IS_OF[kind.kind](value):
            raise self.wrong(f"fact {name} is not a {kind.kind}: {value!r}")
        words = value if isinstance(value, list) else [value]
        for word in words:
            if kind.options and word not in kind.options:
                raise self.wrong(f"unknown word {word!r} for fact {name}")
        return {name: value}

    # allergies, products, consumables ---------------------------------------------------------------------------------
    def _tag(self, tag: Any) -> None:
        if not isinstance(tag, str) or tag.removesuffix(":unsure") not in catalogue.tags():
            raise self.wrong(f"unknown tag {tag!r}")

    def _allergies(self, given: list[Any]) -> frozenset[str]:
        for tag in given:
            self._tag(tag)
        return frozenset(given)

    def _product(self, row: Any, on: date) -> PlannedProduct:
        if not isinstance(row, Mapping):
            raise self.wrong("a product is not an object")
        names = row.get("ingredients", [])
        if not isinstance(names, list):
            raise self.wrong(f"ingredients is not a list: {names!r}")
        for name in names:
            self._known(name, catalogue.ingredients(), "ingredient")
        facts = self._lot(row.get("lot"), on) if "lot" in row else {}
        for key, value in row.items():
            if key not in PRODUCT_KEYS:
                facts |= self._product_fact(key, value)
        tags = self._object(row, "tags")
        self._product_tags(tags)
        bare = {name.removeprefix("p."): value for name, value in facts.items()}
        return PlannedProduct(tuple(names), bare, dict(tags))

    def _product_fact(self, key: str, value: Any) -> dict[str, Any]:
        name = self._full(key, "p", "products")
        if name == "p.origin" and isinstance(value, str):
            value = [] if value == "none" else [value]
        fact = self._fact(name, value)
        if name == "p.origin" and isinstance(value, list):
            fact[name] = derived.origins(value)
        if name == "p.labelled_areas" and isinstance(value, list):
            fact[name] = derived.labelled_areas(value)
        return fact

    def _product_tags(self, tags: Mapping[str, Any]) -> None:
        contraindications = {tag for row in catalogue.ingredients().values() for tag in row.contraindication_tags}
        for tag, value in tags.items():
            if tag.rstrip("?") not in catalogue.tags() and tag not in contraindications:
                raise self.wrong(f"unknown tag {tag!r}")
            if value is not None and not isinstance(value, bool):
                raise self.wrong(f"tag {tag} is not true, false or null: {value!r}")

    def _lot(self, lot: Any, on: date) -> dict[str, Any]:
        if lot is None:
            return {"p.batch_recorded": False}
        if not isinstance(lot, Mapping):
            raise self.wrong("lot is not an object")
        self._keys(lot, LOT_KEYS, "lot")
        facts: dict[str, Any] = {}
        if "number" in lot:
            facts["p.batch_recorded"] = bool(lot["number"])
        if lot.get("expiry") is not None:
            facts["p.expired"] = self._date(lot["expiry"], "lot.expiry") < on
        if lot.get("recalled") is not None:
            facts |= self._fact("p.recalled", lot["recalled"])
        return facts

    def _consumables(self, given: Any) -> tuple[PlannedConsumable, ...]:
        if given is None:
            return tuple(PlannedConsumable(name) for name in DEFAULT_CONSUMABLES)
        if not isinstance(given, list):
            raise self.wrong(f"consumables is not a list: {given!r}")
        found = []
        for row in given:
            is_object = isinstance(row, Mapping)
            self._keys(row if is_object else {}, frozenset({"id", "tags"}), "consumables")
            tags = self._object(row, "tags") if is_object else {}
            self._product_tags(tags)
            name = self._known(row.get("id") if is_object else row, catalogue.consumables(), "consumable")
            found.append(PlannedConsumable(name, dict(tags)))
        return tuple(found)

    def _protocol(self, given: Any) -> str:
        name = given.get("id") if isinstance(given, Mapping) else given
        return self._known(name, catalogue.protocols(), "protocol")


def _is_of(known: Mapping[str, Any], word: Any) -> bool:
    return isinstance(word, str) and word in known


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and abs(value) <= answer_checks.MAX_NUMBER  # nor is NaN


_IS_OF: Mapping[str, Callable[[Any], bool]] = {
    "flag": lambda value: isinstance(value, bool),
    "number": _is_number,
    "word": lambda value: isinstance(value, str),
    "words": lambda value: isinstance(value, list) and all(isinstance(word, str) for word in value),
    "range": lambda value: isinstance(value, list) and len(value) == 2 and all(_is_number(part) for part in value),
}


def healthy_answers(questionnaire: Questionnaire, on: date) -> dict[str, Any]:
    """The safe answer of every question; -7 for a date means seven days before `on`."""
    answers: dict[str, Any] = {"id_dob": on.replace(year=on.year - 35, day=min(on.day, 28)).isoformat()}
    for item in questionnaire.items.values():
        if item.type == "date" and isinstance(item.safe, str):
            answers[item.id] = (on + timedelta(days=int(item.safe))).isoformat()
        elif item.safe is not None:
            answers[item.id] = item.safe
    return answers


def read_cases(body: Any, questionnaire: Questionnaire, fact_types: Mapping[str, FactType]) -> list[tuple[str, Case]]:
    """(id, case) of one case or a list. Raises ExampleError that names every case that cannot be read."""
    rows = body if isinstance(body, list) else [body]
    found: list[tuple[str, Case]] = []
    problems: list[str] = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping) or not row.keys() <= {"id", "input"} or "input" not in row:
            problems.append(f"case {number}: has the keys id and input only")
            continue
        case_id = str(row.get("id", number))
        try:
            found.append((case_id, Reader(case_id, questionnaire, fact_types).case(row["input"])))
        except ExampleError as error:
            problems.append(str(error))
    if problems:
        raise ExampleError("\n".join(problems))
    return found
