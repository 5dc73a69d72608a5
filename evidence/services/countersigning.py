"""Countersigning a trainee's decision: another, qualified person agrees, changes or returns it (S164)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from clinic import access, audit, seals
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, RuleRefused
from clinic.rules import check_move, check_version
from evidence import sessions
from evidence.choices import CountersignAction, DecisionState, ItemState
from evidence.models import Countersignature, Decision, EvidenceItem
from evidence.people import blocking, checked_marks, person, refuse_names, standing_of
from evidence.queries import pack_of
from evidence.rules import NEXT_DECISION, NEXT_ITEM, position, why_not_countersign


@audit.audited
def countersign(
    decision: Decision,
    *,
    action: str,
    marks: dict[str, str] | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Countersignature:
    """Agree, change the marks, or return with a reason. Only then does a trainee's decision count (SEC-A5).

    Raises RuleRefused for the same person, a trainee or lapsed standing; InvalidValue without reason or marks.
    """
    access.require(by, Can.COUNTERSIGN, decision)
    signer_id = person(by, Can.COUNTERSIGN)
    item: EvidenceItem = EvidenceItem.objects.locked(decision.item_id)
    locked: Decision = Decision.objects.locked(decision.pk)
    check_version(locked.version, version, now={"state": locked.state}, yours={"action": action})
    if action not in CountersignAction.values:
        raise InvalidValue("Agree, change or return.", code="invalid_choice", field="action")
    to = DecisionState.RETURNED if action == CountersignAction.RETURN else DecisionState.EFFECTIVE
    check_move(NEXT_DECISION, locked.state, to)
    standing = _checked_standing(locked, item, signer_id, at)
    changed = _checked_change(locked, item, action, marks or {}, reason)
    signature = Countersignature(
        organisation_id=locked.organisation_id,
        decision=locked,
        signed_by_id=signer_id,
        signed_at=at,
        action=action,
        marks=changed,
        reason=reason.strip(),
        standing=standing,
        recorded_at=at,
    )
    signature.save()
    _settle(locked, item, to, at)
    seals.seal(signature, by=by, at=at)
    seals.seal(locked, by=by, at=at)
    audit.record(by, "decision.countersigned", locked, at=at, did=action, state=to, item=item.id)
    return signature


def _checked_standing(decision: Decision, item: EvidenceItem, signer_id: UUID, at: datetime) -> dict[str, Any]:
    pack = pack_of(item.enrolment)
    standing = standing_of(signer_id, pack, sessions.modality(item.session) if item.session else "", at)
    reasons = why_not_countersign(
        person=str(signer_id),
        decided_by=str(decision.assessor_id),
        learner=str(item.enrolment.learner_id),
        position=position(pack.assessor_awards, standing["assessor_awards"]),
        blocking=blocking(pack, standing),
    )
    if reasons:
        raise RuleRefused(" ".join(reasons), code="cannot_countersign", details={"reasons": list(reasons)})
    return standing


def _checked_change(
    decision: Decision, item: EvidenceItem, action: str, marks: dict[str, str], reason: str
) -> dict[str, str]:
    if action != CountersignAction.AGREE and not reason.strip():
        raise InvalidValue("Give the reason.", code="required", field="reason")
    refuse_names(item.client, reason=reason)
    if action != CountersignAction.CHANGE:
        return {}
    changed = checked_marks(marks, item.criteria)
    if changed == decision.marks:
        raise InvalidValue("Nothing is changed; agree instead.", code="nothing_changed", field="marks")
    return changed


def _settle(decision: Decision, item: EvidenceItem, to: DecisionState, at: datetime) -> None:
    decision.state = to
    decision.effective_at = at if to == DecisionState.EFFECTIVE else None
    decision.save(update_fields=["state", "effective_at"])
    if to == DecisionState.RETURNED:
        check_move(NEXT_ITEM, item.state, ItemState.UNDER_REVIEW)
        item.state = ItemState.UNDER_REVIEW
        item.save(update_fields=["state"])
