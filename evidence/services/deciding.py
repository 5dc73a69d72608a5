"""The assessor's decision with its feedback form: one act, one signature of standing, one form (S164, S170)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from clinic import access, audit, clock, seals
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import Staff
from clinic.rules import check_move, check_version
from evidence import sessions
from evidence.choices import DecisionState, ItemState, Outcome, Position
from evidence.models import Decision, EvidenceItem, FeedbackForm
from evidence.pack import Pack
from evidence.people import blocking, checked_marks, person, refuse_names, standing_of
from evidence.queries import criteria_text, pack_of, units_text, why_not_decide
from evidence.rules import NEXT_ITEM, position, why_not_assess


@dataclass(frozen=True)
class Judgement:
    """The four things every decision is asked about (decision 47)."""

    is_valid: bool
    is_authentic: bool
    is_current: bool
    is_sufficient: bool

    @property
    def holds(self) -> bool:
        """Whether the evidence may support "met"."""
        return self.is_valid and self.is_authentic and self.is_current and self.is_sufficient


@audit.audited
def decide(
    item: EvidenceItem,
    *,
    marks: dict[str, str],
    judgement: Judgement,
    comments: str,
    further_actions: str = "",
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Decision:
    """Mark criteria met or not yet met and write the feedback form. A trainee's decision waits for a countersignature.

    Raises RuleRefused when the session is not signed, the observation still runs, the permission is gone, the person is
    not the assessor of this evidence or their standing has lapsed; InvalidValue for marks or an empty comment.
    """
    access.require(by, Can.DECIDE_EVIDENCE, item)
    assessor_id = person(by, Can.DECIDE_EVIDENCE)
    locked: EvidenceItem = EvidenceItem.objects.locked(item.pk)
    check_version(locked.version, version, now={"state": locked.state}, yours={"comments": comments})
    if locked.state == ItemState.OFFERED:
        locked.state = ItemState.UNDER_REVIEW
    check_move(NEXT_ITEM, locked.state, ItemState.DECIDED)
    pack = pack_of(locked.enrolment)
    standing = _standing(locked, pack, assessor_id, at)
    for refusal in why_not_decide(locked, at=at):
        raise refusal
    kept = checked_marks(marks, locked.criteria)
    _check_texts(locked, kept, judgement, comments, further_actions)
    decision = _save(locked, pack, marks=kept, judgement=judgement, standing=standing, assessor_id=assessor_id, at=at)
    locked.state = ItemState.DECIDED
    locked.save(update_fields=["state"])
    _feedback(
        decision, pack, marks=kept, comments=comments.strip(), further_actions=further_actions.strip(), by=by, at=at
    )
    if decision.state == DecisionState.EFFECTIVE:
        seals.seal(decision, by=by, at=at)
    audit.record(
        by, "evidence.decided", decision, at=at, item=locked.id, state=decision.state, position=decision.position,
        criteria=len(kept),
    )  # fmt: skip
    return decision


def _standing(item: EvidenceItem, pack: Pack, assessor_id: UUID, at: datetime) -> dict[str, Any]:
    if assessor_id != item.assessor_id:
        raise RuleRefused("Only the assessor of this evidence decides.", code="not_the_assessor")
    modality = sessions.modality(item.session) if item.session else ""
    today = standing_of(assessor_id, pack, modality, at)
    observation = getattr(item, "observation", None)
    stored = {"observed": observation.standing if observation else {}, "decided": today}
    reasons = why_not_assess(
        person=str(assessor_id),
        learner=str(item.enrolment.learner_id),
        performer=str(item.session.practitioner_id) if item.session else "",
        blocking=blocking(pack, today),
    )
    if reasons:
        raise RuleRefused(" ".join(reasons), code="cannot_assess", details={"reasons": list(reasons)})
    return stored


def _check_texts(
    item: EvidenceItem, marks: dict[str, str], judgement: Judgement, comments: str, further_actions: str
) -> None:
    if not comments.strip():
        raise InvalidValue("Write the feedback for the learner.", code="required", field="comments")
    if Outcome.MET in marks.values() and not judgement.holds:
        raise InvalidValue(
            "Evidence that is not valid, authentic, current and sufficient cannot show that a criterion is met.",
            code="judgement",
            field="marks",
        )
    refuse_names(item.client, comments=comments, further_actions=further_actions)


def _save(
    item: EvidenceItem,
    pack: Pack,
    *,
    marks: dict[str, str],
    judgement: Judgement,
    standing: dict[str, Any],
    assessor_id: UUID,
    at: datetime,
) -> Decision:
    place = position(pack.assessor_awards, standing["decided"]["assessor_awards"])
    effective = place == Position.QUALIFIED
    decision = Decision(
        organisation_id=item.organisation_id,
        item=item,
        assessor_id=assessor_id,
        position=place,
        decided_at=at,
        effective_at=at if effective else None,
        state=DecisionState.EFFECTIVE if effective else DecisionState.AWAITING_COUNTERSIGNATURE,
        is_valid=judgement.is_valid,
        is_authentic=judgement.is_authentic,
        is_current=judgement.is_current,
        is_sufficient=judgement.is_sufficient,
        marks=marks,
        basis=sessions.basis(item.session) if item.session else {},
        standing=standing,
        recorded_at=at,
    )
    decision.save()
    return decision


def _feedback(
    decision: Decision,
    pack: Pack,
    *,
    marks: dict[str, str],
    comments: str,
    further_actions: str,
    by: Actor,
    at: datetime,
) -> FeedbackForm:
    enrolment = decision.item.enrolment
    learner: Staff = enrolment.learner
    not_yet = [key for key, outcome in marks.items() if outcome == Outcome.NOT_YET_MET]
    verdict = "Met" if not not_yet else "Not yet met: " + criteria_text(pack, not_yet)
    form = FeedbackForm(
        organisation_id=decision.organisation_id,
        decision=decision,
        fields={
            "student_name": learner.name,
            "student_number": enrolment.student_number,
            "course": f"{pack.title}, {pack.number}",
            "units": units_text(pack, marks),
            "criteria": criteria_text(pack, marks),
            "date": at.astimezone(clock.LONDON).date().isoformat(),
            "comments": comments,
            "decision": verdict,
            "further_actions": further_actions,
            "assessor": by.name,
            "position": str(Position(decision.position).label),
        },
        recorded_at=at,
    )
    form.save()
    seals.seal(form, by=by, at=at)
    return form
