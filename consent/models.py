"""Consent: information given, the talk, yes or no, separate permissions, withdrawal. Decided rows never change."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from clinic.catalogue.models import Product
from clinic.encryption import SealedJSON, SealedText
from clinic.models import ContentVersion, Document, Staff
from clinic.records import ClientRecord, History
from consent.choices import ConsentState, ConversationHow, ConversationKind, InformationForm, SignedHow
from consent.rules import Cover
from consultations.choices import Modality
from consultations.models import ServicePlan


class Consent(ClientRecord):
    """Consent to one plan, sought by the person who treats. Hours are hours; frozen once given or declined.

    `snapshot` is the text as shown, `text_digest` its hash; `draft` holds ticks before the signature (decision 20).
    """

    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="consents")
    performer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    modality = models.CharField(max_length=10, choices=Modality.choices)
    technique = models.CharField(max_length=4)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    zones = SealedJSON(sealed_as="consent.zones", default=list)
    content = models.ForeignKey(ContentVersion, on_delete=models.PROTECT, related_name="+")
    snapshot = SealedJSON(sealed_as="consent.snapshot", default=dict)
    text_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ConsentState.choices, default=ConsentState.OFFERED)
    info_given_at = models.DateTimeField()
    info_form = models.CharField(max_length=10, choices=InformationForm.choices)
    info_given_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    info_note = SealedText(sealed_as="consent.info_note", default="")
    cooling_off_hours = models.PositiveSmallIntegerField()
    draft = SealedJSON(sealed_as="consent.draft", default=dict)
    statements = SealedJSON(sealed_as="consent.statements", default=list)
    permissions = SealedJSON(sealed_as="consent.permissions", default=dict)
    signed_how = models.CharField(max_length=6, choices=SignedHow.choices, blank=True)
    signed_name = SealedText(sealed_as="consent.signed_name", default="")
    signature = SealedText(sealed_as="consent.signature", default="")
    decline_reason = SealedText(sealed_as="consent.decline_reason", default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    handover_id = models.UUIDField(null=True, blank=True)
    record_sha256 = models.CharField(max_length=64, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ConsentState.values), name="consent_consent_state"),
            models.CheckConstraint(condition=Q(modality__in=Modality.values), name="consent_consent_modality"),
            models.CheckConstraint(condition=Q(info_form__in=InformationForm.values), name="consent_consent_form"),
            models.CheckConstraint(
                condition=Q(signed_how__in=["", *SignedHow.values]), name="consent_consent_signed_how"
            ),
            models.CheckConstraint(
                condition=(Q(state=ConsentState.OFFERED) & Q(decided_at__isnull=True))
                | (~Q(state=ConsentState.OFFERED) & Q(decided_at__isnull=False) & ~Q(record_sha256="")),
                name="consent_consent_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state=ConsentState.GIVEN) | (Q(document__isnull=False) & ~Q(signed_how="")),
                name="consent_consent_signed",
            ),
        ]
        indexes = [models.Index(fields=["client", "info_given_at"], name="consent_consent_client")]

    @property
    def cover(self) -> Cover:
        """What this consent is for."""
        return Cover(self.modality, self.product_id, self.technique, frozenset(self.zones))

    @property
    def state_label(self) -> str:
        """The state in words."""
        return ConsentState(self.state).label


class ConsentConversation(ClientRecord):
    """The talk of the person who treats (decision 51): before the signature, and on days of treatment."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="conversations")
    performer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ConversationKind.choices, default=ConversationKind.BEFORE)
    held_at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=ConversationHow.choices)
    questions = SealedText(sealed_as="consent_conversation.questions", default="")
    matters = SealedText(sealed_as="consent_conversation.matters", default="")
    interpreter = SealedText(sealed_as="consent_conversation.interpreter", default="")
    interpreter_note = SealedText(sealed_as="consent_conversation.interpreter_note", default="")
    capacity = SealedJSON(sealed_as="consent_conversation.capacity", default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=ConversationHow.values), name="consent_conversation_how"),
            models.CheckConstraint(condition=Q(kind__in=ConversationKind.values), name="consent_conversation_kind"),
        ]


class ReflectionShortening(ClientRecord):
    """A clinical lead lets the treatment be before the reflection time is over, with a reason everybody sees."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="shortenings")
    shortened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    shortened_at = models.DateTimeField()
    reason = SealedText(sealed_as="consent_shortening.reason")


class ClientPermission(ClientRecord):
    """One answer to one separate permission; the newest row of a code counts (decision 45). None: not answered."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    code = models.CharField(max_length=6)
    answer = SealedJSON(sealed_as="client_permission.answer", null=True, default=None)
    decided_at = models.DateTimeField()
    is_withdrawal = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["client", "code", "decided_at"], name="consent_permission_newest")]


class Withdrawal(ClientRecord):
    """The client no longer agrees; from this instant, never backwards (decision 46)."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="withdrawals")
    withdrawn_at = models.DateTimeField()
    received_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.CharField(max_length=10, choices=ConversationHow.choices)
    reason = SealedText(sealed_as="consent_withdrawal.reason", default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=ConversationHow.values), name="consent_withdrawal_how")
        ]


def moment(value: Any) -> str | None:
    """An instant as it stands in sealed payloads."""
    return value.isoformat(timespec="microseconds") if value is not None else None


def sealed_payload(consent: Consent) -> dict[str, Any]:
    """What the seal of a decided consent covers, rebuilt from its row (decision 15)."""
    return {
        "id": str(consent.id),
        "client": str(consent.client_id),
        "plan": str(consent.plan_id),
        "performer": str(consent.performer_id),
        "modality": consent.modality,
        "technique": consent.technique,
        "product": str(consent.product_id or ""),
        "zones": list(consent.zones),
        "content": str(consent.content_id),
        "snapshot": consent.snapshot,
        "text_digest": consent.text_digest,
        "state": consent.state,
        "info_given_at": moment(consent.info_given_at),
        "info_form": consent.info_form,
        "cooling_off_hours": consent.cooling_off_hours,
        "statements": list(consent.statements),
        "permissions": consent.permissions,
        "signed_how": consent.signed_how,
        "signed_name": consent.signed_name,
        "signature": consent.signature,
        "decline_reason": consent.decline_reason,
        "decided_at": moment(consent.decided_at),
        "record_sha256": consent.record_sha256,
        "document": consent.document.sha256 if consent.document else "",
    }
