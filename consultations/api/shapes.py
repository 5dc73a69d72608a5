"""What goes in and out of the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from clinic import clock
from clinic.api_base import StrictSerializer
from consultations import presenting, queries, rules, signing
from consultations.choices import (
    AskedBy,
    ClearedBy,
    ConsultationKind,
    DecisionKind,
    Expectation,
    Factor,
    Modality,
    ModalityInterest,
)
from consultations.models import Consultation, ServicePlan, SuitabilityDecision


class StartInput(StrictSerializer):
    """Begin a consultation."""

    kind = serializers.ChoiceField(choices=ConsultationKind.choices)
    interest = serializers.ChoiceField(choices=ModalityInterest.choices, default=ModalityInterest.UNDECIDED)
    asked_by = serializers.ChoiceField(choices=AskedBy.choices, default=AskedBy.TABLET)


class AnswersInput(StrictSerializer):
    """Answers: question id to value; null clears one."""

    answers = serializers.DictField()


class ConfirmInput(StrictSerializer):
    """Staff-only answers given while confirming."""

    answers = serializers.DictField(required=False)


class ReasonInput(StrictSerializer):
    """A reason."""

    reason = serializers.CharField(max_length=2000)


class DeclineInput(StrictSerializer):
    """What the client said, if anything."""

    words = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)


class CorrectionInput(StrictSerializer):
    """Take the client's correction over, or leave the record."""

    accept = serializers.BooleanField()


class ClearInput(StrictSerializer):
    """Clear a finding by what was seen."""

    rule = serializers.CharField(max_length=8)
    seen = serializers.ChoiceField(choices=ClearedBy.choices)
    reason = serializers.CharField(max_length=2000)


class OverrideInput(StrictSerializer):
    """Override a finding."""

    rule = serializers.CharField(max_length=8)
    reason = serializers.CharField(max_length=2000)


class CodeInput(StrictSerializer):
    """Code words about an allergy; no tag means they are none."""

    question = serializers.CharField(max_length=20)
    position = serializers.IntegerField(default=0, min_value=0)
    tags = serializers.ListField(child=serializers.CharField(max_length=30))


class SkinInput(StrictSerializer):
    """Skin analysis: fst_1 to fst_10 (0-4), clinician_type (1-6), glogau (1-4), grades such as pore_forehead (0-4)."""

    clinician_type = serializers.IntegerField()
    type_reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
    glogau = serializers.IntegerField()
    pre_checks = serializers.ListField(child=serializers.CharField(max_length=20), required=False)
    pre_checks_reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=4000)

    def get_fields(self) -> dict[str, Any]:
        """The ten items and the zone grades as well."""
        names = [f"fst_{number}" for number in range(1, 11)]
        names += [f"{scale.lower()}_{zone}" for scale in rules.ZONE_SCALES for zone in rules.ZONES]
        return {**super().get_fields(), **{name: serializers.IntegerField() for name in names}}


class GapInput(StrictSerializer):
    """What is still open, and who closes it."""

    what = serializers.CharField(max_length=300)
    who = serializers.CharField(max_length=120)


class DecisionInput(StrictSerializer):
    """The conclusion, then suitable, defer, refer or decline. `methods` maps a method used to what it showed."""

    summary = serializers.CharField(max_length=4000)
    methods = serializers.DictField(child=serializers.CharField(max_length=1000, allow_blank=True))
    gaps = GapInput(many=True, required=False)
    expectation = serializers.ChoiceField(choices=Expectation.choices)
    expectation_words = serializers.CharField(required=False, allow_blank=True, max_length=2000)

    kind = serializers.ChoiceField(choices=DecisionKind.choices)
    reason = serializers.CharField(max_length=2000)
    recommendation = serializers.CharField(required=False, allow_blank=True, max_length=4000)


def decision_of(values: dict[str, Any]) -> dict[str, Any]:
    """A decision's values as `decide` takes them."""
    conclusion = rules.Conclusion(
        summary=values.pop("summary"),
        methods=values.pop("methods"),
        expectation=values.pop("expectation"),
        expectation_words=values.pop("expectation_words", ""),
        gaps=tuple((gap["what"], gap["who"]) for gap in values.pop("gaps", ())),
    )
    return {**values, "conclusion": conclusion}


class PlanInput(StrictSerializer):
    """A draft plan. Days between sessions, price in pence."""

    modality = serializers.ChoiceField(choices=Modality.choices)
    technique = serializers.CharField(max_length=4)
    product = serializers.UUIDField(allow_null=True)
    zones = serializers.ListField(child=serializers.CharField(max_length=40))
    protocol = serializers.CharField(max_length=4)
    sessions = serializers.IntegerField()
    interval_days = serializers.IntegerField(default=rules.USUAL_INTERVAL_DAYS)
    sessions_reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
    price_pence = serializers.IntegerField(required=False, allow_null=True)
    aim = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    factors = serializers.ListField(child=serializers.ChoiceField(choices=Factor.choices), required=False)
    goals = serializers.CharField(required=False, allow_blank=True, max_length=500)
    budget = serializers.CharField(required=False, allow_blank=True, max_length=500)
    comfort = serializers.CharField(required=False, allow_blank=True, max_length=500)
    wanted = serializers.CharField(required=False, allow_blank=True, max_length=500)


class AgreeInput(StrictSerializer):
    """Who agreed."""

    agreed_with = serializers.CharField(max_length=200)


class SignInput(StrictSerializer):
    """Sign with an optional summary."""

    summary = serializers.CharField(required=False, allow_blank=True, max_length=4000)


def consultation_data(row: Consultation) -> dict[str, Any]:
    """A consultation as the API shows it."""
    decision, plan = queries.latest_decision(row), queries.plan_of(row)
    return {
        "id": str(row.pk),
        "client": str(row.client_id),
        "kind": row.kind,
        "interest": row.interest,
        "state": row.state,
        "allowed_moves": sorted(map(str, rules.NEXT[row.state])),  # type: ignore[index]
        "version": row.version,
        "practitioner": str(row.practitioner_id),
        "started_at": row.started_at.isoformat(),
        "signed_at": row.signed_at.isoformat() if row.signed_at else None,
        "summary": row.summary,
        "response": {"id": str(row.response.pk), **presenting.saved_state(row.response)},
        "decision": decision_data(decision) if decision else None,
        "plan": plan_data(plan) if plan else None,
        "missing_to_sign": list(signing.missing_to_sign(row, clock.now())) if row.is_open else [],
        "sign_checks": row.sign_checks,
    }


def decision_data(row: SuitabilityDecision) -> dict[str, Any]:
    """A decision with its conclusion as the API shows it."""
    return {
        "kind": row.kind,
        "reason": row.reason,
        "summary": row.summary,
        "methods": row.methods,
        "gaps": [{"what": what, "who": who} for what, who in row.gaps or []],
        "expectation": row.expectation,
        "expectation_words": row.expectation_words,
    }


def plan_data(plan: ServicePlan) -> dict[str, Any]:
    """A plan as the API shows it."""
    return {
        "id": str(plan.pk), "version": plan.version, "state": plan.standing, **plan.in_words(), "aim": plan.aim,
        "factors": plan.factors or [], "shared": plan.shared,
    }  # fmt: skip
