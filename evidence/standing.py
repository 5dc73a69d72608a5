"""A person's standing on a day, read from their stored credentials (decision 55): pure reading of plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evidence.choices import AwardStatus
from evidence.pack import Award, Pack

CPD_HOURS = 30  # in the last 12 months (S157)
LEVEL = 4  # of a regulated qualification in a related sector (S152)
KIND_BY_ITEM = {
    "insurance": "insurance",
    "first_aid": "first_aid",
    "life_support": "bls",
    "anaphylaxis": "anaphylaxis",
}
COMPETENCE_KINDS = frozenset({"experience", "qualification", "registration"})


def items(snapshot: Mapping[str, Any], modality: str) -> dict[str, bool]:
    """Which items of the pack's standing were in order; competence is asked for the modality of the session."""
    rows = list(snapshot.get("credentials", ()))
    kinds = {row["kind"] for row in rows}
    held = {item: kind in kinds for item, kind in KIND_BY_ITEM.items()}
    held["level4"] = int(snapshot.get("level") or 0) >= LEVEL
    held["cpd_hours"] = sum(float(row["hours"] or 0) for row in rows if row["kind"] == "cpd") >= CPD_HOURS
    held["competence"] = any(row["kind"] in COMPETENCE_KINDS and modality in (row.get("covers") or ()) for row in rows)
    return held


def awards(snapshot: Mapping[str, Any], known: tuple[Award, ...], kind: str) -> dict[str, str]:
    """Awards of the pack found among the credentials: held when verified, else worked towards (S162, S166)."""
    found: dict[str, str] = {}
    for row in snapshot.get("credentials", ()):
        key = _award_key(row, known)
        if key is None or row["kind"] not in (kind, "in_training"):
            continue
        holds = row["kind"] == kind and row["verified"]
        if holds or key not in found:
            found[key] = AwardStatus.HOLDS if holds else AwardStatus.WORKING_TOWARDS
    return found


def _award_key(row: Mapping[str, Any], known: tuple[Award, ...]) -> str | None:
    for award in known:
        if award.key in (row.get("covers") or ()) or row["title"].casefold().startswith(award.label.casefold()):
            return award.key
    return None


def stored(pack: Pack, snapshot: Mapping[str, Any], modality: str) -> dict[str, Any]:
    """What is kept with an observation or decision: each item of the pack, and the awards that made the position."""
    return {
        "on": snapshot.get("on", ""),
        "items": items(snapshot, modality),
        "assessor_awards": awards(snapshot, pack.assessor_awards, "assessing_award"),
        "iqa_awards": awards(snapshot, pack.iqa_awards, "iqa_award"),
    }
