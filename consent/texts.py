"""The consent texts: checked when they are loaded or published, then plain frozen rows. No Django here.

Unknown keys, wrong types, doubled ids, and rows without evidence code and source are refused, naming the row.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

FORMAT = "consent_texts/1"
EVIDENCE = frozenset({"L", "K", "CC", "SEED", "LAW"})
MODALITIES = frozenset({"injection", "electro", "both", "lipolysis"})
DETAILS = frozenset({"", "product", "matters", "performer", "course", "dates"})
SETTINGS = (
    "cooling_off_hours_first_injection",
    "cooling_off_hours_first_electro",
    "cooling_off_hours_new_product",
    "fresh_after_days",
)
T = TypeVar("T")


class TextsError(ValueError):
    """Texts that do not fit their schema; the message names the row and the key."""


@dataclass(frozen=True)
class Process:
    """A rule of how consent is sought (H1)."""

    id: str
    text: str
    effect: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Setting:
    """A number the clinic may set; `unit` is h or d."""

    value: int
    unit: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Information:
    """A paragraph the client reads."""

    id: str
    heading: str
    modality: str
    text: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Statement:
    """A statement the client ticks (H2); `detail` names what is written under it."""

    id: str
    when: str
    text: str
    detail: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Word:
    """A frequency word and what it means."""

    id: str
    label: str
    meaning: str


@dataclass(frozen=True)
class Risk:
    """A risk with its frequency word (H3)."""

    id: str
    text: str
    modality: str
    word: str
    note: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Alternative:
    """Something else the client could do (H4); `aim` is any, scalp or lipolysis."""

    id: str
    text: str
    aim: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Permission:
    """A separate permission (H5, decision 45)."""

    id: str
    group: str
    text: str
    help: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Wording:
    """Sentences of the page and the paper."""

    evidence: str
    source: str
    capacity: str
    capacity_scotland: str
    permission_note: str
    typed: str
    withdraw: str
    given: str
    declined: str
    seal: str
    attached: str
    letters: str


@dataclass(frozen=True)
class ConsentTexts:
    """Everything, checked."""

    title: str
    language: str
    process: tuple[Process, ...]
    settings: Mapping[str, Setting]
    information: tuple[Information, ...]
    statements: tuple[Statement, ...]
    words: tuple[Word, ...]
    words_note: str
    risks: tuple[Risk, ...]
    alternatives: tuple[Alternative, ...]
    permissions: tuple[Permission, ...]
    wording: Wording


def row_of(kind: type[T], raw: Any, where: str) -> T:
    """One row of a kind, checked against the fields of its dataclass."""
    if not isinstance(raw, dict):
        raise TextsError(f"{where}: a row is a mapping.")
    hints = typing.get_type_hints(kind)
    unknown, missing = raw.keys() - hints.keys(), hints.keys() - raw.keys()
    if unknown or missing:
        names = ", ".join(sorted(map(str, unknown or missing)))
        raise TextsError(f"{where}: {'unknown' if unknown else 'missing'} {names}.")
    for name, hint in hints.items():
        if not isinstance(raw[name], hint) or (hint is int and isinstance(raw[name], bool)):
            raise TextsError(f"{where}: {name} has the wrong kind of value ({raw[name]!r}).")
    if "evidence" in hints:
        check_evidence(raw, where)
    return kind(**raw)


def check_evidence(raw: Mapping[str, Any], where: str) -> None:
    """Refuse a row without a known evidence code and a source."""
    codes = set(str(raw.get("evidence", "")).split())
    if not codes or not codes <= EVIDENCE or not raw.get("source"):
        raise TextsError(f"{where}: evidence and source are needed.")


def rows_of(kind: type[T], raw: Any, where: str) -> tuple[T, ...]:
    """All rows of a list; ids are unique."""
    if not isinstance(raw, list) or not raw:
        raise TextsError(f"{where}: a list of rows is needed.")
    names = [str(item.get("id", index)) if isinstance(item, dict) else str(index) for index, item in enumerate(raw)]
    found = tuple(row_of(kind, item, f"{where}.{name}") for name, item in zip(names, raw, strict=True))
    if len(set(names)) != len(names):
        raise TextsError(f"{where}: an id stands twice.")
    return found


def _among(rows: typing.Iterable[Any], field: str, allowed: typing.Iterable[str], where: str) -> None:
    known = set(allowed)
    for row in rows:
        if getattr(row, field) not in known:
            raise TextsError(f"{where}.{row.id}: {field} is {getattr(row, field)!r}.")


def parse(body: Any) -> ConsentTexts:
    """Check and parse the body of a consent text file. Raises TextsError naming what is wrong."""
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise TextsError(f"The format must be {FORMAT}.")
    wanted = {"format", *(field.name for field in dataclasses.fields(ConsentTexts))} - {"words_note"}
    if body.keys() != wanted:
        raise TextsError(f"Unknown or missing: {', '.join(sorted(body.keys() ^ wanted))}.")
    check_evidence(body["words"], "words")
    texts = ConsentTexts(
        title=body["title"],
        language=body["language"],
        process=rows_of(Process, body["process"], "process"),
        settings={name: row_of(Setting, row, f"settings.{name}") for name, row in body["settings"].items()},
        information=rows_of(Information, body["information"], "information"),
        statements=rows_of(Statement, body["statements"], "statements"),
        words=rows_of(Word, body["words"]["rows"], "words"),
        words_note=body["words"]["note"],
        risks=rows_of(Risk, body["risks"], "risks"),
        alternatives=rows_of(Alternative, body["alternatives"], "alternatives"),
        permissions=rows_of(Permission, body["permissions"], "permissions"),
        wording=row_of(Wording, body["wording"], "wording"),
    )
    _check_references(texts)
    return texts


def _check_references(texts: ConsentTexts) -> None:
    _among(texts.risks, "word", (word.id for word in texts.words), "risks")
    _among(texts.risks, "modality", MODALITIES, "risks")
    _among(texts.information, "modality", MODALITIES, "information")
    _among(texts.statements, "when", ("always", "injection", "electro", "prescription"), "statements")
    _among(texts.statements, "detail", DETAILS, "statements")
    _among(texts.alternatives, "aim", ("any", "scalp", "lipolysis"), "alternatives")
    if set(texts.settings) != set(SETTINGS):
        raise TextsError("settings: exactly these are needed: " + ", ".join(SETTINGS))
