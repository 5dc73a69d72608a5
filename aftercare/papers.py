"""The sheet as plain data: on the screen and on the paper the same. Written once, when it is composed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftercare import rules
from aftercare.rules import Done
from aftercare.texts import AftercareTexts
from clinic import clock
from clinic.documents import making


def _local(value: datetime) -> str:
    at = value.astimezone(clock.LONDON)
    return f"{at.day} {at:%b %Y, %H:%M}"


def _rows(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in pairs if value]


def _done_rows(summary: Mapping[str, Any], done: Done, ph_product: str) -> list[dict[str, str]]:
    products = ", ".join(dict.fromkeys(f"{row['product']}, lot {row['lot']}" for row in summary["lots"]))
    points = f"{summary['points']} points, {summary['volume_ml']:g} ml" if summary["points"] else ""
    return _rows(
        ("Session ended", _local(done.ended_at)),
        ("Treatment", summary["technique_label"]),
        ("Areas", "; ".join(dict.fromkeys(summary["zone_labels"]))),
        ("Product", products),
        ("Amount", points),
        ("Device", summary["device"]),
        ("Skin pH restored with", ph_product),
        ("Treated by", summary["practitioner"]),
    )


def _sections(texts: AftercareTexts, done: Done) -> list[dict[str, Any]]:
    lines = rules.choose_lines(texts, done)
    return [
        {
            "heading": section.heading,
            "intro": section.intro,
            "lines": [
                {"id": row.line.id, "text": row.line.text, "when": rules.when_words(row)}
                for row in lines
                if row.line.section == section.id
            ],
        }
        for section in texts.sections
        if section.compulsory or any(row.line.section == section.id for row in lines)
    ]


def _help(texts: AftercareTexts, done: Done) -> list[dict[str, Any]]:
    flags = rules.choose_flags(texts, done)
    return [
        {
            "heading": level.heading,
            "urgent": level.urgent,
            "items": [
                {"id": flag.id, "sign": flag.sign, "time": flag.time, "action": flag.action}
                for flag in flags
                if flag.level == level.id
            ],
        }
        for level in texts.levels
        if any(flag.level == level.id for flag in flags)
    ]


def sheet_text(
    texts: AftercareTexts,
    done: Done,
    summary: Mapping[str, Any],
    *,
    telephone: str,
    after_hours: str,
    note: str = "",
    ph_product: str = "",
) -> dict[str, Any]:
    """Everything the client reads, as plain data in the order of the page; `note` is the treating person's own."""
    wording = texts.wording
    return {
        "title": texts.title,
        "language": texts.language,
        "contact": {
            "heading": wording.contact_heading,
            "text": wording.contact_text,
            "telephone": telephone,
            "after_hours_label": wording.after_hours_label,
            "after_hours": after_hours or wording.after_hours_default,
        },
        "done": _done_rows(summary, done, ph_product),
        "intro": [wording.normal_life, *(part.strip() for part in note.splitlines() if part.strip())],
        "sections": _sections(texts, done),
        "usual": [{"what": row.what, "text": row.text} for row in rules.choose_usual(texts, done)],
        "help": _help(texts, done),
        "follow_up_note": wording.follow_up_note,
        "follow_ups": [f"{rules.clock(due.at)}: {due.follow_up.text}" for due in rules.due_follow_ups(texts, done)],
        "about": [wording.about, wording.letters],
    }


def record_of(sheet: Any) -> dict[str, Any]:
    """The machine-readable record inside the PDF."""
    return {
        "format": "mesorecord-aftercare/1",
        "id": str(sheet.id),
        "clinic": sheet.organisation.name,
        "client": {"id": str(sheet.client_id), "name": sheet.client.legal_name, "code": sheet.client.code},
        "session": str(sheet.session_id),
        "ended_at": sheet.ended_at.isoformat(),
        "content": {"version": sheet.content.number, "digest": sheet.content.digest},
        "sheet": sheet.snapshot,
    }


def _hyphens(part: dict[str, Any]) -> dict[str, Any]:
    """Names as the paper's template spells them."""
    return {key.replace("_", "-"): _hyphens(value) if isinstance(value, dict) else value for key, value in part.items()}


def paper_of(sheet: Any) -> tuple[dict[str, Any], str]:
    """What the template prints, and the SHA-256 of the attached record."""
    canonical = making.canonical_json(record_of(sheet))
    sha256 = making.sha256_of(canonical)
    born = sheet.client.born_on
    shown = _hyphens({key: value for key, value in sheet.snapshot.items() if key not in ("title", "language")})
    paper = {
        "document": {
            "id": str(sheet.id),
            "title": sheet.snapshot["title"],
            "language": sheet.snapshot["language"],
            "footer": f"Aftercare texts version {sheet.content.number} · sheet {str(sheet.id)[:8]}",
            "canonical": canonical,
            "sha256": sha256,
        },
        "clinic": {"name": sheet.organisation.name, "place": sheet.organisation.name},
        "client": {
            "name": sheet.client.legal_name,
            "code": sheet.client.code,
            "born": f"{born.day} {born:%b %Y}",
        },
        **shown,
    }
    return paper, sha256
