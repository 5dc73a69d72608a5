"""Learners' registrations, pieces of evidence, and observations.

Rows about learning belong to the centre and are sealed with the centre's key; what an assessor notes beside the couch
is about the client and is sealed with the client's key, so that it goes with the client (decision 46).
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from clinic import access
from clinic.access import Can, Relation, Resource
from clinic.actors import Actor
from clinic.choices import Role
from clinic.encryption import SealedJSON, SealedText
from clinic.models import Client, ContentVersion, Organisation, Staff
from clinic.records import ClientQuerySet, ClientRecord, History, OrganisationQuerySet, OrganisationRecord
from evidence import relations
from evidence.choices import EvidenceKind, How, ItemState, ObservationState


class EnrolmentQuerySet(OrganisationQuerySet):
    """Registrations of learners."""

    def visible_to(self, actor: Actor, can: Can) -> Self:
        """The centre's own people by role; a learner their own."""
        everywhere = relations.centres(actor, can, Relation.MEMBER)
        own = relations.centres(actor, can, Relation.OWN)
        return self.filter(Q(organisation_id__in=everywhere) | Q(organisation_id__in=own, learner_id=actor.staff_id))


class Enrolment(OrganisationRecord):
    """A learner registered for a qualification at a centre; provisional until the entry is verified (S26).

    `organisation` is the centre. `entry_seen` lists the keys of the entry requirements whose proof was seen.
    """

    learner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="enrolments")
    pack = models.ForeignKey(ContentVersion, on_delete=models.PROTECT, related_name="+")
    student_number = models.CharField(max_length=40)
    enrolled_on = models.DateField()
    entry_seen = models.JSONField(default=list, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    history = History()

    objects = EnrolmentQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "student_number"], name="evidence_enrolment_number"),
            models.UniqueConstraint(fields=["organisation", "learner", "pack"], name="evidence_enrolment_once"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="evidence_enrolment_verified_by_whom",
            ),
        ]

    @property
    def is_verified(self) -> bool:
        """Whether observations count yet."""
        return self.verified_at is not None

    def resource_for(self, actor: Actor) -> Resource:
        """Member of the centre, or the learner's own."""
        found = set(access.member_resource(actor, self.organisation_id).relations)
        if actor.kind == "staff" and actor.staff_id == self.learner_id:
            found.add(Relation.OWN)
        return Resource(self.organisation_id, frozenset(found))


class EvidenceItemQuerySet(OrganisationQuerySet):
    """Pieces of evidence."""

    def visible_to(self, actor: Actor, can: Can) -> Self:
        """Own, offered, waiting for a countersigner of the centre, or sampled."""
        return self.filter(pk__in=self.model.objects.filter(relations.where(actor, can)).values("pk"))


class EvidenceItem(OrganisationRecord):
    """One piece of evidence of one learner, mapped to criteria; a session is named, never copied.

    `organisation` is the centre; `clinic` is where the session took place. `criteria` are the keys it is offered for.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="items")
    clinic = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=EvidenceKind.choices)
    session = models.ForeignKey(
        "treatments.Session", on_delete=models.PROTECT, null=True, blank=True, related_name="evidence_items"
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    assessor = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    criteria = models.JSONField(default=list)
    state = models.CharField(max_length=20, choices=ItemState.choices, default=ItemState.OFFERED)
    offered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    history = History()

    objects = EvidenceItemQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EvidenceKind.values), name="evidence_item_kind"),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="evidence_item_state"),
            models.UniqueConstraint(fields=["session", "enrolment", "kind"], name="evidence_item_once"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(kind="observation"), name="evidence_item_one_observation"
            ),
            models.CheckConstraint(
                condition=~Q(kind="observation") | Q(session__isnull=False, assessor__isnull=False),
                name="evidence_item_observed_by_whom",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "offered_at"], name="evidence_item_inbox")]

    def resource_for(self, actor: Actor) -> Resource:
        """All relations that hold between this person and this evidence."""
        if actor.kind != "staff":
            return Resource(self.organisation_id, frozenset())
        # Only quality assurers see that evidence exists; to other colleagues it is as if it were not there (SEC-A3).
        found = {Relation.MEMBER} if Role.IQA in actor.roles_in(self.organisation_id) else set()
        if actor.staff_id == self.enrolment.learner_id:
            found.add(Relation.OWN)
        if self._is_offered_to(actor):
            found.add(Relation.OFFERED)
        if self.decisions.filter(samplings__iqa_id=actor.staff_id).exists():
            found.add(Relation.SAMPLED)
        return Resource(self.organisation_id, frozenset(found))

    def _is_offered_to(self, actor: Actor) -> bool:
        if actor.staff_id == self.assessor_id:
            return True
        if self.organisation_id not in relations.assessing(actor):
            return False
        waits = Q(state="awaiting_countersignature") | Q(countersignature__signed_by_id=actor.staff_id)
        return bool(self.decisions.filter(waits).exists())


class ObservationQuerySet(ClientQuerySet):
    """Observations."""

    def visible_to(self, actor: Actor, can: Can) -> Self:
        """The same as the piece of evidence they belong to."""
        items = EvidenceItem.objects.filter(relations.where(actor, can)).values("pk")
        return self.filter(item_id__in=items)


class Observation(ClientRecord):
    """An assessor watches a session while it runs: who, how, from when to when, which criteria were seen (decision 41).

    `organisation` is the clinic of the session. `standing` is the assessor's on the day observed (decision 55).
    """

    item = models.OneToOneField(EvidenceItem, on_delete=models.PROTECT, related_name="observation")
    assessor = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="observations")
    how = models.CharField(max_length=20, choices=How.choices)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=ObservationState.choices, default=ObservationState.WATCHING)
    seen = SealedJSON(sealed_as="observation.seen", holder="organisation_id", default=dict)
    note = SealedText(sealed_as="observation.note", default="")
    observer_permitted = models.BooleanField()
    evidence_permitted = models.BooleanField()
    standing = SealedJSON(sealed_as="observation.standing", holder="organisation_id", default=dict)
    history = History()

    objects = ObservationQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=How.values), name="evidence_observation_how"),
            models.CheckConstraint(
                condition=Q(state="watching", closed_at__isnull=True) | Q(state="closed", closed_at__isnull=False),
                name="evidence_observation_closed",
            ),
        ]

    def resource_for(self, actor: Actor) -> Resource:
        """The policy of an observation is that of its piece of evidence."""
        return self.item.resource_for(actor)
