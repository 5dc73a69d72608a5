"""A session from preparation to signature, through the verbs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from clinic import verification
from clinic.access import Refused
from clinic.errors import DomainError, InvalidValue, RuleRefused, StaleRecord, TransitionRefused
from consent import services as consent_services
from consent.models import Consent
from tests.factories import NOW, World
from tests.treatments import support
from treatments import geometry, queries, services
from treatments.choices import Phase
from treatments.models import Pass, Session, StockMove

LATER = NOW + timedelta(minutes=5)


def refusal(error: type[DomainError], verb: Any, *args: Any, **values: Any) -> DomainError:
    with pytest.raises(error) as caught:
        verb(*args, **values)
    return caught.value


def test_an_injection_session_goes_from_preparation_to_signature(world: World) -> None:
    """REQ-S141 REQ-S142: points, coverage, comfort, stock, seal."""
    session = support.make_ready(world)
    assert [gate.message for gate in queries.readiness(session, NOW) if gate.level == "block"] == []
    by = world.actor("practitioner")
    started = services.start_session(session, by=by, at=NOW)
    assert started.course.state == "active"
    row = support.place(started, world)
    assert row.facts.count == len(row.points) > 2
    services.record_comfort(started, score=2, by=by, at=LATER)
    support.tick_phase(started, Phase.TREATMENT, by)
    finished = services.finish_session(started, end_check={"redness": 1}, by=by, at=LATER)
    error = refusal(RuleRefused, services.sign_session, finished, by=by, at=LATER)
    assert error.code == "review_missing"
    services.review_safety(finished, waste=["KD01"], words="Calm.", by=by, at=LATER)
    signed = services.sign_session(finished, by=by, at=LATER)
    assert signed.state == "signed"
    move = StockMove.objects.get(session=signed)
    assert (move.units, move.client_id, move.kind) == (-1, world.own.id, "used")
    summary = queries.session_summary(support.fresh(signed))
    assert summary["points"] == row.facts.count
    assert summary["zones"] == ["forehead"]
    assert summary["disposal"]["after"] == ["KD01"]
    proposal = queries.next_proposal(signed.course)
    assert proposal is not None
    assert (proposal["due_on"] - NOW.date()).days == 14


def test_a_signed_session_never_changes(world: World) -> None:
    session = support.make_signed(world)
    for table in ("treatments_session", "treatments_pass", "treatments_lotuse", "treatments_comfortscore"):
        with pytest.raises(DatabaseError), transaction.atomic():
            _tamper(table)
    refusal(TransitionRefused, support.place, session, world)
    refusal(TransitionRefused, services.record_comfort, session, score=1, by=world.actor("practitioner"), at=LATER)


def _tamper(table: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET recorded_by_id = NULL")


def test_the_seal_of_a_session_can_be_checked(world: World) -> None:
    support.make_signed(world)
    assert hasattr(verification, "verify") or verification
    from clinic import seals

    found = seals.payload_of("treatments.session")
    assert found is not None
    session = Session.objects.get()
    assert found[1](session)["state"] == "signed"


@pytest.mark.parametrize("kind", ["consent", "capacity", "answers"])
def test_start_is_refused_until_the_day_is_confirmed(world: World, kind: str) -> None:
    """Decisions 50 and 51."""
    session, by = support.make_ready(world), world.actor("practitioner")
    outcome = {"consent": "no", "capacity": "doubt", "answers": "changed"}[kind]
    services.confirm_today(session, kind=kind, outcome=outcome, words="Spoke slowly.", by=by, at=LATER)
    error = refusal(RuleRefused, services.start_session, session, by=by, at=LATER)
    assert error.code == "not_ready"
    assert {gate["level"] for gate in error.details} == {"block"}


def test_a_withdrawn_consent_leaves_only_stop(world: World) -> None:
    """Decision 2."""
    session, by = support.make_started(world), world.actor("practitioner")
    consent_services.withdraw_consent(Consent.objects.get(), by=by, at=LATER)
    assert refusal(RuleRefused, support.place, session, world, at=LATER).code == "consent_not_valid"
    stopped = services.stop_session(session, reason="Consent withdrawn.", by=by, at=LATER)
    assert stopped.state == "stopped"


def test_a_no_said_during_the_session_leaves_only_stop(world: World) -> None:
    """Decision 2, H05: consent is a continuing talk."""
    session, by = support.make_started(world), world.actor("practitioner")
    services.confirm_today(session, kind="consent", outcome="no", words="Please stop.", by=by, at=LATER)
    assert refusal(RuleRefused, support.place, session, world, at=LATER).code == "consent_not_valid"
    assert services.stop_session(session, reason="The client said no.", by=by, at=LATER).state == "stopped"


def test_a_lot_recalled_in_the_hand_is_not_used_any_further(world: World) -> None:
    """RULE-R012."""
    session = support.make_started(world)
    lot = session.lot_uses.get().lot
    services.recall_lot(lot, reason="Recalled by the maker today.", by=world.actor("manager"), at=LATER)
    assert refusal(RuleRefused, support.place, session, world, at=LATER, lot=lot).code == "lot_blocked"


def test_only_the_treating_person_starts_and_signs(world: World) -> None:
    session = support.make_ready(world)
    with pytest.raises(Refused) as refused:
        services.start_session(session, by=world.actor("colleague"), at=NOW)
    assert refused.value.reason == "not_the_performer"


def test_a_stale_version_is_refused(world: World) -> None:
    session, by = support.make_ready(world), world.actor("practitioner")
    refusal(StaleRecord, services.start_session, session, by=by, at=NOW, version=session.version - 1)


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"zone": "nose_tip"}, InvalidValue, "zone_blocked"),
        ({"zone": "chin"}, RuleRefused, "zone_not_planned"),
        ({"depth_mm": 1.6}, RuleRefused, "too_deep"),
        ({"depth_mm": 0}, InvalidValue, "out_of_range"),
        ({"volume_per_point_ml": 2}, InvalidValue, "out_of_range"),
        ({"volume_per_point_ml": 0.3}, RuleRefused, "reason_required"),
        ({"lot": None}, RuleRefused, "lot_not_chosen"),
        ({"technique": "T05"}, RuleRefused, "technique_not_planned"),
        ({"anatomy_digest": "0"}, InvalidValue, "other_anatomy"),
    ],
)
def test_points_that_may_not_be_placed(
    world: World, changes: dict[str, Any], error: type[DomainError], code: str
) -> None:
    """RULE-R014: depth, area, volume, lot, technique and chart."""
    session = support.make_started(world)
    assert refusal(error, support.place, session, world, **changes).code == code
    assert Pass.objects.count() == 0


def test_the_product_limit_of_a_session_holds(world: World) -> None:
    """RULE-R226."""
    session = support.make_started(world)
    product = session.course.plan.product
    product.max_session_ml = 1
    product.save()
    error = refusal(RuleRefused, support.place, session, world, volume_per_point_ml=0.4, reason="Asked for.")
    assert error.code == "volume_above_limit"


def test_a_pass_is_replaced_with_its_version(world: World) -> None:
    session = support.make_started(world)
    row = support.place(session, world)
    fewer = row.points[:2]
    changed = support.place(session, world, placed=row, points=fewer, version=row.version)
    assert (changed.pk, len(changed.points)) == (row.pk, 2)
    refusal(StaleRecord, support.place, session, world, placed=row, points=fewer, version=1)


def test_copied_points_hold_the_end_back(world: World) -> None:
    session, by = support.make_started(world), world.actor("practitioner")
    points = [[*point.row()[:7], 0] for point in geometry.fill_zone("forehead", 15)]
    support.place(session, world, points=points)
    codes = {gate.gate for gate in queries.unfinished(support.fresh(session))}
    assert codes == {"copied", "comfort", "checklist"}
    assert refusal(RuleRefused, services.finish_session, session, by=by, at=LATER).code == "not_finished"


def test_severe_discomfort_pauses_the_session(world: World) -> None:
    """RULE-R225."""
    session, by = support.make_started(world), world.actor("practitioner")
    services.record_comfort(session, score=8, words="Burning", by=by, at=LATER)
    paused = support.fresh(session)
    assert paused.state == "paused"
    refusal(TransitionRefused, support.place, paused, world)
    resumed = services.resume_session(paused, by=by, at=LATER + timedelta(minutes=2))
    assert resumed.paused_seconds == 120
    assert resumed.running_for(LATER + timedelta(minutes=3)).total_seconds() == 6 * 60
    refusal(InvalidValue, services.record_comfort, resumed, score=11, by=by, at=LATER)


def test_stop_and_cancel_need_a_reason(world: World) -> None:
    session, by = support.make_ready(world), world.actor("practitioner")
    assert refusal(RuleRefused, services.cancel_session, session, reason=" ", by=by, at=NOW).code == "reason_required"
    refusal(TransitionRefused, services.stop_session, session, reason="No.", by=by, at=NOW)
    assert services.cancel_session(session, reason="Unwell today.", by=by, at=NOW).state == "cancelled"


def test_hazards_and_ticks_are_checked(world: World) -> None:
    session, by = support.make_ready(world), world.actor("practitioner")
    high = [{"hazard": row.id, "before": [5, 5], "after": [5, 5]} for row in _hazards(session)]
    services.score_hazards(session, scores=high, by=by, at=LATER)
    gate = next(gate for gate in queries.readiness(support.fresh(session), LATER) if gate.gate == "risk")
    assert gate.blocks
    refusal(InvalidValue, services.score_hazards, session, scores=high[:1], by=by, at=LATER)
    refusal(InvalidValue, services.score_hazards, session, scores=[{"hazard": "HZ01"}], by=by, at=LATER)
    refusal(InvalidValue, services.tick, session, items="XX", phase="preparation", by=by, at=LATER)
    refusal(InvalidValue, services.tick, session, items="KC10", phase="preparation", by=by, at=LATER)
    services.tick(session, items="KA01", phase="preparation", is_done=False, by=by, at=LATER)
    gate = next(gate for gate in queries.readiness(support.fresh(session), LATER) if gate.gate == "checklist")
    assert "photo ID" in gate.message


def _hazards(session: Session) -> list[Any]:
    from treatments import library

    return [row for row in library.shipped("hazards") if row.modality in {"both", session.modality}]


def test_a_declared_session_asks_for_the_permissions(world: World) -> None:
    """Decision 42."""
    session, by = support.make_ready(world), world.actor("practitioner")
    services.declare_for_assessment(session, by=by, at=NOW)
    assert not _gate(session, "assessment").blocks
    consent_services.answer_permission(world.own, code="P9b", answer=False, by=by, at=LATER)
    assert _gate(session, "assessment", LATER).blocks


def _gate(session: Session, name: str, at: Any = NOW) -> queries.Gate:
    return next(gate for gate in queries.readiness(support.fresh(session), at) if gate.gate == name)
