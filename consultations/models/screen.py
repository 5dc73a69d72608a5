"""Screening runs and what was done about their findings. All rows are append-only (decision 18)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinic.encryption import SealedJSON, SealedText
from clinic.models import ContentVersion, Staff
from clinic.records import ClientRecord
from consultations.choices import ClearedBy, Trigger
from consultations.models.consultation import Consultation


class ScreeningRun(ClientRecord):
    """One run of the rules: what went in, which version of the rules, what came out. Never changed.

    `number` counts the runs of a consultation. `subject_id` is the session the run is for, empty for the consultation
    itself.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField(default=1)
    subject_id = models.UUIDField(null=True, blank=True, db_index=True)
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    content = models.ForeignKey(ContentVersion, on_delete=models.PROTECT, related_name="+")
    inputs = SealedJSON(sealed_as="screening.inputs", default=dict)
    findings = SealedJSON(sealed_as="screening.findings", default=list)
    ran_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(trigger__in=Trigger.values), name="consultations_run_trigger")
        ]
        indexes = [models.Index(fields=["consultation", "ran_at"], name="consultations_run_latest")]


class _Answer(ClientRecord):
    """Something done about one finding. `finding` holds the rule and a digest of what fired it."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="%(class)ss")
    run = models.ForeignKey(ScreeningRun, on_delete=models.PROTECT, related_name="%(class)ss")
    done_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField()

    class Meta:
        abstract = True


class Clearance(_Answer):
    """A finding cleared by something that was seen. `seen` is what; `reason` what it said."""

    finding = SealedJSON(sealed_as="clearance.finding", default=dict)
    seen = models.CharField(max_length=10, choices=ClearedBy.choices)
    reason = SealedText(sealed_as="clearance.reason", default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seen__in=ClearedBy.values), name="consultations_clearance_seen")
        ]


class Override(_Answer):
    """A finding overridden by a lead or prescriber, with a typed reason."""

    finding = SealedJSON(sealed_as="override.finding", default=dict)
    reason = SealedText(sealed_as="override.reason")


class AllergyCoding(ClientRecord):
    """A trained person coded words of the client to tags, or found that they are no allergy (R179). Append-only.

    `question` is the item the words came from, `position` the row of a list (0 otherwise), `tags` what it was coded to.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="codings")
    question = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField(default=0)
    words = SealedText(sealed_as="coding.words", default="")
    tags = SealedJSON(sealed_as="coding.tags", default=list)
    coded_at = models.DateTimeField()
    coded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "question", "position"], name="consultations_coding_once")
        ]
