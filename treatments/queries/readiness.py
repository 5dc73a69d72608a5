"""The gates of a session with their words: the same list on the page, in the API and inside `start_session`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects

from clinic.catalogue.choices import Legal
from clinic.golive import queries as golive
from clinic.models import Credential
from treatments import library, standing, upstream
from treatments.choices import Level, Modality, Phase, SessionState, Timing
from treatments.models import DayCheck, Lot, Session
from treatments.queries.care import is_prescribed
from treatments.queries.rows import lot_uses_of, passes_of, phases_of
from treatments.queries.summary import volumes_of
from treatments.rules import intervals
from treatments.rules.readiness import Situation, Verdict, verdicts

DONE = (SessionState.FINISHED, SessionState.STOPPED, SessionState.SIGNED)


@dataclass(frozen=True)
class Gate:
    """One line of readiness: ok, warn or block, why, what clears it, and who may."""

    gate: str
    label: str
    level: str
    message: str
    clear: str
    who: str

    @property
    def blocks(self) -> bool:
        """Whether it holds the session back."""
        return self.level == Level.BLOCK

    def plain(self) -> dict[str, str]:
        """For the API and for the record."""
        return {
            "gate": self.gate,
            "label": self.label,
            "level": str(self.level),
            "message": self.message,
            "clear": self.clear,
            "who": self.who,
        }


def _worded(verdict: Verdict) -> Gate:
    words = library.shipped("gates")[verdict.gate]
    if verdict.level == Level.OK:
        return Gate(verdict.gate, words.label, verdict.level, "", "", "")
    message = words.messages[verdict.reason].format(**verdict.values)
    return Gate(verdict.gate, words.label, verdict.level, message, words.clear, words.who)


def readiness(session: Session, at: datetime) -> tuple[Gate, ...]:
    """Every gate of a session at an instant, in working order. A fixed number of queries."""
    return (*house_is_open(session), *gates_of(situation(session, at)))


def house_is_open(session: Session) -> tuple[Gate, ...]:
    """A gate that is there only while the clinic has not gone live."""
    missing = golive.missing(session.organisation_id)
    if not missing:
        return ()
    return (Gate("going_live", "Clinic open", Level.BLOCK, " ".join(missing), "Clinic, Going live", "the manager"),)


def gates_of(known: Situation) -> tuple[Gate, ...]:
    """Every gate of a situation, in working order."""
    return tuple(_worded(verdict) for verdict in verdicts(known))


def situation(session: Session, at: datetime, screen: upstream.ScreenView | None = None) -> Situation:
    """All facts the gates read; `screen` when the caller has read the newest run already."""
    today = upstream.day_of(at)
    done, people = ticked(session), standing.credentials(set(_people(session)) - {None}, today)
    last_on, other_days = _last_sessions(session, today)
    lots = list(_lots(session))
    return Situation(
        modality=session.modality,
        on=today,
        age_years=session.client.age_on(today),
        has_skin_analysis=upstream.has_skin_analysis(session),
        last_session_on=last_on,
        timing=_timing(session, last_on, today),
        other_modality_days=other_days,
        allergy_matches=allergy_matches(session.client_id, lots),
        needs_product=library.technique(session.technique).needs_product,
        lots=tuple(standing.lot_choice(lot, product_id=session.course.plan.product_id, on=today) for lot in lots),
        device=standing.device_choice(session.device, today),
        blocked_zones=tuple(_blocked_zones(session.zones)),
        **_prescription_facts(session, lots, today),
        for_assessment=session.for_assessment,
        told_learner=session.told_learner,
        rule_set_confirmed=upstream.rule_set_confirmed(session.organisation_id, at),
        open_stops=open_stops(session, Phase.PREPARATION, done),
        top_risk=_top_risk(session),
        **_consent_facts(session, at, screen or upstream.screening(session, at)),
        **_people_facts(session, people, today),
        **_house_facts(session, people, at),
        **_permissions(session, at),
    )


def _consent_facts(session: Session, at: datetime, screen: upstream.ScreenView) -> dict[str, Any]:
    consent = upstream.consent(session, at)
    said = day_outcomes(session, at)
    answers = said["answers"]
    return {
        "consent_ok": consent.covers,
        "consent_reasons": consent.reasons,
        "hours_since_info": consent.hours_since_info,
        "cooling_off_hours": consent.cooling_off_hours,
        "reflection_over": consent.reflection_over,
        "consent_confirmed": said["consent"] == "yes" or (consent.confirmed_today and not said["consent"]),
        "capacity": said["capacity"],
        "answers_confirmed": answers == "unchanged" or (not answers and upstream.answers_confirmed_on(session, at)),
        "screened": screen.screened,
        "screen_is_stale": screen.is_stale,
        "open_findings": screen.open_findings,
    }


def _people_facts(session: Session, people: Mapping[Any, list[Credential]], today: date) -> dict[str, Any]:
    performer, supervisor = (_standing(session, people, staff_id) for staff_id in _people(session))
    is_learner = _is_learner(session, today)
    settings = session.client.organisation.settings
    return {
        "performer": performer,
        "is_learner": is_learner,
        "needs_registration": bool(settings.get("registration_required", not is_learner)),
        "supervisor": supervisor if session.supervisor_id else None,
    }


def _house_facts(session: Session, people: Mapping[Any, list[Credential]], at: datetime) -> dict[str, Any]:
    is_same_day = upstream.day_of(session.started_at or session.prepared_at) == upstream.day_of(at)
    depth = _depth(session, people) if is_same_day else clinic_depth(session)
    kit_complete, kit_in_date = standing.kit(session, at)
    return {
        "technique_depth_mm": _technique_depth(session),
        "depth_limit_mm": depth.depth_mm,
        "depth_row": depth.has_row,
        "depth_warns_only": depth.warns_only,
        "kit_complete": kit_complete,
        "kit_in_date": kit_in_date,
    }


def _people(session: Session) -> tuple[Any, Any]:
    return session.practitioner_id, session.supervisor_id


def _standing(session: Session, people: Mapping[Any, list[Credential]], staff_id: Any) -> Any:
    return standing.standing_of(people.get(staff_id, []), modality=session.modality, technique=session.technique)


def _is_learner(session: Session, today: date) -> bool:
    if session.supervisor_id is not None:
        return True
    roles = standing.roles_on(session.practitioner.memberships.all(), session.organisation_id, today)
    return "learner" in roles and not roles & {"practitioner", "lead"}


def _permissions(session: Session, at: datetime) -> dict[str, Any]:
    if not session.for_assessment:
        return {}
    return {
        "observer_permitted": upstream.permission(session.client, upstream.PERMISSION_OBSERVER, at),
        "evidence_permitted": upstream.permission(session.client, upstream.PERMISSION_EVIDENCE, at),
    }


def _lots(session: Session) -> Iterable[Lot]:
    lots = [use.lot for use in lot_uses_of(session)]
    prefetch_related_objects(lots, "moves", "product__ingredients", "product__tags")
    return lots


def _technique_depth(session: Session) -> float:
    depth: float = library.technique(session.technique).depth_max_mm
    return depth


def _prescription_facts(session: Session, lots: Iterable[Lot], today: date) -> dict[str, Any]:
    """Prescription-only products of the plan and in the hand, and whether each is prescribed (R010)."""
    products = [*(lot.product for lot in lots), session.course.plan.product]
    only = {product.id for product in products if product is not None and product.legal == Legal.POM}
    return {"needs_prescription": bool(only), "has_prescription": is_prescribed(session.client_id, only, today)}


def _blocked_zones(zones: Iterable[str]) -> list[str]:
    guides = library.zone_guides()
    return [guides[zone].label for zone in zones if not guides[zone].treatable]


def _last_sessions(session: Session, today: date) -> tuple[date | None, int | None]:
    """Day of the last session of the same modality on a shared area, and days since the other modality on one."""
    rows = Session.objects.filter(client_id=session.client_id, state__in=DONE).exclude(pk=session.pk)
    narrow = rows.only("modality", "started_at", "zones", "client_id", "organisation_id", "version")
    same, other = None, None
    for row in narrow.order_by("-started_at")[:12]:
        day = upstream.day_of(row.started_at)
        if not set(row.zones) & set(session.zones):
            continue
        if row.modality == session.modality:
            same = same or day
        elif other is None:
            other = (today - day).days
    return same, other


def _timing(session: Session, last_on: date | None, today: date) -> Timing:
    place, course = session.planned, session.course
    if place is not None and course.is_maintenance(place):
        return intervals.timing_at_place(
            today, earliest_on=place.earliest_on, latest_on=place.latest_on, last_on=last_on, min_days=course.min_days
        )
    return intervals.timing(today, last_on=last_on, window=course.window)


def _top_risk(session: Session) -> int | None:
    found = [row for row in session.ticks.all() if row.item == library.HAZARD_ITEM]
    newest = max(found, key=lambda row: row.occurred_at, default=None)
    return newest.detail.get("top") if newest else None


def clinic_depth(session: Session) -> standing.DepthRow:
    """The clinic's depth row for the person whose level counts (a learner works on the supervisor's)."""
    on = upstream.day_of(session.started_at or session.prepared_at)
    return _depth(session, standing.credentials([session.supervisor_id or session.practitioner_id], on))


def _depth(session: Session, people: Mapping[Any, list[Credential]]) -> standing.DepthRow:
    rows = people[session.supervisor_id or session.practitioner_id]
    level = standing.standing_of(rows, modality=session.modality, technique=session.technique).level
    return standing.depth_row(session.organisation_id, session.technique, level)


def allergy_matches(client_id: Any, lots: Iterable[Lot]) -> tuple[str, ...]:
    """Words of the client's allergies that a lot's product carries, may carry, or has not answered (S208)."""
    tags = {tag for lot in lots for tag in standing.product_tags(lot)}
    if not tags:
        return ()
    return tuple(words for tag, words in sorted(standing.allergies(client_id).items()) if tag in tags)


def day_outcome(session: Session, kind: str, at: datetime) -> str:
    """The newest confirmation of a kind on the day, or an empty word."""
    return day_outcomes(session, at)[kind]


def day_outcomes(session: Session, at: datetime) -> dict[str, str]:
    """The newest confirmation of every kind on the day; an empty word where there is none. One query."""
    today = upstream.day_of(at)
    rows = sorted(session.day_checks.all(), key=lambda row: row.occurred_at)
    newest = {row.kind: row for row in rows if upstream.day_of(row.occurred_at) == today}
    return {kind: newest[kind].outcome if kind in newest else "" for kind in DayCheck.KINDS}


def ticked(session: Session) -> dict[tuple[str, str], bool]:
    """The newest tick of each item at each phase."""
    rows = sorted(session.ticks.all(), key=lambda row: (row.occurred_at, row.recorded_at))
    return {(row.item, row.phase): row.is_done for row in rows}


def open_stops(session: Session, phase: str, done: dict[tuple[str, str], bool] | None = None) -> tuple[str, ...]:
    """Texts of items that must be ticked at a phase and are not."""
    done = ticked(session) if done is None else done
    return tuple(
        item.text
        for row in library.checklists(session.checklists).values()
        for item in row.items
        if item.stop and item.when == phase and item.id != library.HAZARD_ITEM
        if item.applies(session.modality) and not done.get((item.id, phase))
    )


def unfinished(session: Session) -> tuple[Gate, ...]:
    """What still stands between a running session and its end."""
    stops = open_stops(session, Phase.TREATMENT)
    passes, phases = passes_of(session), len(phases_of(session))
    copied = sum(not point[7] for row in passes for point in row.points if len(point) > 7)
    missing = [row for row in volumes_of(session).values() if row.missing_ml > 0]
    is_injection = session.modality == Modality.INJECTION
    found = (
        ("done", phases or any(row.points for row in passes), "Nothing has been recorded yet", "Place points"
         if is_injection else "Record a phase"),
        ("copied", not copied, f"{copied} points copied from last time are not confirmed", "Confirm or remove them"),
        ("volume", not missing, "More was placed than was drawn up", "Correct what was drawn up"),
        ("comfort", bool(session.comfort.all()), "No comfort score yet", "Score comfort"),
        ("checklist", not stops, f"{len(stops)} items of the treatment checklist are open", "Tick what was done"),
    )  # fmt: skip
    return tuple(
        Gate(gate, message, Level.BLOCK, message, clear, "the treating person")
        for gate, is_ok, message, clear in found
        if not is_ok
    )
