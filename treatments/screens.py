"""What the session page prints: gates, checklists, the chart's state, what is in the hand, and the one primary verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from clinic import access
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue import content as catalogue
from clinic.catalogue.choices import Mode
from clinic.catalogue.models import Device
from clinic.errors import StaleRecord
from clinic.versions import rows_of
from consultations.choices import ClearedBy
from consultations.rules import may_clear
from treatments import course_screens, forms, library, queries, upstream
from treatments.choices import Level, Modality, Phase, SessionState, SkinCheck
from treatments.geometry import anatomy
from treatments.models import Pass, Session
from treatments.rules.electro import OUTPUT_WARNING
from treatments.rules.moves import CLOSING, OPEN, RUNNING, SESSION_NEXT
from treatments.rules.readiness import Situation

DIRECT = frozenset({Mode.IONTOPHORESIS, Mode.MICROCURRENT})  # modes set by their current alone
PHASE_OF_STATE = {"prepared": Phase.PREPARATION, "finished": Phase.AFTER, "stopped": Phase.AFTER}
TONE_OF_SEVERITY = {"absolute": "stop", "relative": "refer", "defer": "defer", "caution": "caution"}
LINKS = {  # where a gate is cleared, when not on this page
    "consent": ("consent-list", "Open consent"),
    "reflection": ("consent-list", "Open consent"),
    "answers_today": ("client-consultations", "Open questions"),
    "skin_analysis": ("client-consultations", "Open analysis"),
    "allergies": ("client-allergies", "Open allergies"),
    "kit": ("clinic-home", "Check the kit"),
    "going_live": ("clinic-home", "Open clinic"),
    "prescription": ("client-tests", "Open prescriptions"),
}
ANCHORS = {
    "findings": "#findings", "consent_today": "#day", "capacity": "#day", "lot": "#hand", "device": "#hand",
    "risk": "#hazards", "checklist": "#lists", "assessment": "#declare", "zones": "#zones",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A checklist item on the page."""

    id: str
    text: str
    stop: bool
    is_done: bool
    stream: str = ""


@dataclass(frozen=True)
class Group:
    """A checklist at the present phase."""

    id: str
    title: str
    criterion: str
    phase: str
    lines: tuple[Line, ...]

    @property
    def open_count(self) -> int:
        """Items not ticked yet."""
        return sum(not line.is_done for line in self.lines)

    @property
    def open_stops(self) -> int:
        """Items that must be ticked and are not."""
        return sum(line.stop and not line.is_done for line in self.lines)


def link_to(name: str, **kwargs: Any) -> str:
    """The address of a page another app owns; empty while it has none."""
    try:
        return reverse(name, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


def groups(session: Session) -> tuple[Group, ...]:
    """Checklists that are worked on in the session's present phase."""
    phase = str(PHASE_OF_STATE.get(session.state, Phase.TREATMENT))
    done = queries.ticked(session)
    found = []
    for row in library.checklists(session.checklists).values():
        if row.id == "review" or (row.id == "steps" and phase != Phase.AFTER and session.state != "started"):
            continue
        lines = tuple(
            Line(item.id, item.text, item.stop, done.get((item.id, phase), False), item.stream)
            for item in row.items
            if item.applies(session.modality) and item.fits(phase) and item.id != library.HAZARD_ITEM
        )
        if lines:
            found.append(Group(row.id, row.title, row.criterion, phase, lines))
    return tuple(found)


def _gates(session: Session, known: Situation | None) -> tuple[queries.Gate, ...]:
    """Every gate of an open session; before the start also whether the clinic has gone live."""
    if known is None:
        return ()
    house = queries.house_is_open(session) if session.state == SessionState.PREPARED else ()
    return (*house, *queries.gates_of(known))


def _gate(gate: queries.Gate, session: Session) -> dict[str, Any]:
    name, label = LINKS.get(gate.gate, ("", ""))
    kwargs = {} if name == "clinic-home" else {"client_id": session.client_id}
    url = link_to(name, **kwargs) if name else ANCHORS.get(gate.gate, "")
    return {**gate.plain(), "url": url, "url_label": label or "Go there"}


def _reasons(gates: tuple[queries.Gate, ...], session: Session) -> list[dict[str, Any]]:
    rows = [_gate(gate, session) for gate in gates if gate.level == Level.BLOCK]
    return [{"message": row["message"], "reason": "", "url": row["url"], "label": row["url_label"]} for row in rows]


def point_state(row: Pass) -> dict[str, Any]:
    """A pass as the chart knows it."""
    return {
        "id": str(row.id),
        "version": row.version,
        "zone": row.zone,
        "technique": row.technique,
        "lot": str(row.lot_id) if row.lot_id else None,
        "depth_mm": row.depth_mm,
        "volume_per_point_ml": row.volume_per_point_ml,
        "spacing_mm": row.spacing_mm,
        "points": row.points,
    }


def map_state(session: Session, passes: list[Pass], csrf: str, *, may_run: bool) -> dict[str, Any]:
    """Everything the chart needs, as JSON."""
    guides, editable = library.zone_guides(), may_run and session.state == SessionState.STARTED
    return {
        "digest": anatomy().digest,
        "editable": editable,
        "csrf": csrf,
        "url": reverse("api-pass-create", kwargs={"session_id": session.id}),
        "images": {view["id"]: static(f"anatomy/{view['image']}") for view in anatomy().views},
        "zones": {
            guide.id: {
                "label": guide.label,
                "treatable": guide.treatable and guide.id in session.zones,
                "quiet": guide.treatable,
                "why": guide.because or "it is not in today's plan and consent",
                "planned": guide.id in session.zones,
            }
            for guide in guides.values()
        },
        "passes": [point_state(row) for row in passes],
        "previous": _previous(session) if editable else [],
    }


def _previous(session: Session) -> list[dict[str, Any]]:
    """Passes of the last signed session with the same technique, for “same as last time”."""
    earlier = Session.objects.filter(
        client_id=session.client_id, state=SessionState.SIGNED, technique=session.technique
    )
    last = earlier.exclude(pk=session.pk).order_by("-started_at").values("pk")[:1]
    return [point_state(row) for row in Pass.objects.filter(session__in=last) if row.points]


def _hand(session: Session, passes: list[Pass], clinic_depth_mm: float | None) -> dict[str, Any]:
    technique = library.technique(session.technique)
    limits = [g for z in session.zones if (g := library.zone_guides()[z].depth_limit_mm(session.technique)) is not None]
    deepest = min([*limits, technique.depth_max_mm, *([] if clinic_depth_mm is None else [clinic_depth_mm])])
    last = passes[-1] if passes else None
    spacing = technique.spacing_min_cm or 1.0
    return {
        "technique": technique,
        "deepest_mm": deepest,
        "depth_mm": last.depth_mm if last else min(max(technique.depth_min_mm, 0.2), deepest),
        "volume_per_point_ml": last.volume_per_point_ml if last else technique.volume_min_ml or 0.0,
        "spacing_mm": last.spacing_mm if last and last.spacing_mm else max(round(spacing * 10), 4),
        "layers": library.shipped("skin_layers"),
    }


def _lots(session: Session) -> list[dict[str, Any]]:
    by_lot = queries.volumes_of(session)
    return [{"use": use, "lot": use.lot, "volumes": by_lot[use.lot_id]} for use in queries.lot_uses_of(session)]


def _zone_options(session: Session) -> list[Any]:
    return [library.zone_guides()[zone] for zone in session.zones if zone in library.zone_guides()]


def _electro(session: Session, bound: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    if session.modality != Modality.ELECTRO:
        return {}
    devices = Device.objects.filter(organisation_id=session.organisation_id, is_active=True, kind="electro")
    modes = session.device.modes if session.device else []
    typed = bound["form"].data if bound.get("verb") == "phase" else {}
    ranges = session.device.ranges.all() if session.device else ()
    limits = [row for mode in modes[:1] for row in catalogue.limits_for(mode) if row.soft_max or row.hard_max]
    return {
        "devices": list(devices.order_by("make", "model")),
        "modes": [(mode, mode.replace("_", " ").capitalize()) for mode in modes],
        "limits": limits,
        "is_direct_only": set(modes) <= DIRECT,
        "asks_voltage": bool(typed.get("voltage_v")) or any(row.parameter == "voltage_v" for row in ranges),
        "phases": queries.phases_of(session),
        "typed": typed,
        "skin": queries.skin_watch(session, at),
        "skin_choices": SkinCheck.choices,
        "skin_stops": (SkinCheck.HOT_SPOT, SkinCheck.STINGING),
        "output_limit": next((row.soft_max for row in limits if row.parameter == OUTPUT_WARNING), None),
    }


def _primary(session: Session, gates: tuple[queries.Gate, ...], *, may_treat: bool) -> dict[str, Any]:
    """The one primary verb with the reasons why it is not possible yet."""
    found = _verb(session, gates)
    if found and not may_treat:
        message = f"Only {session.practitioner.name} does this: the session is theirs"
        found["reasons"] = [{"message": message, "reason": "", "url": "", "label": ""}]
    return found


def _verb(session: Session, gates: tuple[queries.Gate, ...]) -> dict[str, Any]:
    if session.state == SessionState.PREPARED:
        return {"verb": "start", "label": "Start session", "reasons": _reasons(gates, session)}
    if session.state == SessionState.PAUSED:
        return {"verb": "resume", "label": "Resume session", "reasons": []}
    if session.state == SessionState.STARTED:
        return {"verb": "finish", "label": "Finish session", "reasons": _reasons(queries.unfinished(session), session)}
    return {}


def _after(session: Session) -> str:
    return link_to("session-aftercare", session_id=session.id)


def _findings(session: Session, actor: Actor, screen: upstream.ScreenView | None) -> list[dict[str, Any]]:
    """Open findings of today's run for this session, with who may settle each."""
    if screen is None or session.state != SessionState.PREPARED:
        return []
    roles = actor.roles_in(session.organisation_id)
    return [
        {
            "finding": finding,
            "label": finding.severity.label,
            "tone": TONE_OF_SEVERITY[str(finding.severity)],
            "may_clear": may_clear(finding.severity, roles),
            "may_override": may_clear(finding.severity, roles) and access.may(actor, Can.OVERRIDE_FINDING, session),
        }
        for finding in screen.findings
    ]


def _refusals(bound: Mapping[str, Any]) -> list[str]:
    """Messages of a refused verb, each once."""
    error = bound.get("error")
    found = [error.message] if error and not isinstance(error, StaleRecord) else []
    if "form" in bound:
        found += [str(text) for errors in bound["form"].errors.values() for text in errors]
    return list(dict.fromkeys(found))


def _standing(session: Session) -> dict[str, Any]:
    return {
        "session": session,
        "client": session.client,
        "active_tab": "sessions",
        "section": "courses",
        "state_label": SessionState(session.state).label,
        "is_open": session.state in OPEN,
        "is_running": session.state in RUNNING,
        "is_closing": session.state in CLOSING,
        "is_injection": session.modality == Modality.INJECTION,
        "moves": {str(state) for state in SESSION_NEXT[SessionState(session.state)]},
    }


def _usable_lots(session: Session, at: datetime) -> list[Any]:
    return list(queries.usable_lots(session.organisation_id, session.course.plan.product_id, at.date()))


def session_screen(
    session: Session, actor: Actor, at: datetime, *, csrf: str, bound: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The context of the session page. `bound` holds a refused form by verb."""
    may_run = access.may(actor, Can.RUN_SESSION, session)
    may_treat = may_run and actor.staff_id == session.practitioner_id
    screen = upstream.screening(session, at) if session.state in OPEN else None
    known = queries.situation(session, at, screen) if session.state in OPEN else None
    gates, passes = _gates(session, known), queries.passes_of(session)
    comfort = list(session.comfort.all())
    return {
        **_standing(session),
        "may_run": may_run,
        "may_treat": may_treat,
        "day": queries.day_outcomes(session, at),
        "gates": [_gate(gate, session) for gate in gates],
        "findings": _findings(session, actor, screen),
        "seen_choices": ClearedBy.choices,
        "blocking": [gate for gate in gates if gate.level == Level.BLOCK],
        "warnings": [gate for gate in gates if gate.level == Level.WARN],
        "primary": _primary(session, gates, may_treat=may_treat) if may_run else {},
        "groups": groups(session),
        "lots": _lots(session),
        "usable_lots": _usable_lots(session, at) if known else [],
        "hand": _hand(session, passes, known.depth_limit_mm if known else None),
        "zone_options": _zone_options(session),
        "passes": [{"row": row, "facts": row.facts, "label": library.zone_guides()[row.zone].label}
                   for row in passes if row.points],
        "map": map_state(session, passes, csrf, may_run=may_treat) if session.modality == Modality.INJECTION else {},
        "layers_json": [asdict(layer) for layer in library.shipped("skin_layers")],
        "views": anatomy().views,
        "last_comfort": comfort[-1].score if comfort else None,
        "scores": range(11),
        "seconds": int(session.running_for(at).total_seconds()),
        "refusals": _refusals(bound or {}),
        "versions": rows_of((bound or {}).get("error")),
        "hazards": forms.form_for("hazards", session) if session.state == SessionState.PREPARED else None,
        "event_form": forms.form_for("event", session),
        "review": session.ticks.filter(item=library.SAFETY_REVIEW).last() if session.state not in OPEN else None,
        "aftercare_url": _after(session) if session.state in {*CLOSING, SessionState.SIGNED} else "",
        "summary": queries.session_summary(session) if session.state not in OPEN else None,
        "booking": course_screens.booking(session.course, actor) if session.state == SessionState.SIGNED else None,
        **_electro(session, bound or {}, at),
    }  # fmt: skip
