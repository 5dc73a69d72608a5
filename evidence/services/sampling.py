"""Internal quality assurance samples a decision, accepts it or asks for action; it never changes one (decision 47)."""

from __future__ import annotations

from datetime import datetime

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.rules import check_move, check_version
from evidence import sessions
from evidence.choices import DecisionState, ItemState, Moment, Position, SamplingResult, SamplingState
from evidence.models import Decision, EvidenceItem, Sampling
from evidence.people import check_hands, person, refuse_names, standing_of
from evidence.queries import pack_of
from evidence.rules import NEXT_ITEM, NEXT_SAMPLING, position


@audit.audited
def plan_sample(decision: Decision, *, moment: str, by: Actor, at: datetime) -> Sampling:
    """Take an effective decision into one's sample; from then on its evidence is readable to this quality assurer.

    Raises RuleRefused when the person had a hand in it (S169), TransitionRefused when it is not effective or taken.
    """
    access.require(by, Can.SAMPLE_DECISIONS, decision)
    iqa_id = person(by, Can.SAMPLE_DECISIONS)
    item = decision.item
    if moment not in Moment.values:
        raise InvalidValue("Interim or summative.", code="invalid_choice", field="moment")
    if decision.state != DecisionState.EFFECTIVE:
        raise TransitionRefused("Only an effective decision is sampled.", code="wrong_state", field="state")
    if Sampling.objects.filter(decision=decision, iqa_id=iqa_id, moment=moment).exists():
        raise TransitionRefused("This decision is in your sample already.", code="already_sampled")
    check_hands(decision, iqa_id)
    sampling = Sampling(
        organisation_id=decision.organisation_id,
        decision=decision,
        iqa_id=iqa_id,
        moment=moment,
        method=item.kind,
        planned_at=at,
        recorded_at=at,
    )
    sampling.save()
    audit.record(by, "decision.sample_planned", sampling, at=at, decision=decision.id, moment=moment)
    return sampling


@audit.audited
def record_sample(
    sampling: Sampling, *, result: str, comments: str, by: Actor, at: datetime, version: int | None = None
) -> Sampling:
    """Accept the decision (which releases it) or ask for action (it stops counting until decided anew).

    A trainee's result waits for a qualified quality assurer (S167). Raises InvalidValue without comments.
    """
    access.require(by, Can.SAMPLE_DECISIONS, sampling)
    iqa_id = person(by, Can.SAMPLE_DECISIONS)
    item: EvidenceItem = EvidenceItem.objects.locked(sampling.decision.item_id)
    locked: Sampling = Sampling.objects.locked(sampling.pk)
    check_version(locked.version, version, now={"state": locked.state}, yours={"result": result})
    if locked.iqa_id != iqa_id:
        raise RuleRefused("This decision is in somebody else's sample.", code="not_your_sample")
    if result not in SamplingResult.values:
        raise InvalidValue("Accept, or ask for action.", code="invalid_choice", field="result")
    if not comments.strip():
        raise InvalidValue("Write what was looked at and found.", code="required", field="comments")
    refuse_names(item.client, comments=comments)
    pack = pack_of(item.enrolment)
    standing = standing_of(iqa_id, pack, sessions.modality(item.session) if item.session else "", at)
    qualified = position(pack.iqa_awards, standing["iqa_awards"]) == Position.QUALIFIED
    to = SamplingState.SAMPLED if qualified else SamplingState.AWAITING_COUNTERSIGNATURE
    check_move(NEXT_SAMPLING, locked.state, to)
    locked.state, locked.result, locked.sampled_at = to, result, at
    locked.comments, locked.standing = comments.strip(), standing
    locked.save(update_fields=["state", "result", "sampled_at", "comments", "standing"])
    _reopen(locked, item)
    audit.record(by, "decision.sampled", locked, at=at, decision=locked.decision_id, result=result, state=to)
    return locked


@audit.audited
def countersign_sample(sampling: Sampling, *, by: Actor, at: datetime, version: int | None = None) -> Sampling:
    """A qualified quality assurer makes a trainee's result hold (S167). Raises RuleRefused for the same person."""
    access.require(by, Can.SAMPLE_DECISIONS, sampling)
    iqa_id = person(by, Can.SAMPLE_DECISIONS)
    item: EvidenceItem = EvidenceItem.objects.locked(sampling.decision.item_id)
    locked: Sampling = Sampling.objects.locked(sampling.pk)
    check_version(locked.version, version, now={"state": locked.state}, yours={})
    pack = pack_of(item.enrolment)
    standing = standing_of(iqa_id, pack, "", at)
    if iqa_id == locked.iqa_id:
        raise RuleRefused("It takes another person to countersign.", code="cannot_countersign")
    check_hands(locked.decision, iqa_id)
    if position(pack.iqa_awards, standing["iqa_awards"]) != Position.QUALIFIED:
        raise RuleRefused("It takes a qualified quality assurer to countersign.", code="cannot_countersign")
    check_move(NEXT_SAMPLING, locked.state, SamplingState.SAMPLED)
    locked.state = SamplingState.SAMPLED
    locked.standing = {**locked.standing, "countersigned_by": str(iqa_id), "countersigner": standing}
    locked.save(update_fields=["state", "standing"])
    _reopen(locked, item)
    audit.record(by, "decision.sample_countersigned", locked, at=at, decision=locked.decision_id)
    return locked


@audit.audited
def report_sample(sampling: Sampling, *, by: Actor, at: datetime, version: int | None = None) -> Sampling:
    """Tell the assessor what the sample found: the result is reported, and from then on frozen.

    Raises RuleRefused for somebody else's sample, TransitionRefused before it holds or when it was reported,
    StaleRecord.
    """
    access.require(by, Can.SAMPLE_DECISIONS, sampling)
    iqa_id = person(by, Can.SAMPLE_DECISIONS)
    locked: Sampling = Sampling.objects.locked(sampling.pk)
    check_version(locked.version, version, now={"state": locked.state}, yours={})
    if locked.iqa_id != iqa_id:
        raise RuleRefused("This decision is in somebody else's sample.", code="not_your_sample")
    check_move(NEXT_SAMPLING, locked.state, SamplingState.REPORTED)
    locked.state, locked.reported_at = SamplingState.REPORTED, at
    locked.save(update_fields=["state", "reported_at"])
    audit.record(by, "decision.sample_reported", locked, at=at, decision=locked.decision_id)
    return locked


def _reopen(sampling: Sampling, item: EvidenceItem) -> None:
    """Action opens the evidence for a new decision; the old row stays as it is."""
    if sampling.state != SamplingState.SAMPLED or sampling.result != SamplingResult.ACTION:
        return
    check_move(NEXT_ITEM, item.state, ItemState.UNDER_REVIEW)
    item.state = ItemState.UNDER_REVIEW
    item.save(update_fields=["state"])
