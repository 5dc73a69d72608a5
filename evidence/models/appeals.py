"""A learner's appeal against a decision, and the answer of quality assurance; sealed with the centre's key."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinic.access import Resource
from clinic.actors import Actor
from clinic.encryption import SealedJSON, SealedText
from clinic.models import Staff
from clinic.records import History, OrganisationRecord
from evidence.choices import AppealOutcome, AppealState
from evidence.models.decisions import AboutDecisionQuerySet, Decision


class Appeal(OrganisationRecord):
    """A learner appeals a decision once (decision 47); quality assurance answers with reasons. Frozen when answered."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    learner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=AppealState.choices, default=AppealState.OPEN)
    outcome = models.CharField(max_length=12, choices=AppealOutcome.choices, blank=True)
    appealed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = SealedText(sealed_as="appeal.reason", holder="organisation_id")
    answer = SealedText(sealed_as="appeal.answer", holder="organisation_id", null=True, default="")
    standing = SealedJSON(sealed_as="appeal.standing", holder="organisation_id", null=True, default=dict)
    history = History()

    objects = AboutDecisionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="evidence_appeal_state"),
            models.CheckConstraint(
                condition=Q(state="open", outcome="", answered_at__isnull=True, answered_by__isnull=True)
                | Q(
                    state="answered",
                    outcome__in=AppealOutcome.values,
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                ),
                name="evidence_appeal_answered_by_whom",
            ),
        ]

    def resource_for(self, actor: Actor) -> Resource:
        """The policy of an appeal is that of the evidence."""
        return self.decision.item.resource_for(actor)
