"""Observations: opened by an assessor on their own sign-in while the session runs, tapped, closed; learner products."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from clinic import access, audit, seals
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import Role
from clinic.errors import InvalidValue, RuleRefused, StaleRecord, TransitionRefused
from clinic.models import Membership, Staff
from clinic.rules import check_move, check_version
from evidence import permissions, sessions
from evidence.choices import EvidenceKind, How, ItemState, ObservationState, Outcome
from evidence.models import Enrolment, EvidenceItem, Observation
from evidence.people import person, refuse_names
from evidence.queries import EVIDENCE, centre_settings, opening, pack_of, why_not_mark
from evidence.rules import NEXT_OBSERVATION
from treatments.models import Session


@audit.audited
def open_observation(session: Session, *, enrolment: Enrolment, how: str, by: Actor, at: datetime) -> Observation:
    """Start watching a running, declared session; the moment and the permissions of the day are stored.

    Raises RuleRefused with every reason (decisions 41, 42, 45, 55), TransitionRefused when it is observed already.
    """
    access.require(by, Can.OPEN_OBSERVATION, enrolment)
    assessor_id = person(by, Can.OPEN_OBSERVATION)
    _in_reach(session, enrolment)
    _check_how(enrolment, how)
    if EvidenceItem.objects.filter(session=session, kind=EvidenceKind.OBSERVATION).exists():
        raise TransitionRefused("This session is observed already.", code="already_observed", field="session")
    seen = opening(session, enrolment=enrolment, assessor_id=assessor_id, at=at)
    if seen.reasons:
        raise RuleRefused(" ".join(seen.reasons), code="cannot_observe", details={"reasons": list(seen.reasons)})
    item = _new_item(
        session, enrolment, kind=EvidenceKind.OBSERVATION, assessor_id=assessor_id, state=ItemState.UNDER_REVIEW, at=at
    )
    observation = Observation(
        organisation_id=session.organisation_id,
        client_id=session.client_id,
        item=item,
        assessor_id=assessor_id,
        how=how,
        opened_at=at,
        observer_permitted=bool(seen.observer_permitted),
        evidence_permitted=bool(seen.evidence_permitted),
        standing=seen.standing,
        recorded_at=at,
    )
    observation.save()
    audit.record(by, "observation.opened", observation, at=at, session=session.id, how=how, item=item.id)
    return observation


def _in_reach(session: Session, enrolment: Enrolment) -> None:
    """The learner's own session, in the centre's own clinic: evidence crosses only by a grant (decision 4)."""
    if session.practitioner_id != enrolment.learner_id or session.organisation_id != enrolment.organisation_id:
        raise RuleRefused("This session is not the learner's.", code="not_their_session", field="session")


def _check_how(enrolment: Enrolment, how: str) -> None:
    if how not in How.values:
        raise InvalidValue("Say how the session is watched.", code="invalid_choice", field="how")
    if how == How.LIVE_VIDEO and not centre_settings(enrolment.organisation).live_video:
        raise RuleRefused("This centre does not accept live video.", code="live_video_not_accepted", field="how")


def _new_item(
    session: Session, enrolment: Enrolment, *, kind: str, assessor_id: UUID, state: str, at: datetime
) -> EvidenceItem:
    item = EvidenceItem(
        organisation_id=enrolment.organisation_id,
        clinic_id=session.organisation_id,
        enrolment=enrolment,
        kind=kind,
        session=session,
        client_id=session.client_id,
        assessor_id=assessor_id,
        criteria=[criterion.key for criterion in pack_of(enrolment).criteria if criterion.is_practical],
        state=state,
        offered_at=at,
        recorded_at=at,
    )
    item.save()
    return item


@audit.audited
def mark_seen(
    observation: Observation,
    *,
    criterion: str,
    outcome: str,
    was: str | None = None,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Observation:
    """One tap: a criterion was seen and met, seen and not yet met, or (empty) not seen.

    `was` is what the page showed for this criterion, so that quick taps on others do not make it stale.
    Raises TransitionRefused once the observation is closed, RuleRefused once the client took a permission back
    (decision 45: it is asked at every mark), StaleRecord when the cell was changed meanwhile.
    """
    access.require(by, Can.DECIDE_EVIDENCE, observation)
    locked: Observation = Observation.objects.locked(observation.pk)
    _only_the_observer(locked, by)
    if locked.state != ObservationState.WATCHING:
        raise TransitionRefused("This observation is closed.", code="wrong_state", field="state")
    for refusal in why_not_mark(locked, at=at):
        raise refusal
    check_version(locked.version, version, now={"seen": locked.seen}, yours={criterion: outcome})
    if criterion not in locked.item.criteria:
        raise InvalidValue(
            "This criterion is not part of the observation.", code="unknown_criterion", field="criterion"
        )
    if outcome and outcome not in Outcome.values:
        raise InvalidValue("A criterion is met or not yet met.", code="invalid_choice", field="outcome")
    now = locked.seen.get(criterion, "")
    if was is not None and now not in {was, outcome}:
        raise StaleRecord(current={criterion: now}, yours={criterion: outcome})
    locked.seen = {key: value for key, value in {**locked.seen, criterion: outcome}.items() if value}
    locked.save(update_fields=["seen"])
    audit.record(by, "observation.marked", locked, at=at, criterion=criterion, mark=outcome, version=locked.version)
    return locked


@audit.audited
def close_observation(
    observation: Observation, *, note: str = "", by: Actor, at: datetime, version: int | None = None
) -> Observation:
    """Stop watching; `note` is the assessor's own, sealed with the client's key and searched for names first."""
    access.require(by, Can.DECIDE_EVIDENCE, observation)
    locked: Observation = Observation.objects.locked(observation.pk)
    _only_the_observer(locked, by)
    check_move(NEXT_OBSERVATION, locked.state, ObservationState.CLOSED)
    check_version(locked.version, version, now={"seen": locked.seen}, yours={"note": note})
    refuse_names(locked.client, note=note)
    locked.state, locked.closed_at, locked.note = ObservationState.CLOSED, at, note.strip()
    locked.save(update_fields=["state", "closed_at", "note"])
    seals.seal(locked, by=by, at=at)
    minutes = int((at - locked.opened_at).total_seconds() // 60)
    audit.record(by, "observation.closed", locked, at=at, minutes=minutes, seen=len(locked.seen))
    return locked


def _only_the_observer(observation: Observation, by: Actor) -> None:
    if by.staff_id != observation.assessor_id:
        raise RuleRefused("Only the assessor who watches may mark this observation.", code="not_the_observer")


@audit.audited
def offer_product(session: Session, *, enrolment: Enrolment, assessor: Staff, by: Actor, at: datetime) -> EvidenceItem:
    """The learner offers a signed session that nobody observed as learner product; it moves no counter (decision 41).

    Raises RuleRefused when it is not theirs, not signed, or without the client's permission; TransitionRefused when it
    was observed or offered already.
    """
    access.require(by, Can.OFFER_EVIDENCE, enrolment)
    if by.staff_id != enrolment.learner_id:
        raise RuleRefused("This session is not yours to offer.", code="not_their_session", field="session")
    _in_reach(session, enrolment)
    if not sessions.is_signed(session):
        raise RuleRefused("Only a signed session can be offered.", code="not_signed", field="session")
    if EvidenceItem.objects.filter(session=session, enrolment=enrolment).exists():
        raise TransitionRefused("This session is evidence already.", code="already_offered", field="session")
    if not permissions.given(session.client, EVIDENCE, at):
        raise RuleRefused(
            "The client has not agreed to the record being used as assessment evidence.", code="no_permission"
        )
    is_assessor = Membership.objects.filter(
        organisation_id=enrolment.organisation_id, staff=assessor, role=Role.ASSESSOR, until_on__isnull=True
    ).exists()
    if not is_assessor or assessor.id == enrolment.learner_id:
        raise InvalidValue("Choose an assessor of your centre.", code="invalid_choice", field="assessor")
    item = _new_item(
        session, enrolment, kind=EvidenceKind.PRODUCT, assessor_id=assessor.id, state=ItemState.OFFERED, at=at
    )
    audit.record(by, "evidence.offered", item, at=at, kind=item.kind, session=session.id, assessor=assessor.id)
    return item
