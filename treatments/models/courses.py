"""Courses of sessions, laid out by a protocol."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from clinic.encryption import SealedJSON, SealedText
from clinic.models import Staff, Visit
from clinic.records import ClientRecord, History
from consultations.models import ServicePlan
from treatments.choices import CourseState, Modality, NextStep
from treatments.rules.intervals import MAX_SESSIONS, PlannedVisit, Window


class Course(ClientRecord):
    """The sessions of one agreed plan. The protocol's days are kept as they were when the course was laid out."""

    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="courses")
    practitioner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    modality = models.CharField(max_length=10, choices=Modality.choices)
    technique = models.CharField(max_length=4)
    protocol = models.CharField(max_length=4)
    sessions_planned = models.PositiveSmallIntegerField()
    interval_days = models.PositiveSmallIntegerField()
    earliest_days = models.PositiveSmallIntegerField()
    latest_days = models.PositiveSmallIntegerField()
    min_days = models.PositiveSmallIntegerField(null=True)
    starts_on = models.DateField()
    state = models.CharField(max_length=12, choices=CourseState.choices, default=CourseState.PLANNED)
    state_reason = SealedText(sealed_as="course.state_reason", default="")
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CourseState.values), name="treatments_course_state"),
            models.CheckConstraint(condition=Q(modality__in=Modality.values), name="treatments_course_modality"),
            models.CheckConstraint(
                condition=Q(sessions_planned__gte=1) & Q(sessions_planned__lte=MAX_SESSIONS),
                name="treatments_course_sessions",
            ),
        ]

    @property
    def window(self) -> Window:
        """The protocol's window."""
        return Window(self.interval_days, self.earliest_days, self.latest_days, self.min_days)

    def is_maintenance(self, planned: PlannedSession | None) -> bool:
        """Whether a place comes after the agreed sessions."""
        return planned is not None and planned.number > self.sessions_planned


class PlannedSession(ClientRecord):
    """One place in a course: when it is due, and the booked visit when there is one."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="planned")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    earliest_on = models.DateField()
    latest_on = models.DateField()
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, null=True, related_name="planned_session")
    history = History()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="treatments_plannedsession_number"),
            models.CheckConstraint(
                condition=Q(earliest_on__lte=models.F("due_on")) & Q(due_on__lte=models.F("latest_on")),
                name="treatments_plannedsession_window",
            ),
        ]

    @classmethod
    def at_place(cls, course: Course, visit: PlannedVisit, at: datetime) -> PlannedSession:
        """A place of a course as its protocol lays it out; not saved yet."""
        return cls(
            organisation_id=course.organisation_id,
            client_id=course.client_id,
            course=course,
            number=visit.number,
            due_on=visit.due_on,
            earliest_on=visit.earliest_on,
            latest_on=visit.latest_on,
            recorded_at=at,
        )


class OutcomeReview(ClientRecord):
    """What a course came to and what follows (S200). Append-only.

    `detail` holds aim_reached, gais and gais_client (1–5, low is good: table F2), satisfaction (1–5) and words.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="reviews")
    next_step = models.CharField(max_length=12, choices=NextStep.choices)
    detail = SealedJSON(sealed_as="outcomereview.detail", default=dict)
    reviewed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField()

    class Meta:
        ordering = ["occurred_at", "recorded_at"]
        constraints = [
            models.CheckConstraint(condition=Q(next_step__in=NextStep.values), name="treatments_outcomereview_next")
        ]
