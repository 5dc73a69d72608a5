"""Clients and what the base layer keeps about them: care relations, visits, allergies."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from clinic import access, rules
from clinic.actors import Actor
from clinic.choices import AllergyStatus, HandOverKind, VisitKind, VisitState
from clinic.encryption import SealedJSON, SealedText, shown
from clinic.models.people import Organisation, Site, Staff
from clinic.records import ClientQuerySet, ClientRecord, History, OrganisationRecord, Record


class ClientRows(ClientQuerySet):
    """Clients themselves."""

    client_path = "id"


class Client(Record):
    """A client of one clinic. Everything that tells who it is, is sealed with the client's own key; `code` is
    sealed as well.

    `birth_date` is an ISO date in text. `language` is a BCP 47 tag.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    legal_name = SealedText(sealed_as="client.legal_name", holder="id")
    known_as = SealedText(sealed_as="client.known_as", holder="id", default="")
    code = SealedText(sealed_as="client.code", holder="id")
    birth_date = SealedText(sealed_as="client.birth_date", holder="id")
    phone = SealedText(sealed_as="client.phone", holder="id", default="")
    email = SealedText(sealed_as="client.email", holder="id", default="")
    address = SealedText(sealed_as="client.address", holder="id", default="")
    emergency_contact = SealedText(sealed_as="client.emergency_contact", holder="id", default="")
    gp_practice = SealedText(sealed_as="client.gp_practice", holder="id", default="")
    sex = SealedText(sealed_as="client.sex", holder="id", default="")
    needs = SealedJSON(sealed_as="client.needs", holder="id", default=list)
    language = models.CharField(max_length=12, default="en-GB")
    erased_at = models.DateTimeField(null=True, editable=False)
    history = History()

    objects: ClassVar[Any] = ClientRows.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organisation", "recorded_at", "id"], name="clinic_client_page")]

    @property
    def display_name(self) -> str:
        """What staff call the client on screen: the legal name with the name they like beside it.

        “cannot be read” when a name does not open, so that one damaged record does not take a whole list away.
        """
        legal, known = str(shown(self, "legal_name")), str(shown(self, "known_as")).strip()
        return f"{legal} ({known})" if known and known not in legal else legal

    @property
    def display_code(self) -> str:
        """The code on screen, or “cannot be read”."""
        return str(shown(self, "code"))

    @property
    def born_on(self) -> date:
        """Birth date as a date."""
        return date.fromisoformat(self.birth_date)

    def age_on(self, day: date) -> int:
        """Whole years on a day."""
        return rules.age_on(self.born_on, day)

    @property
    def client_id(self) -> object:
        """So that a client can stand where a client's record can."""
        return self.id

    def resource_for(self, actor: Actor) -> access.Resource:
        """The policy of the client; every record of theirs follows it."""
        return access.client_resource(actor, self.organisation_id, self.id)


class CareRelation(ClientRecord):
    """A person treats this client, from a day until a day; learners see only clients they treat."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="care_relations")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "staff"], condition=Q(until_on__isnull=True), name="clinic_carerelation_one_open"
            )
        ]


class Visit(ClientRecord):
    """A booked visit (decision 7). `note` is for the desk and sealed; minutes are planned minutes."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(max_length=20, choices=VisitKind.choices)
    planned_at = models.DateTimeField()
    planned_minutes = models.PositiveSmallIntegerField(default=45)
    state = models.CharField(max_length=12, choices=VisitState.choices, default=VisitState.BOOKED)
    arrived_at = models.DateTimeField(null=True, blank=True)
    in_room_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    note = SealedText(sealed_as="visit.note", default="")
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=VisitKind.values), name="clinic_visit_kind"),
            models.CheckConstraint(condition=Q(state__in=VisitState.values), name="clinic_visit_state"),
            models.CheckConstraint(
                condition=Q(planned_minutes__gte=5) & Q(planned_minutes__lte=480), name="clinic_visit_minutes"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "planned_at"], name="clinic_visit_day")]


class AllergyEntry(ClientRecord):
    """One allergy: coded tag (sealed), the words it came from, how sure it is. A corrected entry stays, with
    the reason.
    """

    tag = SealedText(sealed_as="allergy.tag")
    words = SealedText(sealed_as="allergy.words", default="")
    detail = SealedJSON(sealed_as="allergy.detail", default=dict)
    status = models.CharField(max_length=10, choices=AllergyStatus.choices, default=AllergyStatus.ACTIVE)
    source = models.CharField(max_length=60, blank=True)
    reason = SealedText(sealed_as="allergy.reason", default="")
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AllergyStatus.values), name="clinic_allergy_status")
        ]


class HandOver(ClientRecord):
    """The tablet in a client's hands: one client, one document, an end. The token itself is only in the
    client's cookie.
    """

    kind = models.CharField(max_length=20, choices=HandOverKind.choices)
    document_id = models.UUIDField()
    token_hash = models.CharField(max_length=64, unique=True)
    started_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    device = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=HandOverKind.values), name="clinic_handover_kind")]


class KitCheck(OrganisationRecord):
    """A check of a site's emergency kit: adrenaline in date, phone works, kit sealed (R016, KA07)."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="kit_checks")
    checked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    adrenaline_expires_on = models.DateField()
    is_complete = models.BooleanField()
    next_due_on = models.DateField()
