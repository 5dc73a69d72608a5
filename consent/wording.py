"""The text as one client reads it: chosen from the consent texts by what is planned. Pure; the result is plain data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from consent.texts import ConsentTexts, Risk, Statement


@dataclass(frozen=True)
class Planned:
    """What the text depends on, and the facts that stand in it as words."""

    modality: str
    is_lipolysis: bool
    is_scalp: bool
    is_prescription: bool
    facts: Mapping[str, str]
    shared: Mapping[str, str] = field(default_factory=dict)


SHARED = (("goals", "Your goals"), ("budget", "Budget"), ("comfort", "Comfort"), ("wanted", "The result you want"))


def shared_rows(shown: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a shown text opens with: the client's decision factors, labelled; none in older texts (S268)."""
    said = shown.get("shared") or {}
    return [{"label": label, "value": said[name]} for name, label in SHARED if said.get(name)]


def _fits(modality: str, planned: Planned) -> bool:
    return modality in ("both", planned.modality) or (modality == "lipolysis" and planned.is_lipolysis)


def _applies(statement: Statement, planned: Planned) -> bool:
    if statement.when == "prescription":
        return planned.is_prescription
    return statement.when in ("always", planned.modality)


def _information(texts: ConsentTexts, planned: Planned) -> list[dict[str, Any]]:
    sections: dict[str, list[str]] = {}
    for row in texts.information:
        if _fits(row.modality, planned):
            sections.setdefault(row.heading, []).append(row.text)
    return [{"heading": heading, "paragraphs": paragraphs, "items": []} for heading, paragraphs in sections.items()]


def _alternatives(texts: ConsentTexts, planned: Planned) -> dict[str, Any]:
    aims = {"any"} | ({"scalp"} if planned.is_scalp else set()) | ({"lipolysis"} if planned.is_lipolysis else set())
    items = [row.text for row in texts.alternatives if row.aim in aims]
    return {"heading": "What you could do instead", "paragraphs": [], "items": items}


def _risk_groups(texts: ConsentTexts, planned: Planned) -> list[dict[str, Any]]:
    fitting: list[Risk] = [risk for risk in texts.risks if _fits(risk.modality, planned)]
    return [
        {
            "word": word.label,
            "meaning": word.meaning,
            "items": [
                {"id": risk.id, "text": risk.text, "note": risk.note} for risk in fitting if risk.word == word.id
            ],
        }
        for word in texts.words
        if any(risk.word == word.id for risk in fitting)
    ]


def shown_text(texts: ConsentTexts, planned: Planned) -> dict[str, Any]:
    """Everything the client reads and answers, as plain data in the order of the page."""
    return {
        "title": texts.title,
        "language": texts.language,
        "facts": dict(planned.facts),
        **({"shared": dict(planned.shared)} if planned.shared else {}),
        "information": [*_information(texts, planned), _alternatives(texts, planned)],
        "risks": {"note": texts.words_note, "groups": _risk_groups(texts, planned)},
        "statements": [
            {"id": row.id, "text": row.text, "detail": row.detail} for row in texts.statements if _applies(row, planned)
        ],
        "permissions": [
            {"code": row.id, "group": row.group, "text": row.text, "help": row.help} for row in texts.permissions
        ],
        "wording": {
            "permission_note": texts.wording.permission_note,
            "typed": texts.wording.typed,
            "withdraw": texts.wording.withdraw,
            "given": texts.wording.given,
            "declined": texts.wording.declined,
            "seal": texts.wording.seal,
            "attached": texts.wording.attached,
            "letters": texts.wording.letters,
        },
    }


def digest(shown: Mapping[str, Any]) -> str:
    """SHA-256 of a shown text's canonical JSON; the page sends it back, so another text cannot be signed."""
    body = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def statement_ids(shown: Mapping[str, Any]) -> list[str]:
    """Ids of the statements of a shown text."""
    return [row["id"] for row in shown["statements"]]


def permission_codes(shown: Mapping[str, Any]) -> list[str]:
    """Codes of the permissions of a shown text."""
    return [row["code"] for row in shown["permissions"]]
