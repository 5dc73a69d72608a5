"""Reads of the evidence app: settings, portfolios, inboxes. Each screen costs a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from clinic import content
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import DomainError, RuleRefused
from clinic.models import Organisation, Staff
from evidence import permissions, sessions
from evidence.choices import (
    Coverage,
    DecisionState,
    DisposalReading,
    EvidenceKind,
    ItemState,
    SamplingResult,
    SamplingState,
)
from evidence.models import Appeal, Decision, Enrolment, EvidenceItem, Observation, Sampling
from evidence.pack import CommandWord, Pack
from evidence.people import blocking, standing_of
from evidence.rules import (
    CentreReading,
    Decided,
    EvidenceFacts,
    Tally,
    Watch,
    count,
    lapses,
    why_not_observe,
)
from treatments.models import Session

EVIDENCE, PRESENCE = "P5a", "P9b"
SETTLED = (SamplingState.SAMPLED, SamplingState.REPORTED)


@dataclass(frozen=True)
class Settings:
    """A centre's readings as the page shows them."""

    reading: CentreReading
    live_video: bool


def centre_settings(centre: Organisation) -> Settings:
    """How the centre reads the pack; without settings the strict defaults hold and no depth is superficial."""
    stored: dict[str, Any] = centre.settings.get("evidence", {})
    limit = stored.get("superficial_limit_mm")
    reading = CentreReading(
        superficial_limit_mm=Decimal(limit) if limit else None,
        reassessment_counts=bool(stored.get("reassessment_counts", False)),
        coverage=stored.get("coverage", Coverage.TOGETHER),
        disposal=stored.get("disposal", DisposalReading.COUNTED),
        kinds_off=frozenset(stored.get("kinds_off", ())),
    )
    return Settings(reading, bool(stored.get("live_video", False)))


def pack_of(enrolment: Enrolment) -> Pack:
    """The qualification pack the learner is registered for, with the centre's own settings of criteria."""
    pack: Pack = content.parsed(enrolment.pack)
    return pack.with_settings(enrolment.organisation.settings.get("criterion_settings", {}))


def glossary() -> Mapping[str, CommandWord]:
    """What each command word asks for (S175)."""
    words: Mapping[str, CommandWord] = content.parse("command_words", content.shipped("command_words"))
    return words


def criteria_text(pack: Pack, keys: Iterable[str]) -> str:
    """Criteria as the feedback form names them: "D/650/8956: 3.1, 3.2; Y/650/8963: 4.9"."""
    wanted = set(keys)
    parts = []
    for unit in pack.units:
        codes = [criterion.code for criterion in unit.criteria if criterion.key in wanted]
        if codes:
            parts.append(f"{unit.number}: {', '.join(codes)}")
    return "; ".join(parts)


def units_text(pack: Pack, keys: Iterable[str]) -> str:
    """Units as the feedback form names them."""
    wanted = {key.split("-")[0] for key in keys}
    return "; ".join(f"{unit.number} {unit.title}" for unit in pack.units if unit.key in wanted)


@dataclass(frozen=True)
class Portfolio:
    """One learner's portfolio as a page shows it."""

    enrolment: Enrolment
    pack: Pack
    settings: Settings
    items: tuple[EvidenceItem, ...]
    tally: Tally
    unoffered: tuple[Session, ...]

    @property
    def item_by_key(self) -> dict[str, EvidenceItem]:
        """Pieces of evidence by the key the count uses."""
        return {str(item.id): item for item in self.items}


def items_of(enrolment: Enrolment) -> tuple[EvidenceItem, ...]:
    """All evidence of a learner with what the count needs, oldest first."""
    decisions = Decision.objects.select_related("countersignature__signed_by", "assessor").prefetch_related(
        Prefetch("samplings", queryset=Sampling.objects.select_related("iqa").order_by("planned_at"))
    )
    rows = (
        enrolment.items.select_related("session", "client", "observation", "assessor", "clinic")
        .prefetch_related(Prefetch("decisions", queryset=decisions.order_by("decided_at", "id")))
        .order_by("offered_at", "id")
    )
    return tuple(rows)


def portfolio(enrolment: Enrolment, *, at: datetime, with_unoffered: bool = False) -> Portfolio:
    """Everything of one portfolio, counted. Sessions not offered are the learner's own to see."""
    pack = pack_of(enrolment)
    settings = centre_settings(enrolment.organisation)
    items = items_of(enrolment)
    permitted = permissions.given_by_client([item.client_id for item in items if item.client_id], EVIDENCE, at)
    undecided = [item.session for item in items if item.session and not item.decisions.all()]
    live = sessions.bases(undecided)
    facts = [evidence_facts(item, pack, permitted, live) for item in items]
    tally = count(pack, facts, settings.reading, entry_verified=enrolment.is_verified)
    offered = {item.session_id for item in items}
    unoffered = tuple(sessions.signed_by_learner(enrolment.learner_id, exclude=offered)) if with_unoffered else ()
    return Portfolio(enrolment, pack, settings, items, tally, unoffered)


def evidence_facts(
    item: EvidenceItem, pack: Pack, permitted: Mapping[UUID, bool | None], live: Mapping[UUID, dict[str, Any]]
) -> EvidenceFacts:
    """One piece of evidence as plain facts: what its newest decision rested on, or the record of the session itself."""
    decision = newest_decision(item)
    basis = decision.basis if decision else (live.get(item.session_id) if item.session_id else None)
    observation: Observation | None = getattr(item, "observation", None)
    permission = permitted.get(item.client_id) if item.client_id else True
    return EvidenceFacts(
        key=str(item.id),
        kind=item.kind,
        learner=str(item.enrolment.learner_id),
        criteria=frozenset(item.criteria),
        state=item.state,
        session=sessions.facts(item.session, basis) if item.session and basis is not None else None,
        watch=Watch(str(observation.assessor_id), is_permitted=observation.observer_permitted) if observation else None,
        decision=_decided(decision, pack) if decision else None,
        is_permitted=permission is not None,
        was_withdrawn=permission is False,
    )


def newest_decision(item: EvidenceItem) -> Decision | None:
    """The decision that stands, or waits: the newest one."""
    rows = list(item.decisions.all())
    return max(rows, key=lambda row: (row.decided_at, row.id)) if rows else None


def settled_results(decision: Decision) -> list[str]:
    """What quality assurance found, where the result holds: accepting releases, action stops the counting."""
    return [row.result for row in decision.samplings.all() if row.state in SETTLED]


def is_final(decision: Decision) -> bool:
    """Effective, released by quality assurance, and no action asked (decision 47)."""
    results = settled_results(decision)
    released = SamplingResult.ACCEPT in results and SamplingResult.ACTION not in results
    return released and decision.state == DecisionState.EFFECTIVE


def settled_samplings(decisions: Iterable[Decision]) -> list[Sampling]:
    """Results of quality assurance that hold, newest first; the assessor reads what action is asked for."""
    rows = [row for decision in decisions for row in decision.samplings.all() if row.state in SETTLED]
    return sorted(rows, key=lambda row: (row.sampled_at or row.planned_at, row.id), reverse=True)


def _decided(decision: Decision, pack: Pack) -> Decided:
    standing: dict[str, Any] = decision.standing
    days = [day["items"] for day in standing.values() if day]
    results = settled_results(decision)
    return Decided(
        key=str(decision.id),
        assessor=str(decision.assessor_id),
        marks=decision.holding_marks,
        state=decision.state,
        asks_action=SamplingResult.ACTION in results,
        is_released=SamplingResult.ACCEPT in results,
        lapsed=lapses(pack, *days).blocking,
    )


def why_not_appeal(decision: Decision) -> str:
    """Why a decision cannot be appealed now; empty when it can (decision 47)."""
    item = decision.item
    newest = item.decisions.newest_first().first()
    reasons = (
        (decision.state != DecisionState.EFFECTIVE, "Only a decision that holds can be appealed."),
        (Appeal.objects.filter(decision=decision).exists(), "This decision has been appealed."),
        (newest is not None and newest.pk != decision.pk, "A newer decision has taken its place."),
        (item.state != ItemState.DECIDED, "This evidence is being decided anew, or was withdrawn."),
    )
    return next((text for applies, text in reasons if applies), "")


def enrolments(actor: Actor, can: Can) -> tuple[Enrolment, ...]:
    """Portfolios this person may open."""
    rows = Enrolment.objects.visible_to(actor, can).select_related("learner", "organisation", "pack")
    return tuple(rows.order_by("learner__name", "id"))


def assessors_of(centre: Organisation, *, but: UUID) -> list[Staff]:
    """Assessors of a centre a learner may name."""
    rows = Staff.objects.filter(
        memberships__organisation=centre,
        memberships__role="assessor",
        memberships__until_on__isnull=True,
        is_active=True,
    )
    return list(rows.exclude(id=but).distinct().order_by("name"))


def is_withheld(item: EvidenceItem, at: datetime) -> bool:
    """Whether the client took the permission back: the session goes out of view, decisions stay (decision 46)."""
    return item.client is not None and permissions.given(item.client, EVIDENCE, at) is False


@dataclass(frozen=True)
class Opening:
    """What is known when an assessor wants to watch: the permissions, the standing, and every reason against."""

    observer_permitted: bool | None
    evidence_permitted: bool | None
    standing: dict[str, Any]
    reasons: tuple[str, ...]


def opening(session: Session, *, enrolment: Enrolment, assessor_id: UUID, at: datetime) -> Opening:
    """Whether this session may be watched now by this assessor, and if not, why (decisions 41, 42, 45, 55)."""
    pack = pack_of(enrolment)
    standing = standing_of(assessor_id, pack, sessions.modality(session), at)
    observer = permissions.given(session.client, PRESENCE, at)
    evidence = permissions.given(session.client, EVIDENCE, at)
    reasons = why_not_observe(
        person=str(assessor_id),
        learner=str(enrolment.learner_id),
        is_running=sessions.is_running(session),
        is_declared=sessions.is_declared(session),
        observer_permitted=observer,
        evidence_permitted=evidence,
        blocking=blocking(pack, standing),
    )
    return Opening(observer, evidence, standing, reasons)


def why_not_mark(observation: Observation, *, at: datetime) -> tuple[DomainError, ...]:
    """Why watching may not go on: presence in the room and use as evidence stand at every moment (decisions 45, 46)."""
    rows = (
        (PRESENCE, "The client no longer agrees to an observer in the room. Leave the room and close the observation."),
        (
            EVIDENCE,
            "The client no longer agrees to the record being used as evidence. Close the observation.",
        ),
    )
    return tuple(
        RuleRefused(text, code="permission_withdrawn")
        for code, text in rows
        if not permissions.given(observation.client, code, at)
    )


def why_not_decide(item: EvidenceItem, *, at: datetime) -> tuple[DomainError, ...]:
    """Why this evidence cannot be decided yet; the page shows it and the verb refuses with the first."""
    found: list[DomainError] = []
    observation: Observation | None = getattr(item, "observation", None)
    if item.kind == EvidenceKind.OBSERVATION and (observation is None or observation.closed_at is None):
        found.append(RuleRefused("Close the observation first.", code="still_watching"))
    if item.session is None:
        return tuple(found)
    if not sessions.is_signed(item.session):
        found.append(RuleRefused("The session is not signed yet; decide when it is.", code="not_signed"))
    if not permissions.given(item.session.client, EVIDENCE, at):
        found.append(RuleRefused("The client withdrew the permission for assessment.", code="permission_withdrawn"))
    return tuple(found)
