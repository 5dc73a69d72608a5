"""What the rules are told of a session (decision 34: facts by full name). Unknown facts stay unknown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from consultations import queries as consultation_queries
from consultations.plans import ScreenPlan
from treatments import upstream
from treatments.choices import Modality
from treatments.models import LotUse, Session
from treatments.queries.care import patch_test_done
from treatments.queries.readiness import situation, ticked
from treatments.queries.rows import lot_uses_of
from treatments.rules.readiness import Situation

LONG_AGO_DAYS = 9999


def screen_plan(session: Session, at: datetime) -> ScreenPlan:
    """The session as the rules see it: product with its lot, technique, areas, facts of people, kit and device."""
    known = situation(session, at)
    uses = lot_uses_of(session)
    prefetch_related_objects(uses, "lot__product__ingredients", "lot__product__tags")
    products = tuple(consultation_queries.planned_product(use.lot.product, _lot_facts(use, known)) for use in uses)
    plan = session.course.plan
    if not products and plan.product is not None:
        products = (consultation_queries.planned_product(plan.product),)
    return ScreenPlan(
        modality=session.modality,
        on=known.on,
        technique=session.technique,
        zones=tuple(session.zones),
        protocol=session.protocol,
        products=products,
        facts=_facts(session, known, at),
        is_session=True,
        subject_id=session.id,
        chosen=upstream.chosen(session),
    )


def _lot_facts(use: LotUse, known: Situation) -> dict[str, Any]:
    return {
        "batch_recorded": True,
        "expired": use.lot.is_expired(known.on),
        "recalled": use.lot.state != "usable",
        "vial_opened_for_other_client": False,
        "multidose_reused": False,
    }


def _facts(session: Session, known: Situation, at: datetime) -> dict[str, Any]:
    covering = known.supervisor if known.is_learner and known.supervisor else known.performer
    earlier = Session.objects.filter(client_id=session.client_id, state="signed", modality=session.modality)
    product = session.course.plan.product
    used = LotUse.objects.filter(session__client_id=session.client_id, session__state="signed", lot__product=product)
    is_seen = ticked(session).get(("KA04", "preparation"), False)
    facts: dict[str, Any] = {
        "f.age": known.age_years,
        "f.consent_valid_for_plan": known.consent_ok,
        "f.first_course": not earlier.exclude(course_id=session.course_id).exists(),
        "f.hours_since_info": known.hours_since_info,
        "f.cooling_off_hours": 0 if known.reflection_over else known.cooling_off_hours,
        "f.bls_in_date": known.performer.has_life_support,
        "f.emergency_ready": known.kit_complete
        and known.kit_in_date
        and known.performer.has_life_support
        and known.performer.has_anaphylaxis,
        "f.days_since_other_modality": LONG_AGO_DAYS
        if known.other_modality_days is None
        else known.other_modality_days,
        "f.insurer_excludes": not covering.insurance_covers,
        "f.new_product_for_client": product is not None and not used.exists(),
        "f.patch_test_done": patch_test_done(session.client_id, _products(session)),
        "f.patient_specific_prescription": known.has_prescription,
        "u.level": covering.level,
        "u.depth_limit_mm": known.depth_limit_mm,
        "t.depth_max_mm": known.technique_depth_mm,
        "session.modalities": 1,
        "session.for_assessment": session.for_assessment,
        "course.sessions_done": earlier.filter(course_id=session.course_id).count(),
    }
    grades = [row.detail["gais"] for row in session.course.reviews.all()]
    if grades:
        facts["course.gais_best"] = min(grades)
    if known.capacity == "no_doubt":
        facts["f.appears_intoxicated"] = False
    if is_seen:
        facts |= {"a.includes_lesion": False, "a.includes_affected": False}
    return facts | _device_facts(session)


def _products(session: Session) -> set[Any]:
    """Products in the hand, else the plan's."""
    chosen: set[Any] = {use.lot.product_id for use in lot_uses_of(session)}
    return (chosen or {session.course.plan.product_id}) - {None}


def _device_facts(session: Session) -> dict[str, Any]:
    """Facts of the device; the current itself is checked phase by phase when it is recorded."""
    device = session.device
    if session.modality != Modality.ELECTRO or device is None:
        return {}
    on = upstream.day_of(session.prepared_at)
    mode = device.modes[0] if device.modes else ""
    ranges = [row for row in device.ranges.all() if row.mode == mode and row.parameter == "current_ma"]
    facts = {
        "d.mode": mode,
        "d.service_overdue": device.service_overdue(on),
        "d.safety_test_overdue": device.safety_test_overdue(on),
    }
    if ranges:
        low, high = float(ranges[0].minimum), float(ranges[0].maximum)
        facts |= {"d.ifu_range": [low, high], "d.setting": low}
        if device.electrode_cm2:
            facts["d.current_density_ma_cm2"] = low / float(device.electrode_cm2)
    return facts
