"""Decisions, feedback forms, countersignatures and sampling."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from clinic import access
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.models import AuditEntry
from evidence import queries, services
from evidence.choices import DecisionState, ItemState, Outcome
from evidence.models import Countersignature, Decision
from evidence.pack import FEEDBACK_FIELDS
from evidence.services import Judgement
from tests.evidence import sessions
from tests.evidence.support import GOOD, Centre, all_met, decide, watch
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


def decided_by(centre: Centre, assessor: str, **marks: str) -> Decision:
    """A signed session, watched and decided."""
    session = sessions.running(centre)
    observation = watch(centre, session, assessor=assessor)
    sessions.sign(session)
    return decide(centre, observation, marks={**all_met(centre.enrolment), **marks})


def text(centre: Centre) -> str:
    """The counters of the portfolio."""
    return queries.portfolio(centre.enrolment, at=LATER).tally.text


def test_a_qualified_assessors_decision_counts_at_once(centre: Centre) -> None:
    """REQ-S147 REQ-S57: effective, sealed, counted."""
    decision = decided_by(centre, "assessor")
    assert (decision.state, decision.position) == (DecisionState.EFFECTIVE, "qualified")
    assert text(centre) == "Injection 1 of 3, electro 0 of 3, health and safety 1 of 4"
    assert AuditEntry.objects.filter(action="record.sealed", object_id=decision.id).count() == 1


def test_a_trainees_decision_counts_for_nothing_until_countersigned(centre: Centre) -> None:
    """REQ-S164 REQ-S163 SEC-A5: a trainee (principles only) waits; a qualified person agrees; then it counts."""
    decision = decided_by(centre, "assessor2")
    assert (decision.state, decision.position) == (DecisionState.AWAITING_COUNTERSIGNATURE, "trainee")
    assert text(centre).startswith("Injection 0 of 3")
    services.countersign(decision, action="agree", by=centre.actor("assessor"), at=LATER, version=decision.version)
    assert text(centre).startswith("Injection 1 of 3")


def test_every_path_without_a_qualified_countersigner_is_refused(centre: Centre) -> None:
    """SEC-A5: the trainee, the learner and everybody without the right leave it uncounted."""
    decision = decided_by(centre, "assessor2")
    for who in ("assessor2", "learner", "iqa", "practitioner", "lead", "manager"):
        with pytest.raises((RuleRefused, access.Refused, Http404)):
            services.countersign(decision, action="agree", by=centre.actor(who), at=LATER)
    assert not Countersignature.objects.exists()
    assert text(centre).startswith("Injection 0 of 3")


def test_a_second_trainee_does_not_countersign(centre: Centre) -> None:
    """SEC-A5 REQ-S164: the countersigner is qualified."""
    decision = decided_by(centre, "assessor2")
    centre.world.people["assessor"].credentials.get(kind="assessing_award").delete()
    with pytest.raises(RuleRefused, match="trainee"):
        services.countersign(decision, action="agree", by=centre.actor("assessor"), at=LATER)


def test_a_countersigner_may_change_the_marks(centre: Centre) -> None:
    """REQ-S164: the assessor's row stays, the changed marks hold."""
    decision = decided_by(centre, "assessor2")
    changed = {**all_met(centre.enrolment), "U4-4.2": Outcome.NOT_YET_MET.value}
    services.countersign(
        decision,
        action="change",
        marks=changed,
        reason="Antiseptic was still wet.",
        by=centre.actor("assessor"),
        at=LATER,
    )
    decision = Decision.objects.get(pk=decision.pk)
    assert decision.marks["U4-4.2"] == "met"
    cells = queries.portfolio(centre.enrolment, at=LATER).tally.cell_by_key
    assert cells["U4-4.2"].state == "not_yet_met"
    assert cells["U4-4.9"].state == "met"


def test_a_returned_decision_is_made_anew(centre: Centre) -> None:
    """REQ-S164: returned with reason; the old row stays, the assessor decides again."""
    decision = decided_by(centre, "assessor2")
    services.countersign(decision, action="return", reason="Say more on 4.6.", by=centre.actor("assessor"), at=LATER)
    assert text(centre).startswith("Injection 0 of 3")
    decision.item.refresh_from_db()
    assert decision.item.state == ItemState.UNDER_REVIEW
    again = decide(centre, decision.item.observation, at=LATER)
    assert again.state == DecisionState.AWAITING_COUNTERSIGNATURE
    assert Decision.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"action": "return"}, "required"),
        ({"action": "change", "marks": {"U4-4.2": "met"}}, "required"),
        ({"action": "change", "marks": {}, "reason": "x"}, "no_marks"),
        ({"action": "bless"}, "invalid_choice"),
    ],
)
def test_a_countersignature_says_why(centre: Centre, arguments: dict[str, object], code: str) -> None:
    """REQ-S164: returning and changing need a reason; changing needs marks."""
    decision = decided_by(centre, "assessor2")
    with pytest.raises(InvalidValue) as refusal:
        services.countersign(decision, by=centre.actor("assessor"), at=LATER, **arguments)
    assert refusal.value.code == code


def test_a_decision_is_countersigned_once(centre: Centre) -> None:
    """REQ-S164: effective is the end."""
    decision = decided_by(centre, "assessor2")
    services.countersign(decision, action="agree", by=centre.actor("assessor"), at=LATER)
    with pytest.raises(TransitionRefused):
        services.countersign(decision, action="agree", by=centre.actor("assessor"), at=LATER)


def test_the_feedback_form_has_exactly_the_eleven_fields(centre: Centre) -> None:
    """REQ-S170 REQ-S171: filled from data where known."""
    form = decided_by(centre, "assessor2").feedback.fields
    assert tuple(sorted(form)) == tuple(sorted(FEEDBACK_FIELDS))
    assert form["student_name"] == "Learner Person"
    assert form["student_number"] == "L-0001"
    assert "610/3533/6" in form["course"]
    assert form["units"].count(";") == 2
    assert "D/650/8956: 3.1, 3.2, 3.3, 3.4, 3.5" in form["criteria"]
    assert (form["decision"], form["date"], form["position"]) == ("Met", "2026-11-16", "Trainee assessor")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"comments": " "}, "required", "comments"),
        ({"comments": "Amara did well."}, "names_client", "comments"),
        ({"further_actions": "Ring 07700 900100."}, "names_client", "further_actions"),
        ({"marks": {}}, "no_marks", "marks"),
        ({"marks": {"U1-1.1": "met"}}, "unknown_criterion", "marks"),
        ({"marks": {"U4-4.9": "distinction"}}, "invalid_choice", "marks"),
        ({"judgement": Judgement(True, True, True, False)}, "judgement", "marks"),
    ],
)
def test_a_decision_names_what_is_wrong(centre: Centre, changes: dict[str, object], code: str, field: str) -> None:
    """REQ-S11 REQ-S170 SEC-A4: nothing is saved and the field is named."""
    session = sessions.running(centre)
    observation = watch(centre, session)
    sessions.sign(session)
    by = centre.actor("assessor")
    services.close_observation(observation, by=by, at=NOW)
    options = {"marks": all_met(centre.enrolment), "judgement": GOOD, "comments": "Good.", **changes}
    with pytest.raises((InvalidValue, RuleRefused)) as refusal:
        services.decide(observation.item, by=by, at=NOW, **options)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not Decision.objects.exists()


def test_a_decision_waits_for_the_closed_observation_and_the_signed_session(centre: Centre) -> None:
    """REQ-S164: what is decided is what was really done."""
    session = sessions.running(centre)
    observation = watch(centre, session)
    by = centre.actor("assessor")
    options = {"marks": all_met(centre.enrolment), "judgement": GOOD, "comments": "Good.", "by": by, "at": NOW}
    with pytest.raises(RuleRefused) as refusal:
        services.decide(observation.item, **options)
    assert refusal.value.code == "still_watching"
    services.close_observation(observation, by=by, at=NOW)
    observation.item.refresh_from_db()
    with pytest.raises(RuleRefused) as refusal:
        services.decide(observation.item, **options)
    assert refusal.value.code == "not_signed"


def test_a_withdrawn_permission_takes_evidence_and_count_away(centre: Centre) -> None:
    """REQ-S30: decision 46; before a claim the evidence goes and its count with it."""
    decision = decided_by(centre, "assessor")
    sessions.withdraw(decision.item.client, "P5a")
    result = queries.portfolio(centre.enrolment, at=LATER).tally
    assert result.text.startswith("Injection 0 of 3")
    assert [why.code for why in result.verdicts[0].why_not] == ["permission_withdrawn"]


def test_an_effective_decision_is_frozen_in_the_database(centre: Centre) -> None:
    """REQ-S164: no update and no delete, not even by SQL."""
    decision = decided_by(centre, "assessor")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_decision SET position = 'trainee' WHERE state = 'effective'")
    with pytest.raises(DatabaseError), transaction.atomic():
        decision.feedback.delete()


def test_quality_assurance_accepts_and_releases(centre: Centre) -> None:
    """REQ-S10 REQ-S174: the decision is not changed; it is released."""
    decision = decided_by(centre, "assessor")
    by = centre.actor("iqa")
    sampling = services.plan_sample(decision, moment="interim", by=by, at=LATER)
    services.record_sample(sampling, result="accept", comments="Criteria and record agree.", by=by, at=LATER)
    verdict = queries.portfolio(centre.enrolment, at=LATER).tally.verdicts[0]
    assert verdict.evidence.decision is not None
    assert verdict.evidence.decision.is_released


def test_quality_assurance_action_stops_the_count_until_decided_anew(centre: Centre) -> None:
    """REQ-S174: decision 47; a new row counts again, the old stays."""
    decision = decided_by(centre, "assessor")
    by = centre.actor("iqa")
    sampling = services.plan_sample(decision, moment="interim", by=by, at=LATER)
    services.record_sample(sampling, result="action", comments="4.6 has no evidence.", by=by, at=LATER)
    result = queries.portfolio(centre.enrolment, at=LATER).tally
    assert [why.code for why in result.verdicts[0].why_not] == ["iqa_action"]
    decide(centre, decision.item.observation, at=LATER)
    assert text(centre).startswith("Injection 1 of 3")
    assert Decision.objects.count() == 2


def test_a_trainee_quality_assurers_result_waits(centre: Centre) -> None:
    """REQ-S167: it releases nothing and stops nothing until countersigned by another, qualified person."""
    centre.world.people["iqa"].credentials.get(kind="iqa_award").delete()
    decision = decided_by(centre, "assessor")
    by = centre.actor("iqa")
    sampling = services.plan_sample(decision, moment="interim", by=by, at=LATER)
    sampling = services.record_sample(sampling, result="action", comments="4.6?", by=by, at=LATER)
    assert sampling.state == "awaiting_countersignature"
    assert text(centre).startswith("Injection 1 of 3")
    with pytest.raises(RuleRefused):
        services.countersign_sample(sampling, by=by, at=LATER)


@pytest.mark.parametrize("arguments", [{"result": "accept", "comments": ""}, {"result": "maybe", "comments": "x"}])
def test_a_sample_says_what_was_found(centre: Centre, arguments: dict[str, str]) -> None:
    """REQ-S173: comments and a result are needed."""
    decision = decided_by(centre, "assessor")
    by = centre.actor("iqa")
    sampling = services.plan_sample(decision, moment="interim", by=by, at=LATER)
    with pytest.raises(InvalidValue):
        services.record_sample(sampling, by=by, at=LATER, **arguments)


def test_a_waiting_decision_is_not_sampled(centre: Centre) -> None:
    """REQ-S174: only what is effective."""
    with pytest.raises(TransitionRefused):
        services.plan_sample(decided_by(centre, "assessor2"), moment="interim", by=centre.actor("iqa"), at=LATER)


def test_the_standing_of_both_days_is_kept(centre: Centre) -> None:
    """REQ-S157 REQ-S165: as it was on the day observed and on the day decided."""
    standing = decided_by(centre, "assessor").standing
    assert set(standing) == {"observed", "decided"}
    assert standing["decided"]["items"]["cpd_hours"] is True
