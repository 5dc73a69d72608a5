"""Organisations, sites, staff, roles, standing."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from clinic import access
from clinic.actors import Actor
from clinic.choices import CredentialKind, OrganisationKind, Role
from clinic.records import History, OrganisationQuerySet, OrganisationRecord, Record, RecordQuerySet


class Organisation(Record):
    """A clinic, a centre, or both: the tenant. `settings` holds the clinic's own numbers (hours, limits),
    never clients.
    """

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=OrganisationKind.choices)
    country = models.CharField(max_length=40, default="England")
    telephone = models.CharField(max_length=40, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="clinic_organisation_kind")
        ]

    def __str__(self) -> str:
        return self.name


class Site(OrganisationRecord):
    """A place of an organisation."""

    name = models.CharField(max_length=120)
    address = models.CharField(max_length=240, blank=True)
    is_active = models.BooleanField(default=True)
    history = History()

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"]):
    """Staff are made by services; this is what Django and allauth need."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        """E-mail addresses are compared without case."""
        return self.get(email__iexact=username)


class Staff(AbstractBaseUser):
    """A member of staff: one sign-in for all organisations and roles. Never deleted, only deactivated.

    `standing` counts changes of roles, factors and password: sessions take a new key when it moves; sessions begun
    before `signed_out_at` are over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    position = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False)
    standing = models.PositiveIntegerField(default=1)
    signed_out_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects: ClassVar[Any] = StaffManager()

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """First letters of the first and last name."""
        parts = self.name.split()
        return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()

    def resource_for(self, actor: Actor) -> access.Resource:
        """Staff are visible to members of the organisations they work in; the one the person works in now counts."""
        shared = {org for org in self.memberships.values_list("organisation_id", flat=True) if actor.roles_in(org)}
        if not shared:
            return access.Resource(None, frozenset())
        own = actor.organisation_id
        return access.member_resource(actor, own if own is not None and own in shared else min(shared))


class MembershipQuerySet(OrganisationQuerySet):
    """Who holds which role."""

    def held_on(self, day: Any) -> MembershipQuerySet:
        """Roles held on a day: begun, not taken away, the last day still to come or that very day."""
        begun = self.filter(from_on__lte=day, ended_at__isnull=True)
        return begun.filter(Q(until_on__isnull=True) | Q(until_on__gte=day))


class Membership(OrganisationRecord):
    """One role of one person in one organisation, from a day until a day; `ended_at` is when it was taken away."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    history = History()

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="clinic_membership_role"),
            models.UniqueConstraint(
                fields=["staff", "organisation", "role"],
                condition=Q(until_on__isnull=True),
                name="clinic_membership_one_open",
            ),
        ]


class CredentialQuerySet(RecordQuerySet):
    """Standing of people."""

    def valid_on(self, day: Any) -> CredentialQuerySet:
        """Credentials that hold on a day."""
        return self.filter(Q(from_on__isnull=True) | Q(from_on__lte=day)).filter(
            Q(until_on__isnull=True) | Q(until_on__gte=day)
        )


class Credential(Record):
    """A qualification, registration, insurance, certificate or experience entry of a person, with its dates
    and verifier.

    `level` is the qualification level (whole number); `hours` the CPD hours; `covers` a list of technique or
    modality ids;
    `verified_by` and `verified_on` stay empty until somebody has seen the proof.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=20, choices=CredentialKind.choices)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=80, blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    covers = models.JSONField(default=list, blank=True)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    verified_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verified_on = models.DateField(null=True, blank=True)
    history = History()

    objects: ClassVar[Any] = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CredentialKind.values), name="clinic_credential_kind")
        ]


class Supervision(OrganisationRecord):
    """A learner's named supervisor, from a day until a day."""

    learner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="supervised_by")
    supervisor = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="supervises")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    history = History()
