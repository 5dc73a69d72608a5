"""What the practitioner sees and concludes: skin analysis, photographs, suitability."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinic.encryption import SealedJSON, SealedText
from clinic.models import Photo, Staff
from clinic.records import ClientRecord, History
from consultations.choices import DecisionKind, Expectation, Method
from consultations.models.consultation import Consultation


class SkinAnalysis(ClientRecord):
    """Skin analysis of one consultation. `scores` holds items, totals, types, Glogau, zone grades (F1, F2).

    Frozen with the consultation (`frozen_at`).
    """

    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="skin_analysis")
    scores = SealedJSON(sealed_as="skin.scores", default=dict)
    notes = SealedText(sealed_as="skin.notes", default="")
    analysed_at = models.DateTimeField()
    analysed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(null=True, blank=True)
    history = History()


class ConsultationPhoto(ClientRecord):
    """A photograph taken in a consultation. Append-only."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="photos")
    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="+")


class PhotographRefusal(ClientRecord):
    """The client does not want a photograph. Blocks nothing (S192, decision 62). Append-only."""

    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="photograph_refusal")
    refused_at = models.DateTimeField()


class SuitabilityDecision(ClientRecord):
    """How information gathering was concluded (S62, S64, S189). Append-only; the latest counts.

    `methods` maps method to what it showed, `gaps` holds pairs of what is open and who closes it, `expectation` is the
    judgement of what the client expects. They are empty in decisions made before these were asked.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=8, choices=DecisionKind.choices)
    reason = SealedText(sealed_as="decision.reason")
    recommendation = SealedText(sealed_as="decision.recommendation", default="")
    summary = SealedText(sealed_as="decision.summary", null=True, default=None)
    methods = SealedJSON(sealed_as="decision.methods", null=True, default=None)
    gaps = SealedJSON(sealed_as="decision.gaps", null=True, default=None)
    expectation = SealedText(sealed_as="decision.expectation", null=True, default=None)
    expectation_words = SealedText(sealed_as="decision.expectation_words", null=True, default=None)
    run_id = models.UUIDField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    @property
    def expectation_label(self) -> str:
        """The judgement in words; empty in an older decision."""
        return Expectation(self.expectation).label if self.expectation else ""

    @property
    def methods_in_words(self) -> list[tuple[str, str]]:
        """Methods used and what each showed."""
        showed = self.methods or {}
        return [(method.label, showed[method]) for method in Method if method in showed]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="consultations_decision_kind")
        ]
        indexes = [models.Index(fields=["consultation", "decided_at"], name="consultations_decision_latest")]
