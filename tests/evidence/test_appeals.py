"""Learners appeal decisions, quality assurance answers, and samples are reported (decision 47)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from clinic import access
from clinic.errors import InvalidValue, RuleRefused, StaleRecord, TransitionRefused
from clinic.models import AuditEntry
from evidence import queries, services
from evidence.models import Appeal, Decision, Sampling
from tests.evidence.support import Centre, decide
from tests.evidence.test_api import call
from tests.evidence.test_deciding import LATER, decided_by
from tests.evidence.test_pages import see, send

WHY = "4.9 was shown twice while it was watched."


@pytest.fixture
def refused(centre: Centre) -> Decision:
    """An effective decision with a criterion not yet met."""
    return decided_by(centre, "assessor", **{"U4-4.9": "not_yet_met"})


def appeal(centre: Centre, decision: Decision, **changes: Any) -> Appeal:
    values: dict[str, Any] = {"reason": WHY, "by": centre.actor("learner"), "at": LATER, **changes}
    return services.appeal_decision(decision, **values)


def answer(centre: Centre, row: Appeal, **changes: Any) -> Appeal:
    values: dict[str, Any] = {"outcome": "upheld", "answer": "The record shows it.", "by": centre.actor("iqa")}
    return services.answer_appeal(row, **{**values, "at": LATER, **changes})


# the learner ----------------------------------------------------------------------------------------------------------
def test_a_learner_appeals_their_own_decision_once(centre: Centre, refused: Decision) -> None:
    """Sealed, in the log without a word of it, and waiting for quality assurance."""
    row = appeal(centre, refused)
    assert (row.state, row.reason, row.learner) == ("open", WHY, centre.world.people["learner"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM evidence_appeal")
        assert b"4.9" not in bytes(cursor.fetchone()[0])
    facts = AuditEntry.objects.get(action="decision.appealed").facts
    assert "shown twice" not in json.dumps(facts)
    assert [waiting.pk for waiting in queries.inbox(centre.actor("iqa"), LATER).appeals] == [row.pk]
    assert queries.inbox(centre.actor("assessor"), LATER).appeals == ()
    with pytest.raises(TransitionRefused):
        appeal(centre, refused)


@pytest.mark.parametrize(
    ("reason", "error", "code"),
    [("  ", InvalidValue, "required"), ("Amara agreed with me.", RuleRefused, "names_client")],
)
def test_an_appeal_gives_its_reason_and_no_name(
    centre: Centre, refused: Decision, reason: str, error: type[Exception], code: str
) -> None:
    """SEC-A4."""
    with pytest.raises(error) as refusal:
        appeal(centre, refused, reason=reason)
    assert refusal.value.code == code  # type: ignore[attr-defined]
    assert not Appeal.objects.exists()


def test_only_the_learner_appeals(centre: Centre, refused: Decision) -> None:
    """SEC-A3: their assessor and quality assurance do not, another learner does not even see it."""
    for who in ("assessor", "iqa"):
        with pytest.raises(access.Refused):
            appeal(centre, refused, by=centre.actor(who))
    for who in ("learner2", "manager", "lead"):
        with pytest.raises(Http404):
            appeal(centre, refused, by=centre.actor(who))


def test_what_does_not_hold_is_not_appealed(centre: Centre) -> None:
    """A trainee's decision waits; a decision that was replaced is history; a stale page is said so."""
    waiting = decided_by(centre, "assessor2")
    with pytest.raises(TransitionRefused):
        appeal(centre, waiting)
    services.countersign(waiting, action="agree", by=centre.actor("assessor"), at=LATER)
    holding = Decision.objects.get(pk=waiting.pk)
    with pytest.raises(StaleRecord):
        appeal(centre, holding, version=holding.version - 1)
    answer(centre, appeal(centre, holding))
    newer = decide(centre, holding.item.observation, at=LATER)
    assert queries.why_not_appeal(newer) == "Only a decision that holds can be appealed."


# quality assurance ----------------------------------------------------------------------------------------------------
def test_an_upheld_appeal_has_the_decision_made_anew(centre: Centre, refused: Decision) -> None:
    """Decision 47: quality assurance never changes a decision; the assessor makes a new one, the old stays."""
    done = answer(centre, appeal(centre, refused))
    assert (done.outcome, done.answered_by) == ("upheld", centre.world.people["iqa"])
    assert AuditEntry.objects.filter(action="record.sealed", object_id=done.id).count() == 1
    refused.item.refresh_from_db()
    assert refused.item.state == "under_review"
    assert Decision.objects.get(pk=refused.pk).marks["U4-4.9"] == "not_yet_met"
    newer = decide(centre, refused.item.observation, at=LATER)
    assert newer.marks["U4-4.9"] == "met"
    assert queries.inbox(centre.actor("iqa"), LATER).appeals == ()


def test_a_decision_stands_when_the_appeal_is_not_upheld(centre: Centre, refused: Decision) -> None:
    answer(centre, appeal(centre, refused), outcome="not_upheld", answer="It was not watched to the end.")
    refused.item.refresh_from_db()
    assert refused.item.state == "decided"
    assert queries.why_not_appeal(refused) == "This decision has been appealed."


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"outcome": "maybe"}, InvalidValue, "invalid_choice"),
        ({"answer": " "}, InvalidValue, "required"),
        ({"answer": "Amara was seen."}, RuleRefused, "names_client"),
        ({"version": 99}, StaleRecord, "stale"),
    ],
)
def test_an_answer_gives_outcome_and_reasons(
    centre: Centre, refused: Decision, changes: dict[str, Any], error: type[Exception], code: str
) -> None:
    row = appeal(centre, refused)
    with pytest.raises(error) as refusal:
        answer(centre, row, **changes)
    assert refusal.value.code == code  # type: ignore[attr-defined]
    assert Appeal.objects.get().state == "open"


def test_an_appeal_is_answered_by_a_qualified_person_without_a_hand_in_it(centre: Centre, refused: Decision) -> None:
    """REQ-S167 REQ-S169."""
    row = appeal(centre, refused)
    for who in ("assessor", "learner"):
        with pytest.raises(access.Refused):
            answer(centre, row, by=centre.actor(who))
    centre.world.people["iqa"].credentials.get(kind="iqa_award").delete()
    with pytest.raises(RuleRefused) as refusal:
        answer(centre, row)
    assert refusal.value.code == "cannot_answer"


def test_an_answered_appeal_is_frozen(centre: Centre, refused: Decision) -> None:
    """By the verb, and in the database."""
    row = answer(centre, appeal(centre, refused))
    with pytest.raises(TransitionRefused):
        answer(centre, row)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_appeal SET outcome = 'not_upheld'")


# doors ----------------------------------------------------------------------------------------------------------------
def test_the_pages_of_an_appeal(centre: Centre, refused: Decision) -> None:
    """The learner sends it, quality assurance answers it, the learner reads the answer."""
    assert "Appeal the decision" in see(centre, "learner", "evidence-detail", item_id=refused.item_id)
    assert "Appeal the decision" not in see(centre, "assessor", "evidence-detail", item_id=refused.item_id)
    ids = {"decision_id": refused.id}
    assert "Feedback form" in see(centre, "learner", "decision-appeal", **ids)
    empty = send(centre, "learner", "decision-appeal", {"reason": "", "version": refused.version}, **ids)
    assert empty.status_code == 422
    sent = send(centre, "learner", "decision-appeal", {"reason": WHY, "version": refused.version}, **ids)
    assert sent.status_code == 303
    row = Appeal.objects.get()
    assert "This decision has been appealed." in see(centre, "learner", "decision-appeal", **ids)
    assert "Appeals to answer" in see(centre, "iqa", "evidence-home")
    assert WHY in see(centre, "iqa", "appeal-detail", appeal_id=row.id)
    reply = {"outcome": "not_upheld", "answer": "It was not watched to the end.", "version": row.version}
    assert send(centre, "iqa", "appeal-detail", reply, appeal_id=row.id).status_code == 303
    assert send(centre, "iqa", "appeal-detail", reply, appeal_id=row.id).status_code == 409
    assert "It was not watched to the end." in see(centre, "learner", "evidence-detail", item_id=refused.item_id)


def test_the_api_of_an_appeal(centre: Centre, refused: Decision) -> None:
    """The same verbs; unknown fields are refused."""
    ids = {"decision_id": refused.id}
    status, _ = call(centre, "learner", "api-decision-appeal", {"reason": WHY, "x": 1}, version=refused.version, **ids)
    assert status == 400
    status, row = call(centre, "learner", "api-decision-appeal", {"reason": WHY}, version=refused.version, **ids)
    assert (status, row["state"]) == (201, "open")
    assert call(centre, "iqa", "api-evidence-inbox", method="get")[1]["appeals"] == [row["id"]]
    assert call(centre, "iqa", "api-appeal-detail", method="get", appeal_id=row["id"])[1]["reason"] == WHY
    body = {"outcome": "upheld", "answer": "The record shows it."}
    status, row = call(centre, "iqa", "api-appeal-detail", body, version=row["version"], appeal_id=row["id"])
    assert (status, row["outcome"], row["answered_by"]) == (200, "upheld", centre.world.people["iqa"].name)
    _, item = call(centre, "learner", "api-evidence-detail", method="get", item_id=refused.item_id)
    assert item["decisions"][0]["appeal"]["answer"] == "The record shows it."


# samples are reported -------------------------------------------------------------------------------------------------
def sampled(centre: Centre, decision: Decision) -> Sampling:
    by = centre.actor("iqa")
    row = services.plan_sample(decision, moment="interim", by=by, at=LATER)
    return services.record_sample(row, result="accept", comments="Criteria and record agree.", by=by, at=LATER)


def test_a_sample_is_reported_once_it_holds_and_then_frozen(centre: Centre, refused: Decision) -> None:
    """REQ-S173: from plan to report; it goes on releasing the decision."""
    by = centre.actor("iqa")
    planned = services.plan_sample(refused, moment="summative", by=by, at=LATER)
    with pytest.raises(TransitionRefused):
        services.report_sample(planned, by=by, at=LATER)
    row = sampled(centre, refused)
    assert row in queries.inbox(by, LATER).to_report
    done = services.report_sample(row, by=by, at=LATER)
    assert (done.state, done.reported_at) == ("reported", LATER)
    assert queries.is_final(Decision.objects.get(pk=refused.pk))
    assert queries.inbox(by, LATER).to_report == ()
    assert AuditEntry.objects.filter(action="decision.sample_reported").count() == 1
    with pytest.raises(TransitionRefused):
        services.report_sample(done, by=by, at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        done.save(update_fields=["state"])


def test_only_the_sampler_reports(centre: Centre, refused: Decision) -> None:
    row = sampled(centre, refused)
    with pytest.raises(StaleRecord):
        services.report_sample(row, by=centre.actor("iqa"), at=LATER, version=99)
    row.iqa = centre.world.people["assessor2"]
    row.save(update_fields=["iqa"])
    with pytest.raises(RuleRefused):
        services.report_sample(row, by=centre.actor("iqa"), at=LATER)


def test_both_doors_report(centre: Centre, refused: Decision) -> None:
    row = sampled(centre, refused)
    assert "Report to the assessor" in see(centre, "iqa", "sampling-detail", sampling_id=row.id)
    assert send(centre, "iqa", "sampling-report", {}, sampling_id=row.id).status_code == 303
    assert "Reported" in see(centre, "iqa", "sampling-detail", sampling_id=row.id)
    other = sampled(centre, decided_by(centre, "assessor"))
    status, body = call(centre, "iqa", "api-sampling-report", {}, version=other.version, sampling_id=other.id)
    assert (status, body["state"]) == (200, "reported")
