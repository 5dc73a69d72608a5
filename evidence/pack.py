"""The qualification pack as typed data: the loader checks its shape and that its figures add up.

A pack is data (`content/qualification_pack.yaml`); other qualifications are other files (S17). Loading refuses a pack
whose units do not add up to the qualification's credits and guided hours (S6, S7), or whose rules name a criterion
that is not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from clinic.errors import InvalidValue
from evidence.choices import EvidenceKind, Setting

FEEDBACK_FIELDS = (
    "student_name", "student_number", "course", "units", "criteria", "date",
    "comments", "decision", "further_actions", "assessor", "position",
)  # fmt: skip
IQA_REPORT_FIELDS = ("qualification", "assessor", "iqa", "iqa_signature", "assessor_signature")
IQA_REPORT_ROWS = ("candidate_name", "units_sampled", "assessment_methods", "comments")


@dataclass(frozen=True)
class Criterion:
    """One assessment criterion: own-word label, command word, and whether it is shown by doing or by knowing."""

    key: str
    unit: str
    code: str
    label: str
    command: str
    setting: str
    note: str = ""

    @property
    def is_practical(self) -> bool:
        """Whether the centre's setting makes it practical."""
        return self.setting == Setting.PRACTICAL


@dataclass(frozen=True)
class LearningOutcome:
    """One learning outcome with its criteria."""

    number: int
    label: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Unit:
    """One mandatory unit."""

    key: str
    number: str
    title: str
    short: str
    guided_hours: int
    credits: int
    outcomes: tuple[LearningOutcome, ...]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria of the unit, in order."""
        return tuple(criterion for outcome in self.outcomes for criterion in outcome.criteria)


@dataclass(frozen=True)
class CounterRule:
    """A minimum number of observations, and what makes one of them count for it."""

    key: str
    label: str
    minimum: int
    needs: tuple[str, ...]
    modality: str = ""
    superficial: bool = False
    meets_needs: bool = False


@dataclass(frozen=True)
class PracticalRules:
    """The practical requirements of the pack."""

    counters: tuple[CounterRule, ...]
    every_session: tuple[str, ...]
    stages: frozenset[str]
    one_modality: bool
    own_consultation: bool
    own_skin_analysis: bool


@dataclass(frozen=True)
class Kind:
    """One kind of evidence and the settings of criteria it may meet by default."""

    key: str
    label: str
    meets: frozenset[str]


@dataclass(frozen=True)
class StandingItem:
    """One thing an assessor's standing is made of; `blocks` tells whether a lapse stops the decision counting."""

    key: str
    label: str
    blocks: bool


@dataclass(frozen=True)
class Award:
    """An assessing or quality assurance award; one that does not qualify leaves its holder a trainee (S163)."""

    key: str
    label: str
    qualifies: bool


@dataclass(frozen=True)
class Pack:
    """A whole qualification pack, checked."""

    key: str
    version: str
    title: str
    number: str
    level: int
    total_hours: int
    guided_hours: int
    credits: int
    minimum_age: int
    is_open: bool
    countries: tuple[str, ...]
    units: tuple[Unit, ...]
    practical: PracticalRules
    kinds: tuple[Kind, ...]
    standing: tuple[StandingItem, ...]
    entry: tuple[tuple[str, str], ...]
    assessor_awards: tuple[Award, ...]
    iqa_awards: tuple[Award, ...]
    feedback_fields: tuple[tuple[str, str], ...]
    iqa_report_fields: tuple[tuple[str, str], ...]
    iqa_report_rows: tuple[tuple[str, str], ...]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria of all units, in order."""
        return tuple(criterion for unit in self.units for criterion in unit.criteria)

    @property
    def criterion_by_key(self) -> dict[str, Criterion]:
        """Criteria by their key, such as ``U1-3.4``."""
        return {criterion.key: criterion for criterion in self.criteria}

    @property
    def unit_by_key(self) -> dict[str, Unit]:
        """Units by their key."""
        return {unit.key: unit for unit in self.units}

    def with_settings(self, settings: Mapping[str, str]) -> "Pack":
        """The same pack with the centre's own practical or knowledge setting for the criteria named (S176)."""
        if not settings:
            return self
        return replace(self, units=tuple(_with_settings(unit, settings) for unit in self.units))


def _with_settings(unit: Unit, settings: Mapping[str, str]) -> Unit:
    outcomes = tuple(
        replace(
            outcome,
            criteria=tuple(
                replace(criterion, setting=settings.get(criterion.key, criterion.setting))
                for criterion in outcome.criteria
            ),
        )
        for outcome in unit.outcomes
    )
    return replace(unit, outcomes=outcomes)


def parse(body: Mapping[str, Any]) -> Pack:
    """Read a pack from its data and check it.

    Raises `InvalidValue` (code ``pack.invalid``) naming the first thing that is missing or does not add up.
    """
    try:
        pack = _read(body)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise _bad(f"the pack's data cannot be read: {problem!r}") from problem
    for problem_text in problems(pack):
        raise _bad(problem_text)
    return pack


def _bad(text: str) -> InvalidValue:
    return InvalidValue(f"This qualification pack cannot be used: {text}.", code="pack.invalid")


def _read(body: Mapping[str, Any]) -> Pack:
    about = body["qualification"]
    forms = body["forms"]
    return Pack(
        key=body["key"],
        version=str(body["version"]),
        title=about["title"],
        number=about["number"],
        level=int(about["level"]),
        total_hours=int(about["total_hours"]),
        guided_hours=int(about["guided_hours"]),
        credits=int(about["credits"]),
        minimum_age=int(about["minimum_age"]),
        is_open=about["status"] == "open",
        countries=tuple(about["countries"]),
        units=tuple(_unit(row) for row in body["units"]),
        practical=_practical(body["practical_rules"]),
        kinds=tuple(Kind(row["key"], row["label"], frozenset(row["meets"])) for row in body["evidence_kinds"]),
        standing=tuple(StandingItem(row["key"], row["label"], row["force"] == "block") for row in body["standing"]),
        entry=_pairs(body["entry_requirements"]),
        assessor_awards=_awards(body["awards"]["assessor"]),
        iqa_awards=_awards(body["awards"]["iqa"]),
        feedback_fields=_pairs(forms["feedback"]["fields"]),
        iqa_report_fields=_pairs(forms["iqa_report"]["fields"]),
        iqa_report_rows=_pairs(forms["iqa_report"]["rows"]),
    )


def _pairs(rows: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((row["key"], row["label"]) for row in rows)


def _awards(rows: list[dict[str, Any]]) -> tuple[Award, ...]:
    return tuple(Award(row["key"], row["label"], bool(row["qualifies"])) for row in rows)


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(
        key=row["key"],
        number=row["number"],
        title=row["title"],
        short=row["short"],
        guided_hours=int(row["guided_hours"]),
        credits=int(row["credits"]),
        outcomes=tuple(
            LearningOutcome(
                number=int(outcome["number"]),
                label=outcome["label"],
                criteria=tuple(_criterion(row["key"], criterion) for criterion in outcome["criteria"]),
            )
            for outcome in row["outcomes"]
        ),
    )


def _criterion(unit: str, row: Mapping[str, str]) -> Criterion:
    return Criterion(
        key=f"{unit}-{row['code']}",
        unit=unit,
        code=row["code"],
        label=row["label"],
        command=row["command"],
        setting=Setting(row["setting"]).value,
        note=row.get("note", ""),
    )


def _practical(row: Mapping[str, Any]) -> PracticalRules:
    return PracticalRules(
        counters=tuple(
            CounterRule(
                key=counter["key"],
                label=counter["label"],
                minimum=int(counter["minimum"]),
                needs=tuple(counter["needs"]),
                modality=counter.get("modality", ""),
                superficial=bool(counter.get("superficial", False)),
                meets_needs=bool(counter.get("meets_needs", False)),
            )
            for counter in row["counters"]
        ),
        every_session=tuple(row["every_session"]["criteria"]),
        stages=frozenset(row["every_session"]["stages"]),
        one_modality=bool(row["one_modality"]["required"]),
        own_consultation=bool(row["own_consultation"]["required"]),
        own_skin_analysis=bool(row["own_skin_analysis"]["required"]),
    )


def problems(pack: Pack) -> list[str]:
    """Everything in the pack that does not add up (S6, S7, S170, S173), in plain words."""
    return [*_sums(pack), *_criteria_problems(pack), *_vocabulary(pack), *_form_problems(pack)]


def _sums(pack: Pack) -> list[str]:
    found = []
    hours = sum(unit.guided_hours for unit in pack.units)
    credit = sum(unit.credits for unit in pack.units)
    if hours != pack.guided_hours:
        found.append(f"unit guided hours add up to {hours}, the qualification says {pack.guided_hours}")
    if credit != pack.credits:
        found.append(f"unit credits add up to {credit}, the qualification says {pack.credits}")
    if pack.total_hours < pack.guided_hours:
        found.append("total hours are fewer than guided hours")
    return found


def _criteria_problems(pack: Pack) -> list[str]:
    keys = [criterion.key for criterion in pack.criteria]
    known = set(keys)
    found = [f"criterion {key} appears twice" for key in sorted({key for key in keys if keys.count(key) > 1})]
    named = {key for counter in pack.practical.counters for key in counter.needs} | set(pack.practical.every_session)
    found += [f"a practical rule names {key}, which is not a criterion" for key in sorted(named - known)]
    found += [f"criterion {c.key} does not belong to its outcome" for c in _misplaced(pack)]
    found += [f"counter {counter.key} asks for none" for counter in pack.practical.counters if counter.minimum < 1]
    return found


def _misplaced(pack: Pack) -> list[Criterion]:
    return [
        criterion
        for unit in pack.units
        for outcome in unit.outcomes
        for criterion in outcome.criteria
        if not criterion.code.startswith(f"{outcome.number}.") or not criterion.label.strip()
    ]


def _vocabulary(pack: Pack) -> list[str]:
    found = [f"unknown kind of evidence {kind.key}" for kind in pack.kinds if kind.key not in EvidenceKind.values]
    if EvidenceKind.OBSERVATION.value not in {kind.key for kind in pack.kinds}:
        found.append("assessor observation is missing from the kinds of evidence")
    if not any(award.qualifies for award in pack.assessor_awards):
        found.append("no award makes an assessor qualified")
    return found


def _form_problems(pack: Pack) -> list[str]:
    found = []
    if tuple(key for key, _ in pack.feedback_fields) != FEEDBACK_FIELDS:
        found.append("the feedback form does not carry exactly its eleven fields")
    if tuple(key for key, _ in pack.iqa_report_fields) != IQA_REPORT_FIELDS:
        found.append("the quality assurance report does not carry exactly its fields")
    if tuple(key for key, _ in pack.iqa_report_rows) != IQA_REPORT_ROWS:
        found.append("the rows of the quality assurance report do not carry exactly their fields")
    return found


@dataclass(frozen=True)
class CommandWord:
    """What one command word asks of the learner."""

    word: str
    asks: str
    is_listed: bool


def parse_words(body: Mapping[str, Any]) -> dict[str, CommandWord]:
    """Read the command-word glossary (S175); refuses a word that appears twice."""
    words = [CommandWord(row["word"], row["asks"], bool(row["listed"])) for row in body["words"]]
    if len({word.word for word in words}) != len(words):
        raise InvalidValue("A command word appears twice in the glossary.", code="glossary.invalid")
    return {word.word: word for word in words}
