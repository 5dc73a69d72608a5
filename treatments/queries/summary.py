"""What was really done in a session: for the aftercare sheet, evidence, the seal and the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from treatments import library
from treatments.models import ElectroPhase, Pass, Session
from treatments.queries.rows import lot_uses_of, passes_of, phases_of
from treatments.rules.measures import Volumes, comfort_band, volumes


def volumes_of(session: Session) -> dict[Any, Volumes]:
    """Volumes by lot: drawn up, placed, left over, in ml."""
    placed: dict[Any, list[float]] = {}
    for row in passes_of(session):
        placed.setdefault(row.lot_id, []).append(row.volume_ml)
    return {use.lot_id: volumes(float(use.drawn_ml), placed.get(use.lot_id, [])) for use in lot_uses_of(session)}


def _moment(value: datetime | None) -> str | None:
    return value.isoformat(timespec="seconds") if value else None


def _pass(row: Pass) -> dict[str, Any]:
    facts, guide = row.facts, library.zone_guides()[row.zone]
    return {
        "id": str(row.id),
        "zone": row.zone,
        "zone_label": guide.label,
        "technique": row.technique,
        "depth_mm": row.depth_mm,
        "volume_per_point_ml": row.volume_per_point_ml,
        "points": facts.count,
        "volume_ml": facts.volume_ml,
        "spacing_mm": facts.spacing_mm,
        "points_per_cm2": facts.points_per_cm2,
        "covered": facts.covered,
        "lot": row.lot.number if row.lot else "",
        "product": row.lot.product.name if row.lot else "",
        "reason": row.setting.get("reason", ""),
    }


def _phase(row: ElectroPhase) -> dict[str, Any]:
    labels = [library.zone_guides()[zone].label for zone in row.zones]
    return {
        "id": str(row.id),
        "mode": row.mode,
        "device": str(row.device),
        "serial": row.device.serial,
        "zones": list(row.zones),
        "zone_labels": labels,
        "lot": row.lot.number if row.lot else "",
        "skin_checks": list(row.skin_checks),
        **{key: value for key, value in row.setting.items() if value not in ("", None)},
    }


def _lots(session: Session) -> list[dict[str, Any]]:
    by_lot = volumes_of(session)
    return [
        {
            "lot": use.lot.number,
            "product": use.lot.product.name,
            "product_id": str(use.lot.product_id),
            "expires_on": use.lot.expires_on.isoformat(),
            "drawn_ml": by_lot[use.lot_id].drawn_ml,
            "placed_ml": by_lot[use.lot_id].placed_ml,
            "waste_ml": by_lot[use.lot_id].waste_ml,
        }
        for use in lot_uses_of(session)
    ]


def _disposal(session: Session) -> dict[str, list[str]]:
    streams = {item.id for item in library.checklists(session.checklists)["disposal"].items}
    done: dict[str, list[str]] = {"preparation": [], "treatment": [], "after": []}
    for row in sorted(session.ticks.all(), key=lambda tick: tick.occurred_at):
        if row.item in streams and row.is_done and row.item not in done[row.phase]:
            done[row.phase].append(row.item)
    return done


def _what_and_who(session: Session) -> dict[str, Any]:
    return {
        "id": str(session.id),
        "modality": session.modality,
        "technique": session.technique,
        "technique_label": library.technique(session.technique).label,
        "protocol": session.protocol,
        "number": session.planned.number if session.planned else None,
        "state": session.state,
        "practitioner": session.practitioner.name,
        "practitioner_id": str(session.practitioner_id),
        "supervisor": session.supervisor.name if session.supervisor else "",
        "for_assessment": session.for_assessment,
    }


def session_summary(session: Session) -> dict[str, Any]:
    """What was really done, as plain data: people, times, lots, passes or phases, comfort, checklists, events.

    `depth_mm` is the deepest pass (mm), `zones` the areas treated, `disposal` the streams by phase (decision 44).
    """
    passes = [_pass(row) for row in passes_of(session) if row.points]
    phases = [_phase(row) for row in phases_of(session)]
    comfort = [
        {"at": _moment(row.occurred_at), "score": row.score, "band": str(comfort_band(row.score)), "words": row.words}
        for row in session.comfort.all()
    ]
    treated = [row["zone"] for row in passes] + [zone for row in phases for zone in row["zones"]]
    zones = list(dict.fromkeys(treated)) or list(session.zones)
    return {
        **_what_and_who(session),
        "started_at": _moment(session.started_at),
        "ended_at": _moment(session.ended_at),
        "minutes": round(session.running_for(session.ended_at).total_seconds() / 60) if session.ended_at else None,
        "stop_reason": session.stop_reason,
        "adapted_because": session.adapted_because,
        "notes": session.notes,
        "end_check": session.end_check,
        **({"skin_checks": list(session.skin_checks)} if session.skin_checks else {}),
        "zones": zones,
        "zone_labels": [library.zone_guides()[zone].label for zone in zones],
        "depth_mm": max((row["depth_mm"] for row in passes), default=None),
        "points": sum(row["points"] for row in passes),
        "volume_ml": round(sum(row["volume_ml"] for row in passes), 3),
        "lots": _lots(session),
        "passes": passes,
        "phases": phases,
        "comfort": comfort,
        "disposal": _disposal(session),
        "device": str(session.device) if session.device else "",
    }


def sealed_payload(session: Session) -> dict[str, Any]:
    """What the seal of a signed session covers, rebuilt from its rows (decision 15)."""
    ticks = sorted(session.ticks.all(), key=lambda row: (row.occurred_at, str(row.id)))
    checks = sorted(session.day_checks.all(), key=lambda row: (row.occurred_at, str(row.id)))
    return {
        **session_summary(session),
        "client": str(session.client_id),
        "course": str(session.course_id),
        "gates": list(session.start_gates),
        "standing": session.standing,
        "signed_at": _moment(session.signed_at),
        "signed_by": str(session.signed_by_id or ""),
        "points_of": {str(row.id): [row.anatomy_digest, list(row.points)] for row in session.passes.all()},
        "ticks": [[row.item, row.phase, row.is_done, row.note, row.detail] for row in ticks],
        "confirmed": [[row.kind, row.outcome, row.words, _moment(row.occurred_at)] for row in checks],
    }
