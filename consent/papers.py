"""The paper of a decided consent: its canonical record and what the template prints."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clinic import clock
from clinic.documents import making
from consent import facts as words
from consent import wording
from consent.choices import ConsentState, ConversationHow, InformationForm, SignedHow
from consent.models import Consent, ConsentConversation, ReflectionShortening, moment
from consent.rules import hours_since

ANSWERS = {True: "Yes", False: "No", None: "Not answered"}


def local(value: datetime) -> str:
    """An instant as paper and screen show it, in London time."""
    at = value.astimezone(clock.LONDON)
    return f"{at.day} {at:%b %Y, %H:%M}"


def record_of(
    consent: Consent, conversation: ConsentConversation | None, shortening: ReflectionShortening | None
) -> dict[str, Any]:
    """The machine-readable record inside the PDF (security.md 5.7): text as shown, answers, times, people."""
    return {
        "format": "mesorecord-consent/1",
        "id": str(consent.id),
        "clinic": consent.organisation.name,
        "client": {"id": str(consent.client_id), "name": consent.client.legal_name, "code": consent.client.code},
        "performer": {"id": str(consent.performer_id), "name": consent.performer.name},
        "outcome": consent.state,
        "content": {"version": consent.content.number, "digest": consent.content.digest},
        "text_as_shown": consent.snapshot,
        "text_sha256": consent.text_digest,
        "information": {
            "given_at": moment(consent.info_given_at),
            "form": consent.info_form,
            "note": consent.info_note,
        },
        "reflection": {
            "hours": consent.cooling_off_hours,
            "shortened_at": moment(shortening.shortened_at) if shortening else None,
            "reason": shortening.reason if shortening else "",
        },
        "conversation": _conversation(conversation),
        "statements": list(consent.statements),
        "permissions": consent.permissions,
        "signature": {
            "how": consent.signed_how,
            "name": consent.signed_name,
            "sha256": making.sha256_of(consent.signature),
        },
        "decline_reason": consent.decline_reason,
        "decided_at": moment(consent.decided_at),
        "handover": str(consent.handover_id or ""),
    }


def _conversation(conversation: ConsentConversation | None) -> dict[str, Any] | None:
    if conversation is None:
        return None
    return {
        "held_at": moment(conversation.held_at),
        "how": conversation.how,
        "performer": str(conversation.performer_id),
        "questions": conversation.questions,
        "matters": conversation.matters,
        "interpreter": conversation.interpreter,
        "interpreter_note": conversation.interpreter_note,
        "capacity": conversation.capacity,
    }


def _rows(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in pairs if value]


def _explained(
    consent: Consent, conversation: ConsentConversation | None, shortening: ReflectionShortening | None
) -> list[dict[str, str]]:
    passed = hours_since(consent.info_given_at, consent.decided_at or consent.info_given_at)
    think = f"{passed:.0f} hours passed; {consent.cooling_off_hours} asked"
    if shortening is not None:
        lead = shortening.shortened_by.name if shortening.shortened_by else "the lead"
        think += f". Shortened by {lead}: {shortening.reason}"
    rows = _rows(
        ("Information given", f"{local(consent.info_given_at)}, {InformationForm(consent.info_form).label.lower()}"),
        ("Time to think", think),
    )
    if conversation is not None:
        how = ConversationHow(conversation.how).label.lower()
        rows += _rows(
            ("Spoken with", f"{conversation.performer.name}, {local(conversation.held_at)}, {how}"),
            ("Interpreter", conversation.interpreter or "None needed"),
            ("What matters to the client", conversation.matters),
            ("Questions asked", conversation.questions or "None"),
            ("Able to decide", _capacity(conversation.capacity)),
        )  # fmt: skip
    return rows


def _capacity(capacity: Mapping[str, Any]) -> str:
    if capacity.get("doubt") is False:
        return "No reason to doubt"
    return f"Shown with support: {capacity.get('support', '')}"


def _decision(consent: Consent) -> dict[str, str]:
    wording = consent.snapshot["wording"]
    at = local(consent.decided_at or consent.info_given_at)
    if consent.state == ConsentState.GIVEN:
        return {"outcome": "given", "heading": f"Consent given on {at}", "text": wording["given"]}
    reason = f" In the client's words: {consent.decline_reason}" if consent.decline_reason else ""
    return {"outcome": "declined", "heading": f"Declined on {at}", "text": wording["declined"] + reason}


def _signature(consent: Consent) -> dict[str, Any]:
    drawn = consent.signed_how == SignedHow.DRAWN
    name = consent.client.legal_name
    return {
        "image": list(base64.b64decode(consent.signature)) if drawn else [],
        "typed": consent.signed_name,
        "caption": f"{name}, drawn on the clinic's tablet" if drawn else f"{name}: signed by typing the full name",
        "facts": _rows(
            ("Signed", local(consent.decided_at or consent.info_given_at)), ("In front of", consent.performer.name)
        ),
    }


def paper_of(
    consent: Consent, conversation: ConsentConversation | None, shortening: ReflectionShortening | None
) -> tuple[dict[str, Any], str]:
    """What the template prints, and the SHA-256 of the attached record."""
    canonical = making.canonical_json(record_of(consent, conversation, shortening))
    sha256 = making.sha256_of(canonical)
    shown, facts = consent.snapshot, consent.snapshot["facts"]
    under = words.details(
        consent,
        matters=conversation.matters if conversation else "",
        given=local(consent.info_given_at),
        decided=f"Decided: {local(consent.decided_at)}." if consent.decided_at else "",
    )
    answers = {row["code"]: consent.permissions.get(row["code"]) for row in shown["permissions"]}
    paper = {
        "document": {
            "id": str(consent.id),
            "title": shown["title"],
            "language": shown["language"],
            "footer": f"Consent texts version {consent.content.number} · record {str(consent.id)[:8]}",
            "canonical": canonical,
            "sha256": sha256,
        },
        "clinic": {"name": consent.organisation.name, "place": consent.organisation.name},
        "client": {"name": consent.client.legal_name, "code": consent.client.code, "born": _day(consent)},
        "performer": {"name": facts["performer"], "standing": facts["performer_standing"]},
        "decision": _decision(consent),
        "shared": wording.shared_rows(shown),
        "treatment": _rows(
            ("Treatment", facts["modality"]), ("Technique", facts["technique"]), ("Product", facts["product_name"]),
            ("Areas", facts["areas"]), ("Course", facts["course"]),
        ),
        "explained": _explained(consent, conversation, shortening),
        "information": shown["information"], "risks": shown["risks"],
        "statements": [
            {"text": row["text"], "ticked": row["id"] in consent.statements, "detail": under[row["detail"]]}
            for row in shown["statements"]
        ],
        "permission-note": shown["wording"]["permission_note"],
        "permissions": [{"text": row["text"], "answer": ANSWERS[answers[row["code"]]]} for row in shown["permissions"]],
        "signature": _signature(consent),
        "about": [shown["wording"][name] for name in ("withdraw", "seal", "attached", "letters")],
    }  # fmt: skip
    return paper, sha256


def _day(consent: Consent) -> str:
    born = consent.client.born_on
    return f"{born.day} {born:%b %Y}"
