"""The service plan: what will be done, how often, agreed with the client."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from clinic.catalogue.models import Product
from clinic.encryption import SealedJSON, SealedText
from clinic.models import Staff
from clinic.records import ClientRecord, History
from consultations import rules
from consultations.choices import Modality, PlanState
from consultations.models.consultation import Consultation


class ServicePlan(ClientRecord):
    """A plan of sessions (S74). Days between sessions, price in pence. Frozen once agreed; a later plan
    replaces it by a row.

    `zones` are zone ids of the anatomy. `state` is draft or agreed; `standing` also says superseded. `factors` were
    considered (S72, S120); `shared` holds goals, budget, comfort and wanted result (S268). Older plans have neither.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="plans")
    modality = models.CharField(max_length=10, choices=Modality.choices)
    technique = models.CharField(max_length=4)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    zones = SealedJSON(sealed_as="plan.zones", default=list)
    protocol = models.CharField(max_length=4)
    sessions = models.PositiveSmallIntegerField()
    interval_days = models.PositiveSmallIntegerField(default=rules.USUAL_INTERVAL_DAYS)
    sessions_reason = SealedText(sealed_as="plan.sessions_reason", default="")
    aim = SealedText(sealed_as="plan.aim", default="")
    factors = SealedJSON(sealed_as="plan.factors", null=True, default=None)
    shared = SealedJSON(sealed_as="plan.shared", null=True, default=None)
    price_pence = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agreed_with = SealedText(sealed_as="plan.agreed_with", default="")
    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(modality__in=Modality.values), name="consultations_plan_modality"),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="consultations_plan_state"),
            models.CheckConstraint(
                condition=Q(sessions__gte=rules.MIN_SESSIONS) & Q(sessions__lte=rules.MAX_SESSIONS),
                name="consultations_plan_sessions",
            ),
            models.CheckConstraint(
                condition=Q(interval_days__gte=rules.MIN_INTERVAL_DAYS) & Q(interval_days__lte=rules.MAX_INTERVAL_DAYS),
                name="consultations_plan_interval",
            ),
            models.CheckConstraint(
                condition=(Q(state=PlanState.DRAFT) & Q(agreed_at__isnull=True))
                | (~Q(state=PlanState.DRAFT) & Q(agreed_at__isnull=False) & Q(agreed_by__isnull=False)),
                name="consultations_plan_agreed",
            ),
        ]

    @property
    def is_superseded(self) -> bool:
        """Whether a later agreed plan of the same modality replaced it."""
        return PlanSupersession.objects.filter(plan_id=self.pk).exists()

    @property
    def standing(self) -> str:
        """State with replacement counted in."""
        return PlanState.SUPERSEDED if self.is_superseded else str(self.state)

    def in_words(self) -> dict[str, Any]:
        """Facts of the plan as plain data."""
        return {
            "modality": self.modality,
            "technique": self.technique,
            "product": str(self.product_id or ""),
            "zones": list(self.zones),
            "protocol": self.protocol,
            "sessions": self.sessions,
            "interval_days": self.interval_days,
            "price_pence": self.price_pence,
        }


class PlanSupersession(ClientRecord):
    """An agreed plan was replaced by a later one. Append-only."""

    plan = models.OneToOneField(ServicePlan, on_delete=models.PROTECT, related_name="supersession")
    by_plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="+")
