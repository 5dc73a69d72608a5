"""What is recorded while a session runs: passes, comfort, notes; then the safety review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clinic import audit
from clinic.actors import Actor
from clinic.catalogue.content_rows import Technique
from clinic.errors import InvalidValue, RuleRefused
from clinic.rules import check_version
from treatments import library, queries
from treatments.choices import Modality, Phase, SessionState
from treatments.geometry import anatomy, read_points
from treatments.guards import (
    EDITABLE,
    demand_performer,
    demand_running,
    demand_usable_still,
    demand_zone,
    pause_running,
    take,
)
from treatments.models import ChecklistEntry, ComfortScore, Lot, LotUse, Pass, Session
from treatments.rules.measures import (
    COMFORT_RANGE,
    MAX_DEPTH_MM,
    MAX_VOLUME_PER_POINT_ML,
    SEVERE_COMFORT,
    deepest_allowed_mm,
)
from treatments.rules.moves import CLOSING, RUNNING


def _demand_depth(session: Session, guide: library.ZoneGuide, depth_mm: float, reason: str) -> None:
    if not 0 < depth_mm <= MAX_DEPTH_MM:
        raise InvalidValue(f"Set a depth up to {MAX_DEPTH_MM:g} mm.", code="out_of_range", field="depth_mm")
    limit = queries.clinic_depth(session)
    deepest = deepest_allowed_mm(guide.depth_limit_mm(session.technique), limit.depth_mm)
    if deepest is None or depth_mm <= deepest:
        return
    if limit.warns_only and depth_mm <= (guide.depth_limit_mm(session.technique) or depth_mm) and reason:
        return
    raise RuleRefused(
        f"{depth_mm:g} mm is too deep for {guide.label}: at most {deepest:g} mm.",
        code="too_deep",
        field="depth_mm",
        details={"limit_mm": deepest, "zone": guide.id},
    )


def _lot_in_hand(session: Session, lot: Lot | None, technique: Technique) -> Lot | None:
    if lot is None and not technique.needs_product:
        return None
    if lot is None or not LotUse.objects.filter(session=session, lot=lot).exists():
        raise RuleRefused("Take the lot into the hand first.", code="lot_not_chosen", field="lot")
    demand_usable_still(lot)
    return lot


def _demand_volume(session: Session, row: Pass, technique: Technique, reason: str) -> None:
    volume = row.volume_per_point_ml
    if not 0 <= volume <= MAX_VOLUME_PER_POINT_ML:
        raise InvalidValue(
            f"Set 0 to {MAX_VOLUME_PER_POINT_ML:g} ml per point.", code="out_of_range", field="volume_per_point_ml"
        )
    usual = technique.volume_max_ml
    if usual is not None and volume > usual and not reason:
        raise RuleRefused(
            f"{volume:g} ml per point is more than usual ({usual:g} ml). Write down why.",
            code="reason_required",
            field="reason",
        )
    limit = row.lot.product.max_session_ml if row.lot else None
    others = sum(other.volume_ml for other in session.passes.all() if other.pk != row.pk and other.lot_id == row.lot_id)
    if limit is not None and others + row.volume_ml > float(limit) + 1e-6:
        raise RuleRefused(
            f"{others + row.volume_ml:.2f} ml is above the product's limit of {limit:g} ml a session.",
            code="volume_above_limit",
            field="volume_per_point_ml",
        )


def _demand_technique(session: Session, technique: str) -> None:
    if session.modality != Modality.INJECTION:
        raise RuleRefused("This is an electro session; record phases.", code="other_modality", field="technique")
    if technique and technique != session.technique:
        raise RuleRefused(
            "This technique is not the one of the agreed plan and consent.",
            code="technique_not_planned",
            field="technique",
        )


def _locked_pass(placed: Pass, version: int | None) -> Pass:
    row: Pass = Pass.objects.locked(placed.pk)
    check_version(row.version, version, now={"version": row.version, "points": len(row.points)})
    return row


def _blank_pass(session: Session, zone: str, at: datetime) -> Pass:
    position = max((row.position for row in session.passes.all()), default=0) + 1
    surface = anatomy()
    return Pass(
        organisation_id=session.organisation_id,
        client_id=session.client_id,
        session=session,
        position=position,
        technique=session.technique,
        zone=zone,
        anatomy_format=surface.format,
        anatomy_digest=surface.digest,
        occurred_at=at,
        recorded_at=at,
    )


@audit.audited
def place_pass(
    session: Session,
    *,
    zone: str,
    points: Sequence[Any],
    anatomy_digest: str,
    depth_mm: float,
    volume_per_point_ml: float,
    lot: Lot | None = None,
    technique: str = "",
    spacing_mm: float | None = None,
    reason: str = "",
    placed: Pass | None = None,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Pass:
    """Place points: a new pass, or the new state of `placed` (`version` is then the pass's). mm, ml a point.

    Raises InvalidValue (points, ranges), RuleRefused (`zone_not_planned`, `too_deep`, `lot_not_chosen`,
    `volume_above_limit`, `reason_required`, `technique_not_planned`, `consent_not_valid`), StaleRecord, Refused.
    """
    locked = take(session, by=by, states={SessionState.STARTED})
    demand_performer(locked, by)
    _demand_technique(locked, technique)
    demand_running(locked, at)
    used = library.technique(locked.technique)
    guide = demand_zone(locked, zone)
    row = _locked_pass(placed, version) if placed else _blank_pass(locked, zone, at)
    read = read_points(points, zone_id=zone, digest=anatomy_digest)
    row.zone, row.lot, row.points = zone, _lot_in_hand(locked, lot, used), [point.row() for point in read]
    numbers = {"depth_mm": depth_mm, "volume_per_point_ml": volume_per_point_ml, "spacing_mm": spacing_mm}
    row.setting = {**numbers, "reason": reason.strip()}
    _demand_depth(locked, guide, depth_mm, reason.strip())
    _demand_volume(locked, row, used, reason.strip())
    row.save()
    audit.record(by, "session.points_placed", row, at=at, count=len(read), version=row.version)
    return row


@audit.audited
def record_comfort(
    session: Session, *, score: int, words: str = "", action: str = "", by: Actor, at: datetime
) -> ComfortScore:
    """Record comfort from 0 to 10. From 7 on a running session is paused (R225). Raises InvalidValue."""
    locked = take(session, by=by, states=RUNNING | CLOSING)
    if score not in COMFORT_RANGE:
        raise InvalidValue("Score comfort from 0 to 10.", code="out_of_range", field="score")
    row = ComfortScore(
        organisation_id=locked.organisation_id,
        client_id=locked.client_id,
        session=locked,
        score=score,
        words=words.strip(),
        action=action.strip(),
        occurred_at=at,
        recorded_at=at,
    )
    row.save()
    if score >= SEVERE_COMFORT and locked.state == SessionState.STARTED:
        pause_running(locked, at)
    audit.record(by, "session.comfort_scored", locked, at=at)
    return row


@audit.audited
def note_adaptation(
    session: Session, *, adapted_because: str = "", notes: str = "", by: Actor, at: datetime, version: int | None = None
) -> Session:
    """Keep why the technique was adapted (criterion Y 4.5) and free notes; until the session is signed."""
    locked = take(session, by=by, version=version, states=EDITABLE)
    locked.adapted_because, locked.notes = adapted_because.strip(), notes.strip()
    locked.save(update_fields=["adapted_because", "notes"])
    audit.record(by, "session.noted", locked, at=at, version=locked.version)
    return locked


@audit.audited
def review_safety(
    session: Session, *, waste: Sequence[str] = (), words: str = "", by: Actor, at: datetime
) -> ChecklistEntry:
    """Waste by stream after treatment, and the review of what was safe and what was not (decision 44, D 3.5)."""
    locked = take(session, by=by, states=CLOSING)
    demand_performer(locked, by)
    for name in waste:
        item = library.item(locked.checklists, name)
        if item.when != "disposal":
            raise InvalidValue("This is not a waste stream.", code="unknown_item", field="waste")
    rows = [(name, "") for name in waste] + [(library.SAFETY_REVIEW, words.strip())]
    entries = [
        ChecklistEntry(
            organisation_id=locked.organisation_id,
            client_id=locked.client_id,
            session=locked,
            item=name,
            phase=Phase.AFTER,
            is_done=True,
            note=note,
            occurred_at=at,
            recorded_at=at,
        )
        for name, note in rows
    ]
    for entry in entries:
        entry.save()
    audit.record(by, "session.safety_reviewed", locked, at=at, waste=list(waste))
    return entries[-1]
