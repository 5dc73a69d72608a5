"""Decisions, countersignatures, feedback forms and sampling; sealed with the centre's key, frozen once they hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from django.db import models
from django.db.models import Q

from clinic.access import Can, Resource
from clinic.actors import Actor
from clinic.encryption import SealedJSON, SealedText
from clinic.models import Staff
from clinic.records import History, OrganisationQuerySet, OrganisationRecord
from evidence import relations
from evidence.choices import CountersignAction, DecisionState, Moment, Position, SamplingResult, SamplingState
from evidence.models.items import EvidenceItem


class DecisionQuerySet(OrganisationQuerySet):
    """Decisions."""

    def visible_to(self, actor: Actor, can: Can) -> Self:
        """The same as the piece of evidence they are about."""
        return self.filter(item_id__in=EvidenceItem.objects.filter(relations.where(actor, can)).values("pk"))

    def newest_first(self) -> Self:
        """By the time they were made."""
        return self.order_by("-decided_at", "-id")


class Decision(OrganisationRecord):
    """An assessor's judgement, met or not yet met per criterion (S11); a trainee's counts only when countersigned.

    `marks` maps criterion keys to met or not_yet_met. `basis` is what the record of the session said: modality,
    deepest point in millimetres, disposal, consultation. `standing` holds the day observed and the day decided.
    """

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="decisions")
    assessor = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="decisions")
    position = models.CharField(max_length=12, choices=Position.choices)
    decided_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=30, choices=DecisionState.choices)
    is_valid = models.BooleanField()
    is_authentic = models.BooleanField()
    is_current = models.BooleanField()
    is_sufficient = models.BooleanField()
    marks = SealedJSON(sealed_as="decision.marks", holder="organisation_id", default=dict)
    basis = SealedJSON(sealed_as="decision.basis", holder="organisation_id", default=dict)
    standing = SealedJSON(sealed_as="decision.standing", holder="organisation_id", default=dict)
    history = History()

    objects = DecisionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DecisionState.values), name="evidence_decision_state"),
            models.CheckConstraint(condition=Q(position__in=Position.values), name="evidence_decision_position"),
            models.CheckConstraint(
                condition=~Q(state="effective") | Q(effective_at__isnull=False), name="evidence_decision_effective_at"
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="awaiting_countersignature"), name="evidence_decision_one_waiting"
            ),
        ]

    def resource_for(self, actor: Actor) -> Resource:
        """The policy of a decision is that of its piece of evidence."""
        return self.item.resource_for(actor)

    @property
    def holding_marks(self) -> Mapping[str, str]:
        """The marks that hold: the countersigner's where they changed them, else the assessor's."""
        countersignature = getattr(self, "countersignature", None)
        changed: Mapping[str, str] | None = countersignature.marks if countersignature else None
        marks: Mapping[str, str] = self.marks
        return changed or marks


class AboutDecisionQuerySet(OrganisationQuerySet):
    """What belongs to a decision."""

    def visible_to(self, actor: Actor, can: Can) -> Self:
        """The same as the piece of evidence the decision is about."""
        items = EvidenceItem.objects.filter(relations.where(actor, can)).values("pk")
        return self.filter(decision__item_id__in=items)


class Countersignature(OrganisationRecord):
    """A different, qualified person agrees with a trainee's decision, changes it, or returns it (S164)."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="countersignature")
    signed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    action = models.CharField(max_length=10, choices=CountersignAction.choices)
    marks = SealedJSON(sealed_as="countersignature.marks", holder="organisation_id", default=dict)
    reason = SealedText(sealed_as="countersignature.reason", holder="organisation_id", default="")
    standing = SealedJSON(sealed_as="countersignature.standing", holder="organisation_id", default=dict)

    objects = AboutDecisionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(action__in=CountersignAction.values), name="evidence_countersign_action")
        ]

    def resource_for(self, actor: Actor) -> Resource:
        """The policy of a countersignature is that of the evidence."""
        return self.decision.item.resource_for(actor)


class FeedbackForm(OrganisationRecord):
    """The assessor's feedback: exactly the eleven fields of the specification, as they were on the day (S170)."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="feedback")
    fields = SealedJSON(sealed_as="feedback.fields", holder="organisation_id", default=dict)

    objects = AboutDecisionQuerySet.as_manager()  # type: ignore[misc]

    def resource_for(self, actor: Actor) -> Resource:
        """The policy of a feedback form is that of the evidence."""
        return self.decision.item.resource_for(actor)


class Sampling(OrganisationRecord):
    """Internal quality assurance looks at one decision; it accepts it or asks for action, and never changes it."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="samplings")
    iqa = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(max_length=12, choices=Moment.choices)
    method = models.CharField(max_length=20)
    state = models.CharField(max_length=30, choices=SamplingState.choices, default=SamplingState.PLANNED)
    result = models.CharField(max_length=10, choices=SamplingResult.choices, blank=True)
    planned_at = models.DateTimeField()
    sampled_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    comments = SealedText(sealed_as="sampling.comments", holder="organisation_id", default="")
    standing = SealedJSON(sealed_as="sampling.standing", holder="organisation_id", default=dict)
    history = History()

    objects = AboutDecisionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SamplingState.values), name="evidence_sampling_state"),
            models.CheckConstraint(condition=Q(moment__in=Moment.values), name="evidence_sampling_moment"),
            models.CheckConstraint(
                condition=Q(state="planned") | Q(sampled_at__isnull=False, result__in=SamplingResult.values),
                name="evidence_sampling_result",
            ),
            models.UniqueConstraint(fields=["decision", "iqa", "moment"], name="evidence_sampling_once"),
        ]

    def resource_for(self, actor: Actor) -> Resource:
        """The policy of a sampling is that of the evidence."""
        return self.decision.item.resource_for(actor)
