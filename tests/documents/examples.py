"""Example data of both papers, written by hand; long and short texts, several scripts, nothing from a database."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw

from clinic.documents.making import canonical_json, sha256_of

CLINIC = {"name": "Harbour Skin Clinic", "place": "Quay Street"}
CLIENT = {"name": "Zofia Żak", "code": "K7Q-2MX", "born": "3 Feb 1990"}
HOSTILE = "#panic(“no”) $x$ [*bold*] <script> \\ // @ref"


def _document(title: str, **more: Any) -> dict[str, Any]:
    canonical = canonical_json({"client": CLIENT, "note": HOSTILE})
    return {
        "id": "5c0a",
        "title": title,
        "language": "en",
        "footer": "Consent texts version 1 · record 5c0a",
        "canonical": canonical,
        "sha256": sha256_of(canonical),
        **more,
    }


def _rows(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in pairs]


RISKS: dict[str, Any] = {
    "note": "For most risks the true rate is unknown.",
    "groups": [
        {
            "word": "Very common",
            "meaning": "1 in 10 or more",
            "items": [{"text": "bruises for days", "note": "19–24%"}],
        },
        {"word": "Rare", "meaning": "1 in 10,000 to 1 in 1,000", "items": [{"text": "scarring", "note": ""}]},
    ],
}


def consent(**changes: Any) -> dict[str, Any]:
    """A given consent; `changes` replace top-level entries."""
    return {
        "document": _document("Consent to mesotherapy"),
        "clinic": CLINIC,
        "client": CLIENT,
        "performer": {"name": "Dr Amara Osei", "standing": "GMC 7012345, insured until 1 Mar 2027"},
        "decision": {
            "outcome": "given",
            "heading": "Consent given on 26 Nov 2026 at 14:05",
            "text": "Signed in person.",
        },
        "treatment": _rows(("Treatment", "Superficial injections"), ("Product", "Hydra B+"), ("Areas", "Cheeks, chin")),
        "explained": _rows(("Information given", "19 Nov 2026, 13:00, on paper"), ("Time to think", "169 hours")),
        "information": [
            {"heading": "What it is", "paragraphs": ["Many tiny injections.", HOSTILE], "items": ["One", "Two"]}
        ],
        "risks": RISKS,
        "statements": [
            {"text": "I can stop at any point.", "ticked": True, "detail": ""},
            {
                "text": "I was told the risks that matter most to me.",
                "ticked": True,
                "detail": "What matters: no bruises",
            },
        ],
        "permission-note": "Each may be withdrawn on its own at any time.",
        "permissions": [{"text": "Photographs for my record", "answer": "Yes"}, {"text": "Teaching", "answer": "No"}],
        "signature": {
            "image": [],
            "typed": "Zofia Żak",
            "caption": "Zofia Żak, typed",
            "facts": _rows(("Signed", "26 Nov 2026, 14:05")),
        },
        "about": ["An electronic seal of the clinic over what the client did."],
        **changes,
    }


def aftercare(**changes: Any) -> dict[str, Any]:
    """A sheet after an injection session; `changes` replace top-level entries."""
    return {
        "document": _document("After your session"),
        "clinic": CLINIC,
        "client": CLIENT,
        "contact": {
            "heading": "Contact us at once if you have pain or inflammation in the treated area",
            "text": "Any time, even if it seems small.",
            "telephone": "020 7946 0123",
            "after-hours-label": "At night and at weekends",
            "after-hours": "020 7946 0199",
        },
        "done": _rows(("Session", "26 Nov 2026, 14:30–14:52"), ("Treatment", "Superficial injections")),
        "intro": ["You can go back to your normal day."],
        "sections": [
            {
                "heading": "Skincare",
                "intro": "",
                "lines": [{"text": "Hands off the area.", "when": "until Fri 27 Nov, 02:52"}],
            },
            {"heading": "Sun", "intro": "", "lines": [{"text": "SPF 50 every morning.", "when": "until Thu 10 Dec"}]},
        ],
        "usual": [{"what": "Swelling", "text": "12–36 hours."}],
        "help": [
            {
                "heading": "Call 999",
                "urgent": True,
                "items": [{"sign": "Trouble breathing", "time": "minutes", "action": ""}],
            },
            {
                "heading": "Call us the same day",
                "urgent": False,
                "items": [{"sign": "Fever", "time": "days", "action": "Call"}],
            },
        ],
        "follow-up-note": "You need not wait for these.",
        "follow-ups": ["Fri 27 Nov, 14:52: how are you"],
        "about": ["Made for what was really done."],
        **changes,
    }


def png_signature(width: int = 400, height: int = 140) -> bytes:
    """A drawn line with transparent ground, as the pad sends it."""
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line(
        [(20, 100), (90, 30), (140, 110), (220, 50), (380, 90)], fill=(27, 33, 38, 255), width=4
    )
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
