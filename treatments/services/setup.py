"""Preparing a session: confirmations of the day, checklists, hazards, lots, device, declaration for assessment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from clinic import access, audit, content
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue.models import Device
from clinic.choices import Role
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import Membership, Staff, Visit
from consultations import services as consultation_services
from consultations.choices import Trigger
from consultations.models import Consultation, ScreeningRun
from treatments import library, queries, standing, upstream
from treatments.choices import CourseState, Modality, Phase, SessionState
from treatments.guards import EDITABLE, demand_performer, person, take
from treatments.models import ChecklistEntry, Course, DayCheck, Lot, LotUse, PlannedSession, Session
from treatments.rules.measures import HAZARD_LIMIT, MAX_DRAWN_ML, risk_score
from treatments.rules.moves import CLOSING, OPEN

OUTCOMES = {
    "consent": frozenset({"yes", "no"}),
    "capacity": frozenset({"no_doubt", "doubt"}),
    "answers": frozenset({"unchanged", "changed"}),
}


def _supervisor_of(staff_id: Any, course: Course, at: datetime) -> Staff | None:
    today, held = upstream.day_of(at), Membership.objects.filter(staff_id=staff_id)
    if Role.LEARNER not in standing.roles_on(held, course.organisation_id, today):
        return None
    return standing.supervisor_on(staff_id, course.organisation_id, today)


def _next_place(course: Course) -> PlannedSession | None:
    taken = course.sessions.exclude(state=SessionState.CANCELLED).values_list("planned_id", flat=True)
    places: list[PlannedSession] = [place for place in course.planned.all() if place.id not in set(taken)]
    return places[0] if places else None


@audit.audited
def prepare_session(
    course: Course,
    *,
    visit: Visit | None = None,
    consultation: Consultation | None = None,
    practitioner: Staff | None = None,
    by: Actor,
    at: datetime,
) -> Session:
    """Open the session page for the next place of a course. The consultation is the newest one, unless given.

    Raises RuleRefused: `course_closed`, `session_open`.
    """
    access.require(by, Can.RUN_SESSION, course)
    if course.state in {CourseState.COMPLETED, CourseState.STOPPED}:
        raise RuleRefused("This course is closed.", code="course_closed", field="course")
    if course.sessions.filter(state__in=OPEN | CLOSING).exists():
        raise RuleRefused("The session before is not closed yet.", code="session_open", field="course")
    treating = practitioner.id if practitioner else visit.practitioner_id if visit else person(by)
    session = Session(
        organisation_id=course.organisation_id,
        client_id=course.client_id,
        course=course,
        planned=_next_place(course),
        visit=visit,
        consultation=consultation or upstream.newest_consultation(course.client_id),
        practitioner_id=treating,
        supervisor=_supervisor_of(treating, course, at),
        modality=course.modality,
        technique=course.technique,
        protocol=course.protocol,
        zones=list(course.plan.zones),
        checklists=content.published(course.organisation_id, "checklists"),
        prepared_at=at,
        recorded_at=at,
    )
    session.save()
    audit.record(by, "session.prepared", session, at=at, course=course.id)
    return session


@audit.audited
def confirm_today(session: Session, *, kind: str, outcome: str, words: str = "", by: Actor, at: datetime) -> DayCheck:
    """Confirm consent, capacity or answers on the day (decisions 50, 51).

    `outcome`: consent yes|no, capacity no_doubt|doubt, answers unchanged|changed. Doubt needs the support given.
    """
    locked = take(session, by=by, states=OPEN)
    demand_performer(locked, by)
    if outcome not in OUTCOMES.get(kind, ()):
        raise InvalidValue("Choose what the client said.", code="invalid_choice", field="outcome")
    if outcome == "doubt" and not words.strip():
        raise RuleRefused(
            "Write down what support was given and what the person can understand, retain, weigh and say.",
            code="reason_required",
            field="words",
        )
    check = DayCheck(
        organisation_id=locked.organisation_id,
        client_id=locked.client_id,
        session=locked,
        kind=kind,
        outcome=outcome,
        words=words.strip(),
        made_by_id=person(by),
        occurred_at=at,
        recorded_at=at,
    )
    check.save()
    audit.record(by, f"session.confirmed_{kind}", locked, at=at)
    return check


@audit.audited
def set_zones(
    session: Session, *, zones: Sequence[str], by: Actor, at: datetime, version: int | None = None
) -> Session:
    """Choose today's areas out of the plan's. Raises InvalidValue, RuleRefused (`zone_not_planned`)."""
    locked = take(session, by=by, version=version, states={SessionState.PREPARED})
    if not zones:
        raise InvalidValue("Choose at least one area.", code="required", field="zones")
    for zone in zones:
        library.treated_zone(zone)
        if zone not in locked.course.plan.zones:
            raise RuleRefused("This area is not in the agreed plan.", code="zone_not_planned", field="zones")
    locked.zones = list(dict.fromkeys(zones))
    locked.save(update_fields=["zones"])
    audit.record(by, "session.zones_chosen", locked, at=at, version=locked.version)
    _screen_again(locked, by=by, at=at)
    return locked


def _entry(session: Session, item: str, phase: str, *, is_done: bool, at: datetime, **sealed: Any) -> ChecklistEntry:
    entry = ChecklistEntry(
        organisation_id=session.organisation_id,
        client_id=session.client_id,
        session=session,
        item=item,
        phase=phase,
        is_done=is_done,
        occurred_at=at,
        recorded_at=at,
        **sealed,
    )
    entry.save()
    return entry


@audit.audited
def tick(
    session: Session, *, items: Sequence[str] | str, phase: str, is_done: bool = True, note: str = "", by: Actor,
    at: datetime,
) -> list[ChecklistEntry]:  # fmt: skip
    """Tick one or several checklist items at a phase (`is_done=False` takes a tick back). Raises InvalidValue."""
    locked = take(session, by=by, states=EDITABLE)
    if phase not in Phase.values:
        raise InvalidValue("Choose the phase.", code="invalid_choice", field="phase")
    entries = []
    for name in [items] if isinstance(items, str) else items:
        item = library.item(locked.checklists, name)
        if not item.fits(phase) or item.id == library.HAZARD_ITEM:
            raise InvalidValue("This item is ticked at another point.", code="wrong_phase", field="phase")
        entries.append(_entry(locked, item.id, phase, is_done=is_done, at=at, note=note.strip()))
    if not entries:
        raise InvalidValue("Choose what was done.", code="required", field="items")
    audit.record(by, "session.ticked", locked, at=at, items=[entry.item for entry in entries], phase=phase)
    return entries


@audit.audited
def score_hazards(
    session: Session, *, scores: Sequence[dict[str, Any]] | None = None, by: Actor, at: datetime
) -> ChecklistEntry:
    """Score every hazard before and after controls (KA13); without `scores` the preset ones are accepted.

    Each score: hazard id, `before` and `after` as [likelihood, harm] 1–5, `control` words. Raises InvalidValue.
    """
    locked = take(session, by=by, states={SessionState.PREPARED})
    known = {row.id: row for row in library.shipped("hazards") if row.modality in {"both", locked.modality}}
    given = scores or [
        {"hazard": row.id, "before": list(row.before), "after": list(row.after)} for row in known.values()
    ]
    detail = []
    for row in given:
        hazard = known.get(row.get("hazard", ""))
        if hazard is None:
            raise InvalidValue("This hazard is not on the list.", code="unknown_hazard", field="scores")
        try:
            before, after = risk_score(*row["before"]), risk_score(*row["after"])
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidValue(f"Score “{hazard.label}” from 1 to 5.", code="out_of_range", field="scores") from error
        detail.append({**row, "label": hazard.label, "before_score": before, "after_score": after})
    if {row["hazard"] for row in detail} != set(known):
        raise InvalidValue("Score every hazard.", code="required", field="scores")
    top = max(row["after_score"] for row in detail)
    entry = _entry(
        locked,
        library.HAZARD_ITEM,
        Phase.PREPARATION,
        is_done=top < HAZARD_LIMIT,
        at=at,
        detail={"scores": detail, "top": top},
    )
    audit.record(by, "session.hazards_scored", locked, at=at, hazards=len(detail))
    return entry


def _demand_usable(lot: Lot, at: datetime) -> None:
    if lot.state != "usable":
        raise RuleRefused(f"Lot {lot.number} is {lot.get_state_display().lower()}.", code="lot_blocked", field="lot")
    if lot.is_expired(at.date()):
        raise RuleRefused(f"Lot {lot.number} expired on {lot.expires_on:%-d %b %Y}.", code="lot_expired", field="lot")
    if lot.in_stock <= 0:
        raise RuleRefused(f"Lot {lot.number} has none left in stock.", code="lot_empty", field="lot")


@audit.audited
def choose_lot(
    session: Session, *, lot: Lot, drawn_ml: Decimal | float, by: Actor, at: datetime, version: int | None = None
) -> LotUse:
    """Take a lot into the hand, or change what was drawn up of it (ml). `version` is that of the session.

    Raises RuleRefused (`lot_blocked`, `lot_expired`, `lot_empty`, `other_product`, `allergy_match`), InvalidValue.
    """
    locked = take(session, by=by, version=version, states=EDITABLE)
    drawn = Decimal(str(drawn_ml)).quantize(Decimal("0.01"))
    if not 0 <= drawn <= Decimal(str(MAX_DRAWN_ML)):
        raise InvalidValue(f"Draw up between 0 and {MAX_DRAWN_ML:g} ml.", code="out_of_range", field="drawn_ml")
    if lot.organisation_id != locked.organisation_id:
        raise InvalidValue("Choose a lot of this clinic.", code="wrong_lot", field="lot")
    use = LotUse.objects.filter(session=locked, lot=lot).first()
    is_new = use is None
    if use is None:
        _demand_usable(lot, at)
        if lot.product_id != locked.course.plan.product_id:
            raise RuleRefused(
                "This is not the product of the agreed plan and consent.", code="other_product", field="lot"
            )
        use = LotUse(
            organisation_id=locked.organisation_id, client_id=locked.client_id, session=locked, lot=lot, recorded_at=at
        )
    matches = queries.allergy_matches(locked.client_id, [lot])
    if matches:
        raise RuleRefused(
            "The client's allergies match this product: " + ", ".join(matches), code="allergy_match", field="lot"
        )
    use.drawn_ml = drawn
    use.save()
    audit.record(by, "session.lot_chosen", locked, at=at, lot=lot.id)
    if is_new:
        _screen_again(locked, by=by, at=at)
    return use


@audit.audited
def choose_device(session: Session, *, device: Device, by: Actor, at: datetime, version: int | None = None) -> Session:
    """Choose the device of an electro session. Raises RuleRefused when it is out of service or its test overdue."""
    locked = take(session, by=by, version=version, states=OPEN)
    if device.organisation_id != locked.organisation_id or locked.modality != Modality.ELECTRO:
        raise InvalidValue("Choose an electro device of this clinic.", code="wrong_device", field="device")
    if not device.is_active or device.service_overdue(at.date()) or device.safety_test_overdue(at.date()):
        raise RuleRefused(
            f"{device} is out of service, or its service or safety test is overdue.",
            code="device_overdue",
            field="device",
        )
    locked.device = device
    locked.save(update_fields=["device"])
    audit.record(by, "session.device_chosen", locked, at=at, device=device.id, version=locked.version)
    _screen_again(locked, by=by, at=at)
    return locked


@audit.audited
def declare_for_assessment(
    session: Session,
    *,
    declared: bool = True,
    told_learner: bool = False,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Session:
    """Declare the session as assessed work, or take that back; only before start (decision 42)."""
    locked = take(session, by=by, version=version, states={SessionState.PREPARED})
    demand_performer(locked, by)
    locked.for_assessment, locked.told_learner = declared, told_learner
    locked.save(update_fields=["for_assessment", "told_learner"])
    audit.record(by, "session.declared", locked, at=at, for_assessment=declared, version=locked.version)
    return locked


@audit.audited
def screen_session(session: Session, *, by: Actor, at: datetime) -> ScreeningRun:
    """Run the rules for this session, with what is known today. Raises RuleRefused `no_consultation`."""
    return _screen(take(session, by=by, states=OPEN), by=by, at=at)


def _screen_again(locked: Session, *, by: Actor, at: datetime) -> None:
    """A run that exists judges what was chosen before; a new one judges what is chosen now, the old one stays."""
    if locked.state in OPEN and upstream.newest_run(locked) is not None:
        _screen(Session.objects.get(pk=locked.pk), by=by, at=at)


def _screen(locked: Session, *, by: Actor, at: datetime) -> ScreeningRun:
    if locked.consultation is None:
        raise RuleRefused("There is no consultation for this session.", code="no_consultation", field="consultation")
    run: ScreeningRun = consultation_services.run_screen(
        locked.consultation, plan=queries.screen_plan(locked, at), trigger=Trigger.SESSION, by=by, at=at
    )
    audit.record(by, "session.screened", locked, at=at, run=run.id)
    return run
