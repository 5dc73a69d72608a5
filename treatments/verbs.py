"""The verbs of a session by name, as both doors call them: same values, same services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinic.actors import Actor
from clinic.catalogue.models import Device
from clinic.errors import InvalidValue
from consultations import services as consultation_services
from treatments import geometry, services, upstream
from treatments.models import ElectroPhase, Lot, Pass, Session

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """Who calls a verb, when, and the version of the session they saw."""

    by: Actor
    at: datetime
    version: int | None = None


@dataclass(frozen=True)
class Verb:
    """A verb: what it does, the words after it, and whether the door must pass the session's version."""

    do: Callable[[Session, Values, Call], Any]
    said: str
    versioned: bool = False


def lot_of(session: Session, lot_id: Any) -> Lot | None:
    """A lot of the session's organisation. Raises InvalidValue."""
    if not lot_id:
        return None
    rows = Lot.objects.select_related("product").filter(organisation_id=session.organisation_id, pk=lot_id)
    found: Lot | None = rows.first()
    if found is None:
        raise InvalidValue("Choose a lot from the list.", code="unknown_lot", field="lot")
    return found


def device_of(session: Session, device_id: Any) -> Device:
    """A device of the session's organisation. Raises InvalidValue."""
    found: Device | None = Device.objects.filter(organisation_id=session.organisation_id, pk=device_id).first()
    if found is None:
        raise InvalidValue("Choose a device from the list.", code="unknown_device", field="device")
    return found


def _plain(name: str, *, versioned: bool = True) -> Callable[[Session, Values, Call], Any]:
    service = getattr(services, name)

    def do(session: Session, values: Values, call: Call) -> Any:
        more = {"version": call.version} if versioned else {}
        return service(session, **values, by=call.by, at=call.at, **more)

    return do


def _lot(session: Session, values: Values, call: Call) -> Any:
    lot = lot_of(session, values["lot"])
    if lot is None:
        raise InvalidValue("Choose a lot.", code="required", field="lot")
    return services.choose_lot(session, lot=lot, drawn_ml=values["drawn_ml"], by=call.by, at=call.at)


def _device(session: Session, values: Values, call: Call) -> Any:
    device = device_of(session, values["device"])
    return services.choose_device(session, device=device, by=call.by, at=call.at, version=call.version)


def _fill(session: Session, values: Values, call: Call) -> Any:
    """Points without tapping: an even fill of a zone, or one point at its centre."""
    zone, spacing = values["zone"], values.get("spacing_mm")
    if values.get("at_centre"):
        points: tuple[geometry.Point, ...] = (geometry.centre_point(geometry.anatomy().zone(zone).id),)
    else:
        points = geometry.fill_zone(zone, float(spacing or 10))
    return services.place_pass(
        session,
        zone=zone,
        points=[point.row() for point in points],
        anatomy_digest=geometry.anatomy().digest,
        depth_mm=float(values["depth_mm"]),
        volume_per_point_ml=float(values.get("volume_per_point_ml") or 0),
        lot=lot_of(session, values.get("lot")),
        spacing_mm=float(spacing) if spacing else None,
        reason=values.get("reason") or "",
        by=call.by,
        at=call.at,
    )


_PHASE_KEYS = (
    "area_cm2", "current_ma", "minutes", "polarity", "modulation_frequency_hz", "carrier_frequency_khz",
    "pulse_width_ms", "pulse_amplitude_v", "peak_voltage_v", "voltage_v", "ramp_s", "product_ml", "return_electrode",
    "electrode", "reason",
)  # fmt: skip


def _phase(session: Session, values: Values, call: Call) -> Any:
    setting = {key: values[key] for key in _PHASE_KEYS if values.get(key) not in (None, "")}
    numbers = {key: float(v) if not isinstance(v, str) else v for key, v in setting.items()}
    return services.record_phase(
        session,
        mode=values["mode"],
        setting=numbers,
        zones=values.get("zones") or (),
        lot=lot_of(session, values.get("lot")),
        output_seen=bool(values.get("output_seen")),
        by=call.by,
        at=call.at,
    )


def _skin(session: Session, values: Values, call: Call) -> Any:
    look = {"seen": values["seen"], "note": values.get("note") or "", "by": call.by, "at": call.at}
    if not values.get("phase"):
        return services.look_at_skin(session, **look)
    phase: ElectroPhase | None = session.phases.filter(pk=values["phase"]).first()
    if phase is None:
        raise InvalidValue("Choose a phase of this session.", code="unknown_phase", field="phase")
    return services.check_skin(phase, **look)


def _finish(session: Session, values: Values, call: Call) -> Any:
    end_check = {key: value for key, value in values.items() if value not in (None, "")}
    return services.finish_session(session, end_check=end_check, by=call.by, at=call.at, version=call.version)


def _event(session: Session, values: Values, call: Call) -> Any:
    return services.report_event(session.client, session=session, **values, by=call.by, at=call.at)


def _run_of(session: Session, call: Call) -> Any:
    run = upstream.screening(session, call.at).run
    if run is None:
        raise InvalidValue("Run the rules for this session first.", code="not_screened", field="rule")
    return run


def _clear(session: Session, values: Values, call: Call) -> Any:
    """Clear a finding of this session by what was seen."""
    return consultation_services.clear_finding(_run_of(session, call), **values, by=call.by, at=call.at)


def _override(session: Session, values: Values, call: Call) -> Any:
    """Go on against a finding of this session, with a reason."""
    return consultation_services.override_finding(_run_of(session, call), **values, by=call.by, at=call.at)


VERBS: dict[str, Verb] = {
    "confirm": Verb(_plain("confirm_today", versioned=False), "Confirmed."),
    "tick": Verb(_plain("tick", versioned=False), "Ticked."),
    "hazards": Verb(_plain("score_hazards", versioned=False), "The hazards are scored."),
    "zones": Verb(_plain("set_zones"), "Today's areas are chosen.", versioned=True),
    "lot": Verb(_lot, "The lot is in the hand."),
    "device": Verb(_device, "The device is chosen.", versioned=True),
    "declare": Verb(_plain("declare_for_assessment"), "The declaration is kept.", versioned=True),
    "screen": Verb(_plain("screen_session", versioned=False), "The rules have been run."),
    "clear": Verb(_clear, "The finding is cleared; who did it and why stays on the record."),
    "override": Verb(_override, "The finding is overridden; who did it and why stays on the record."),
    "start": Verb(_plain("start_session"), "The session has started.", versioned=True),
    "pause": Verb(_plain("pause_session"), "Paused.", versioned=True),
    "resume": Verb(_plain("resume_session"), "Going on.", versioned=True),
    "stop": Verb(_plain("stop_session"), "The session is stopped.", versioned=True),
    "cancel": Verb(_plain("cancel_session"), "The session is called off.", versioned=True),
    "finish": Verb(_finish, "The treatment is finished.", versioned=True),
    "comfort": Verb(_plain("record_comfort", versioned=False), "Comfort is recorded."),
    "fill": Verb(_fill, "The points are placed."),
    "phase": Verb(_phase, "The phase is recorded."),
    "skin": Verb(_skin, "The skin check is recorded."),
    "note": Verb(_plain("note_adaptation"), "The notes are kept.", versioned=True),
    "review": Verb(_plain("review_safety", versioned=False), "The safety review is kept."),
    "event": Verb(_event, "The event is reported."),
}


def place(session: Session, values: Values, call: Call, *, placed: Pass | None = None) -> Pass:
    """Place or replace the points of a pass, as the chart sends them."""
    return services.place_pass(
        session,
        zone=values["zone"],
        technique=values.get("technique") or "",
        points=values["points"],
        anatomy_digest=values["anatomy_digest"],
        depth_mm=values["depth_mm"],
        volume_per_point_ml=values["volume_per_point_ml"],
        spacing_mm=values.get("spacing_mm"),
        lot=lot_of(session, values.get("lot")),
        reason=values.get("reason") or "",
        placed=placed,
        by=call.by,
        at=call.at,
        version=call.version,
    )
