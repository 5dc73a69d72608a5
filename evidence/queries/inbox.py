"""What waits for an assessor or quality assurer. A fixed number of queries whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.access import Can, Relation
from clinic.actors import Actor
from clinic.keystore import keys
from evidence import permissions, relations, sessions
from evidence.choices import AppealState, DecisionState, EvidenceKind, ItemState, SamplingState
from evidence.models import Appeal, Decision, Enrolment, EvidenceItem, Sampling
from evidence.queries.portfolios import EVIDENCE, PRESENCE
from treatments.models import Session


@dataclass(frozen=True)
class Inbox:
    """What waits for an assessor or quality assurer today."""

    running: tuple[tuple[Session, Enrolment], ...]
    withheld: frozenset[UUID]
    watching: tuple[EvidenceItem, ...]
    to_decide: tuple[EvidenceItem, ...]
    to_countersign: tuple[Decision, ...]
    to_sample: tuple[Decision, ...]
    sampled: tuple[Sampling, ...]
    samples_to_countersign: tuple[Sampling, ...]
    to_report: tuple[Sampling, ...]
    appeals: tuple[Appeal, ...]


def inbox(actor: Actor, at: datetime) -> Inbox:
    """Work in the centres of this person; clients by code only, and withheld once they took the permission back."""
    mine = (
        EvidenceItem.objects.filter(assessor_id=actor.staff_id)
        .filter(organisation_id__in=relations.centres(actor, Can.DECIDE_EVIDENCE, Relation.OFFERED))
        .exclude(state__in=[ItemState.DECIDED, ItemState.WITHDRAWN])
        .select_related("enrolment__learner", "client", "session", "observation")
        .order_by("offered_at", "id")
    )
    items = list(mine)
    watching = [item for item in items if _is_watching(item)]
    waiting, unsampled = _waiting(actor), _unsampled(actor)
    mine_sampled = _sampled_by(actor)
    about = [*items, *(decision.item for decision in (*waiting, *unsampled))]
    keys.prefetch({item.client_id for item in about if item.client_id})
    permitted = permissions.given_by_client([item.client_id for item in about if item.client_id], EVIDENCE, at)
    return Inbox(
        running=observable(actor, at),
        withheld=frozenset(item.id for item in about if item.client_id and permitted.get(item.client_id) is False),
        watching=tuple(watching),
        to_decide=tuple(item for item in items if item not in watching),
        to_countersign=waiting,
        to_sample=unsampled,
        sampled=tuple(row for row in mine_sampled if row.state == SamplingState.PLANNED),
        samples_to_countersign=_waiting_samples(actor),
        to_report=tuple(row for row in mine_sampled if row.state == SamplingState.SAMPLED),
        appeals=_open_appeals(actor),
    )


def _sampled_by(actor: Actor) -> list[Sampling]:
    """The person's own samples that are planned, or hold and are not reported yet."""
    rows = Sampling.objects.filter(iqa_id=actor.staff_id, state__in=[SamplingState.PLANNED, SamplingState.SAMPLED])
    return list(
        rows.select_related("decision__item__enrolment__learner", "decision__item__client").order_by("planned_at", "id")
    )


def _open_appeals(actor: Actor) -> tuple[Appeal, ...]:
    """Appeals that wait for an answer in the centres where this person assures quality, oldest first."""
    centres = relations.centres(actor, Can.ANSWER_APPEAL, Relation.MEMBER)
    rows = Appeal.objects.filter(organisation_id__in=centres, state=AppealState.OPEN).exclude(learner_id=actor.staff_id)
    return tuple(rows.select_related("learner", "decision__item", "decision__assessor").order_by("appealed_at", "id"))


def _waiting_samples(actor: Actor) -> tuple[Sampling, ...]:
    """Results of trainee quality assurers that wait for a qualified one (S167)."""
    rows = Sampling.objects.filter(
        organisation_id__in=relations.centres(actor, Can.SAMPLE_DECISIONS, Relation.MEMBER),
        state=SamplingState.AWAITING_COUNTERSIGNATURE,
    ).exclude(iqa_id=actor.staff_id)
    return tuple(rows.select_related("iqa", "decision__item__enrolment__learner").order_by("sampled_at", "id"))


def _is_watching(item: EvidenceItem) -> bool:
    observation = getattr(item, "observation", None)
    return observation is not None and observation.closed_at is None


def observable(actor: Actor, at: datetime) -> tuple[tuple[Session, Enrolment], ...]:
    """Running, declared, permitted sessions in the person's centres that nobody observes yet (decisions 42, 45)."""
    centres = relations.centres(actor, Can.OPEN_OBSERVATION, Relation.MEMBER)
    if not centres:
        return ()
    enrolments = {
        row.learner_id: row
        for row in Enrolment.objects.filter(organisation_id__in=centres)
        .exclude(learner_id=actor.staff_id)
        .select_related("learner", "organisation", "pack")
        .order_by("enrolled_on", "id")
    }
    rows = list(sessions.running(enrolments).exclude(evidence_items__kind=EvidenceKind.OBSERVATION))
    clients = {session.client_id for session in rows}
    keys.prefetch(clients)
    refused = {
        client_id
        for code in (PRESENCE, EVIDENCE)
        for client_id, answer in permissions.given_by_client(clients, code, at).items()
        if answer is False
    }
    found = ((session, enrolments[session.practitioner_id]) for session in rows if session.client_id not in refused)
    return tuple((session, row) for session, row in found if session.organisation_id == row.organisation_id)


def _waiting(actor: Actor) -> tuple[Decision, ...]:
    centres = relations.centres(actor, Can.COUNTERSIGN, Relation.OFFERED)
    rows = (
        Decision.objects.filter(organisation_id__in=centres, state=DecisionState.AWAITING_COUNTERSIGNATURE)
        .exclude(assessor_id=actor.staff_id)
        .exclude(item__enrolment__learner_id=actor.staff_id)
        .select_related("item__enrolment__learner", "item__client", "assessor")
        .order_by("decided_at", "id")
    )
    return tuple(rows)


def _unsampled(actor: Actor) -> tuple[Decision, ...]:
    centres = relations.centres(actor, Can.SAMPLE_DECISIONS, Relation.MEMBER)
    rows = (
        Decision.objects.filter(organisation_id__in=centres, state=DecisionState.EFFECTIVE, samplings__isnull=True)
        .exclude(assessor_id=actor.staff_id)
        .select_related("item__enrolment__learner", "item__client", "assessor")
        .order_by("decided_at", "id")[:50]
    )
    return tuple(rows)
