"""Courses and sessions as the demo plays them, gate by gate, on the day they happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from clinic import photos
from clinic.actors import Actor
from clinic.models import Client
from clinic.services import visits
from config.demo import checking, closing, portfolio
from config.demo.consenting import newest_plan
from config.demo.stage import Stage, photograph
from treatments import geometry, library, services
from treatments.choices import Phase
from treatments.models import Course, Session

DEPTH_MM = 0.8
VOLUME_ML = 0.01
SPACING_MM = 12.0
SET_ASIDE = frozenset({"expired", "recalled"})


def start(stage: Stage, client: Client, step: dict[str, Any], *, by_key: str) -> None:
    """Lay the course out."""
    with stage.scene(step["days_ago"], "09:10") as at:
        services.start_course(newest_plan(client), by=stage.actor(by_key), at=at)


def patch_test(stage: Stage, client: Client, step: dict[str, Any], *, by_key: str) -> None:
    """The gel on the forearm, read 30 hours later: calm (R212)."""
    with stage.scene(step["days_ago"], step["at"]) as at:
        services.record_patch_test(
            client,
            product=stage.products[step["product"]],
            site="Inside of the left forearm",
            placed_at=at - timedelta(hours=30),
            read_at=at,
            result="calm",
            by=stage.actor(by_key),
            at=at,
        )


def play(stage: Stage, client: Client, step: dict[str, Any], *, by_key: str) -> None:
    """One session from preparation to the signed record."""
    with stage.scene(step["days_ago"], step["at"]) as at:
        by = stage.actor(by_key)
        visit = visits.book_visit(
            client,
            site=stage.sites["quay"],
            practitioner=stage.people[by_key],
            kind="session",
            planned_at=at,
            by=stage.actor("reception"),
            at=at,
        )
        visit = visits.into_room(visits.arrive(visit, by=by, at=at), by=by, at=at)
        course: Course = Course.objects.filter(client=client).order_by("-recorded_at").first()  # type: ignore[assignment]
        session = services.prepare_session(course, visit=visit, practitioner=stage.people[by_key], by=by, at=at)
        _prepare(stage, session, step, by, at)
        services.start_session(session, by=by, at=at + timedelta(minutes=8))
        observed = portfolio.open_observation(stage, session, step, at + timedelta(minutes=9))
        _treat(stage, session, step, by, at + timedelta(minutes=10))
        portfolio.close_observation(stage, observed, step, at + timedelta(minutes=26))
        for name in step.get("photos", []):
            photos.store(photograph(name), client=client, by=by, at=at, view="P01", stage="after_session")
        closing.close(session, by=by, at=at + timedelta(minutes=28))
        visits.finish_visit(visit, by=by, at=at + timedelta(minutes=40))
        portfolio.after(stage, session, step, observed, at + timedelta(minutes=50))
    checking.after(stage, session, step, by_key=by_key)


def _prepare(stage: Stage, session: Session, step: dict[str, Any], by: Actor, at: datetime) -> None:
    for kind, outcome in (("consent", "yes"), ("capacity", "no_doubt"), ("answers", "unchanged")):
        services.confirm_today(session, kind=kind, outcome=outcome, by=by, at=at)
    if "assessed" in step:
        services.declare_for_assessment(session, told_learner=True, by=by, at=at)
    services.score_hazards(session, by=by, at=at)
    _tick(session, Phase.PREPARATION, by, at)
    product_id = session.course.plan.product_id
    lot = next(lot for key, lot in stage.lots.items() if lot.product_id == product_id and key not in SET_ASIDE)
    services.choose_lot(session, lot=lot, drawn_ml=Decimal("3.00"), by=by, at=at)
    if session.modality == "electro":
        services.choose_device(session, device=stage.devices[0], by=by, at=at)
    services.screen_session(session, by=by, at=at)


def _tick(session: Session, phase: str, by: Actor, at: datetime) -> None:
    items = [
        item.id
        for row in library.checklists(session.checklists).values()
        for item in row.items
        if item.when in {phase, "disposal", "steps" if phase == Phase.TREATMENT else ""}
        and item.applies(session.modality)
        and item.id != library.HAZARD_ITEM
    ]
    services.tick(session, items=items, phase=phase, by=by, at=at)


def _place_points(session: Session, lot: Any, by: Actor, at: datetime) -> None:
    for minutes, zone in enumerate(session.zones):
        services.place_pass(
            session,
            zone=zone,
            points=[point.row() for point in geometry.fill_zone(zone, SPACING_MM)],
            anatomy_digest=geometry.anatomy().digest,
            depth_mm=DEPTH_MM,
            volume_per_point_ml=VOLUME_ML,
            spacing_mm=SPACING_MM,
            lot=lot,
            by=by,
            at=at + timedelta(minutes=4 * minutes),
        )


def _run_current(session: Session, lot: Any, by: Actor, at: datetime) -> None:
    finishing = "Finishing with the other polarity, as the maker describes."
    for polarity, minutes, reason in (("negative", 2, ""), ("positive", 6, finishing)):
        setting = {
            "area_cm2": 20.0,
            "current_ma": 1.0,
            "minutes": float(minutes),
            "polarity": polarity,
            "reason": reason,
        }
        moment = at + timedelta(minutes=minutes)
        phase = services.record_phase(session, mode="iontophoresis", setting=setting, lot=lot, by=by, at=moment)
        services.check_skin(phase, seen="calm", by=by, at=moment + timedelta(minutes=1))


def _treat(stage: Stage, session: Session, step: dict[str, Any], by: Actor, at: datetime) -> None:
    session = Session.objects.get(pk=session.pk)
    lot = session.lot_uses.get().lot
    if session.modality == "injection":
        _place_points(session, lot, by, at)
    else:
        _run_current(session, lot, by, at)
    for offset in (2, 8, 14):
        services.record_comfort(session, score=step["comfort"], by=by, at=at + timedelta(minutes=offset))
    _tick(session, Phase.TREATMENT, by, at + timedelta(minutes=14))
    services.finish_session(
        session, end_check={"bleeding_stopped": True, "redness": 1}, by=by, at=at + timedelta(minutes=15)
    )
