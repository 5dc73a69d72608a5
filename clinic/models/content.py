"""Versioned content: questionnaires, rules, texts, protocols. A record points at the version it used."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinic.choices import ContentState
from clinic.models.people import Staff
from clinic.records import History, OrganisationRecord


class ContentVersion(OrganisationRecord):
    """One version of one kind of content of an organisation. `body` is the plain data of the file it came from."""

    kind = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ContentState.choices, default=ContentState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    history = History(excluded_fields=["body"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "number"], name="clinic_content_number"),
            models.UniqueConstraint(
                fields=["organisation", "kind"], condition=Q(state="published"), name="clinic_content_one_published"
            ),
            models.CheckConstraint(condition=Q(state__in=ContentState.values), name="clinic_content_state"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, published_by__isnull=False),
                name="clinic_content_published_by_whom",
            ),
        ]


class ContentReview(OrganisationRecord):
    """A reviewer's name and date beside rows of a content version (evidence codes CC and K need one each)."""

    content = models.ForeignKey(ContentVersion, on_delete=models.PROTECT, related_name="reviews")
    rows = models.JSONField()
    reviewer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()
