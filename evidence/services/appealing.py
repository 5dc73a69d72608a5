"""A learner appeals a decision; quality assurance answers, and never changes the decision itself (decision 47)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from clinic import access, audit, seals
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.rules import check_move, check_version
from evidence.choices import AppealOutcome, AppealState, ItemState, Position
from evidence.models import Appeal, Decision, EvidenceItem
from evidence.people import check_hands, person, refuse_names, standing_of
from evidence.queries import pack_of, why_not_appeal
from evidence.rules import NEXT_APPEAL, NEXT_ITEM, position


@audit.audited
def appeal_decision(decision: Decision, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Appeal:
    """The learner says why a decision about their own evidence should be looked at again; once for each decision.

    Raises InvalidValue without a reason, RuleRefused (`names_client`), TransitionRefused when the decision does not
    hold yet, a newer one has taken its place, or it was appealed before, StaleRecord.
    """
    access.require(by, Can.APPEAL_DECISION, decision)
    learner_id = person(by, Can.APPEAL_DECISION)
    item: EvidenceItem = EvidenceItem.objects.locked(decision.item_id)
    locked: Decision = Decision.objects.locked(decision.pk)
    check_version(locked.version, version, now={"state": locked.state}, yours={"reason": reason})
    why_not = why_not_appeal(locked)
    if why_not:
        raise TransitionRefused(why_not, code="cannot_appeal")
    if not reason.strip():
        raise InvalidValue("Write why the decision should be looked at again.", code="required", field="reason")
    refuse_names(item.client, reason=reason)
    row = Appeal(
        organisation_id=locked.organisation_id,
        decision=locked,
        learner_id=learner_id,
        reason=reason.strip(),
        appealed_at=at,
        recorded_at=at,
    )
    row.save()
    audit.record(by, "decision.appealed", row, at=at, decision=locked.id, item=item.id)
    return row


@audit.audited
def answer_appeal(
    appeal: Appeal, *, outcome: str, answer: str, by: Actor, at: datetime, version: int | None = None
) -> Appeal:
    """A qualified quality assurer upholds the appeal, which opens the evidence for a new decision, or does not.

    Raises RuleRefused for somebody who had a hand in the decision (S169) or is not qualified (S167), InvalidValue
    without outcome or reasons, TransitionRefused when it was answered, StaleRecord.
    """
    access.require(by, Can.ANSWER_APPEAL, appeal)
    iqa_id = person(by, Can.ANSWER_APPEAL)
    item: EvidenceItem = EvidenceItem.objects.locked(appeal.decision.item_id)
    locked: Appeal = Appeal.objects.locked(appeal.pk)
    check_version(locked.version, version, now={"state": locked.state}, yours={"outcome": outcome})
    check_move(NEXT_APPEAL, locked.state, AppealState.ANSWERED)
    if outcome not in AppealOutcome.values:
        raise InvalidValue("Say whether the appeal is upheld.", code="invalid_choice", field="outcome")
    if not answer.strip():
        raise InvalidValue("Write the reasons for the learner.", code="required", field="answer")
    refuse_names(item.client, answer=answer)
    locked.standing = _checked_standing(locked, item, iqa_id, at)
    locked.state, locked.outcome, locked.answer = AppealState.ANSWERED, outcome, answer.strip()
    locked.answered_at, locked.answered_by_id = at, iqa_id
    locked.save()
    _reopen(locked, item)
    seals.seal(locked, by=by, at=at)
    audit.record(by, "decision.appeal_answered", locked, at=at, decision=locked.decision_id, result=outcome)
    return locked


def _checked_standing(appeal: Appeal, item: EvidenceItem, iqa_id: UUID, at: datetime) -> dict[str, Any]:
    check_hands(appeal.decision, iqa_id, code="cannot_answer")
    pack = pack_of(item.enrolment)
    standing = standing_of(iqa_id, pack, "", at)
    if position(pack.iqa_awards, standing["iqa_awards"]) != Position.QUALIFIED:
        raise RuleRefused("It takes a qualified quality assurer to answer an appeal.", code="cannot_answer")
    return standing


def _reopen(appeal: Appeal, item: EvidenceItem) -> None:
    """An upheld appeal opens the evidence for a new decision; the old row stays. Withdrawn evidence stays withdrawn."""
    if appeal.outcome != AppealOutcome.UPHELD or item.state != ItemState.DECIDED:
        return
    check_move(NEXT_ITEM, item.state, ItemState.UNDER_REVIEW)
    item.state = ItemState.UNDER_REVIEW
    item.save(update_fields=["state"])
