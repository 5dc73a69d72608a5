"""The aftercare texts: checked when they are loaded or published, then plain frozen rows. No Django here."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from consent.texts import TextsError, check_evidence, row_of, rows_of

FORMAT = "aftercare_texts/1"
MODALITIES = frozenset({"injection", "electro", "both"})
ONLY = frozenset({"", "face", "scalp", "hyaluronic"})
COMPULSORY_SECTIONS = frozenset({"skincare", "sun"})  # S117
COMPULSORY_LINES = frozenset({"A19"})  # S118
CONTACT_FLAG = "F11"  # S207


@dataclass(frozen=True)
class Section:
    """A part of the sheet."""

    id: str
    heading: str
    intro: str
    compulsory: bool
    evidence: str
    source: str


@dataclass(frozen=True)
class Line:
    """One instruction; hours from the end of the session."""

    id: str
    section: str
    text: str
    modality: str
    only: str
    from_h: int
    to_h: int
    range: str
    evidence: str
    source: str


@dataclass(frozen=True)
class FollowUp:
    """A check-in, in hours from the end of the session."""

    id: str
    text: str
    modality: str
    at_h: int
    evidence: str
    source: str


@dataclass(frozen=True)
class Usual:
    """What is usual and goes by itself. An allergic reaction is never here (decision 52)."""

    id: str
    what: str
    text: str
    modality: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Flag:
    """A sign that needs help, what the client does and what the clinic does."""

    id: str
    level: str
    sign: str
    time: str
    action: str
    clinic: str
    modality: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Level:
    """How urgent a group of signs is."""

    id: str
    heading: str
    urgent: bool
    evidence: str
    source: str


@dataclass(frozen=True)
class Emergency:
    """The guide for the room (R-EM)."""

    id: str
    title: str
    steps: list  # type: ignore[type-arg]
    note: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Wording:
    """Sentences of the sheet."""

    evidence: str
    source: str
    contact_heading: str
    contact_text: str
    after_hours_label: str
    after_hours_default: str
    normal_life: str
    follow_up_note: str
    about: str
    letters: str


@dataclass(frozen=True)
class AftercareTexts:
    """Everything, checked."""

    title: str
    language: str
    sections: tuple[Section, ...]
    lines: tuple[Line, ...]
    follow_ups: tuple[FollowUp, ...]
    usual: tuple[Usual, ...]
    flags: tuple[Flag, ...]
    levels: tuple[Level, ...]
    emergency: Emergency
    wording: Wording


def parse(body: Any) -> AftercareTexts:
    """Check and parse the body of an aftercare text file. Raises TextsError naming what is wrong."""
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise TextsError(f"The format must be {FORMAT}.")
    wanted = {"format", *(field.name for field in dataclasses.fields(AftercareTexts))}
    if body.keys() != wanted:
        raise TextsError(f"Unknown or missing: {', '.join(sorted(body.keys() ^ wanted))}.")
    check_evidence(body["emergency"], "emergency")
    texts = AftercareTexts(
        title=body["title"],
        language=body["language"],
        sections=rows_of(Section, body["sections"], "sections"),
        lines=rows_of(Line, body["lines"], "lines"),
        follow_ups=rows_of(FollowUp, body["follow_ups"], "follow_ups"),
        usual=rows_of(Usual, body["usual"], "usual"),
        flags=rows_of(Flag, body["flags"], "flags"),
        levels=rows_of(Level, body["levels"], "levels"),
        emergency=row_of(Emergency, body["emergency"], "emergency"),
        wording=row_of(Wording, body["wording"], "wording"),
    )
    _check_lines(texts)
    _check_compulsory(texts)
    return texts


def _check_lines(texts: AftercareTexts) -> None:
    sections = {section.id for section in texts.sections}
    for line in texts.lines:
        if line.section not in sections or line.modality not in MODALITIES or line.only not in ONLY:
            raise TextsError(f"lines.{line.id}: unknown section, modality or condition.")
        if not 0 <= line.from_h < line.to_h:
            raise TextsError(f"lines.{line.id}: the hours run backwards.")
    levels = {level.id for level in texts.levels}
    for flag in texts.flags:
        if flag.level not in levels or flag.modality not in MODALITIES:
            raise TextsError(f"flags.{flag.id}: unknown level or modality.")
    modalities = [(row.id, row.modality) for row in texts.follow_ups] + [(row.id, row.modality) for row in texts.usual]
    for name, modality in modalities:
        if modality not in MODALITIES:
            raise TextsError(f"{name}: unknown modality.")


def _check_compulsory(texts: AftercareTexts) -> None:
    """Skincare and sun sections, the pH line, and the line of S207 with its contact can never be left out."""
    if not {section.id for section in texts.sections if section.compulsory} >= COMPULSORY_SECTIONS:
        raise TextsError("sections: skincare and sun are compulsory (S117).")
    if not {line.id for line in texts.lines if line.modality == "both" and not line.only} >= COMPULSORY_LINES:
        raise TextsError("lines: the pH line A19 is compulsory (S118).")
    if CONTACT_FLAG not in {flag.id for flag in texts.flags if flag.modality == "both"}:
        raise TextsError("flags: F11, pain or inflammation after leaving, is compulsory (S207).")
    if not texts.wording.contact_heading.strip():
        raise TextsError("wording: the contact line is compulsory (S207).")
