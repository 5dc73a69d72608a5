"""Consent for programs; the client's own verbs are under the hand-over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import audit, clock
from clinic.access import Can
from clinic.api_base import ApiView, StrictSerializer
from clinic.models import Client, Staff
from consent import queries, services
from consent.choices import ConversationHow, InformationForm
from consent.models import Consent
from consultations.models import ServicePlan


class OfferIn(StrictSerializer):
    """What was given, how, and who will treat."""

    performer = serializers.UUIDField()
    form = serializers.ChoiceField(choices=InformationForm.choices)
    note = serializers.CharField(max_length=500, default="", allow_blank=True)


class CapacityIn(StrictSerializer):
    """The judgement of decision 50."""

    doubt = serializers.BooleanField()
    support = serializers.CharField(max_length=1000, default="", allow_blank=True)
    understands = serializers.BooleanField(default=False)
    retains = serializers.BooleanField(default=False)
    weighs = serializers.BooleanField(default=False)
    communicates = serializers.BooleanField(default=False)


class ConversationIn(StrictSerializer):
    """The talk of the person who treats."""

    how = serializers.ChoiceField(choices=ConversationHow.choices)
    matters = serializers.CharField(max_length=2000)
    questions = serializers.CharField(max_length=4000, default="", allow_blank=True)
    interpreter = serializers.CharField(max_length=120, default="", allow_blank=True)
    interpreter_is_family = serializers.BooleanField(default=False)
    interpreter_note = serializers.CharField(max_length=500, default="", allow_blank=True)
    capacity = CapacityIn()


class ConfirmIn(StrictSerializer):
    """The check on the day."""

    capacity = CapacityIn()


class ShortenIn(StrictSerializer):
    """The lead's reason."""

    reason = serializers.CharField(max_length=1000)


class WithdrawIn(StrictSerializer):
    """How the client took it back."""

    how = serializers.ChoiceField(choices=ConversationHow.choices)
    reason = serializers.CharField(max_length=1000, default="", allow_blank=True)


class PermissionIn(StrictSerializer):
    """A new answer to one permission."""

    code = serializers.CharField(max_length=6)
    answer = serializers.BooleanField()


def consent_out(consent: Consent) -> dict[str, Any]:
    """A consent as plain data."""
    why = queries.why_not_sign(consent, clock.now())
    return {
        "id": str(consent.id),
        "version": consent.version,
        "client": str(consent.client_id),
        "plan": str(consent.plan_id),
        "performer": str(consent.performer_id),
        "modality": consent.modality,
        "technique": consent.technique,
        "product": str(consent.product_id) if consent.product_id else None,
        "zones": list(consent.zones),
        "standing": queries.standing_word(consent),
        "info_given_at": consent.info_given_at.isoformat(),
        "opens_at": queries.opens_at(consent).isoformat(),
        "cooling_off_hours": consent.cooling_off_hours,
        "decided_at": consent.decided_at.isoformat() if consent.decided_at else None,
        "document": str(consent.document_id) if consent.document_id else None,
        "text_digest": consent.text_digest,
        "text": consent.snapshot,
        "statements": list(consent.statements),
        "permissions": consent.permissions,
        "why_not_sign": [{"code": row.code, "message": row.message} for row in why],
    }


class ClientConsentsApi(ApiView):
    """All consents of a client."""

    def get(self, request: Request, client_id: UUID) -> Response:
        """Newest first."""
        client = self.load(Client, Can.READ_CHART, client_id)
        audit.viewed(self.actor, client, at=clock.now())
        return Response({"results": [consent_out(row) for row in queries.consents_of(client)]})


class OfferApi(ApiView):
    """Information given for a plan."""

    def post(self, request: Request, plan_id: UUID) -> Response:
        """The clock starts."""
        plan = self.load(ServicePlan, Can.OFFER_CONSENT, plan_id)
        given = self.parsed(OfferIn)
        performer = Staff.objects.filter(pk=given.pop("performer"), memberships__organisation_id=plan.organisation_id)
        found = performer.distinct().first()
        if found is None:
            raise serializers.ValidationError({"performer": ["Choose the person who will treat."]})
        consent = services.offer_consent(plan, performer=found, by=self.actor, at=clock.now(), **given)
        return self.respond(consent_out(consent), status=201, version=consent.version)


class ConsentApi(ApiView):
    """One consent."""

    def get(self, request: Request, consent_id: UUID) -> Response:
        """The consent with its text as shown."""
        consent = self.load(Consent, Can.READ_CHART, consent_id)
        audit.viewed(self.actor, consent.client, at=clock.now())
        return self.respond(consent_out(consent), version=consent.version)


class ConversationApi(ApiView):
    """The talk."""

    def post(self, request: Request, consent_id: UUID) -> Response:
        """Recorded by the person who treats."""
        consent = self.load(Consent, Can.OFFER_CONSENT, consent_id)
        version, said = self.version(), self.parsed(ConversationIn)
        services.record_conversation(consent, by=self.actor, at=clock.now(), version=version, **said)
        return self.respond(consent_out(consent), status=201, version=consent.version)


class ConfirmApi(ApiView):
    """The check on the day of a session."""

    def post(self, request: Request, consent_id: UUID) -> Response:
        """Confirmed by the person who treats."""
        consent = self.load(Consent, Can.OFFER_CONSENT, consent_id)
        services.confirm_today(consent, by=self.actor, at=clock.now(), **self.parsed(ConfirmIn))
        return self.respond(consent_out(consent), status=201, version=consent.version)


class ShortenApi(ApiView):
    """Shortening of the reflection time."""

    def post(self, request: Request, consent_id: UUID) -> Response:
        """By a clinical lead, with the reason."""
        consent = self.load(Consent, Can.SHORTEN_REFLECTION, consent_id)
        version, given = self.version(), self.parsed(ShortenIn)
        services.shorten_reflection(consent, by=self.actor, at=clock.now(), version=version, **given)
        return self.respond(consent_out(consent), status=201, version=consent.version)


class WithdrawApi(ApiView):
    """Withdrawal."""

    def post(self, request: Request, consent_id: UUID) -> Response:
        """Received by staff; from now on."""
        consent = self.load(Consent, Can.WITHDRAW_CONSENT, consent_id)
        services.withdraw_consent(consent, by=self.actor, at=clock.now(), **self.parsed(WithdrawIn))
        return self.respond(consent_out(consent), status=201, version=consent.version)


class PermissionsApi(ApiView):
    """Separate permissions of a client."""

    def get(self, request: Request, client_id: UUID) -> Response:
        """The newest answer to each."""
        client = self.load(Client, Can.READ_CHART, client_id)
        return Response({"permissions": dict(queries.permissions(client))})

    def post(self, request: Request, client_id: UUID) -> Response:
        """A new answer to one."""
        client = self.load(Client, Can.WITHDRAW_CONSENT, client_id)
        row = services.answer_permission(client, by=self.actor, at=clock.now(), **self.parsed(PermissionIn))
        return Response({"code": row.code, "answer": row.answer, "withdrawn": row.is_withdrawal}, status=201)
