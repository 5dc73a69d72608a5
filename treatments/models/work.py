"""What happens in a session: ticks, lots in the hand, passes of points, electro phases, comfort.

Zones, settings and points are sealed; technique and lot use are clear, so that a recall finds everybody (decision 16).
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from clinic.catalogue.models import Device
from clinic.encryption import SealedJSON, SealedText
from clinic.records import ClientRecord, History
from treatments.choices import Phase
from treatments.geometry import PassFacts, Point, pass_facts, stored_points
from treatments.models.sessions import Session
from treatments.models.stock import Lot
from treatments.rules.measures import MAX_DRAWN_ML


class ChecklistEntry(ClientRecord):
    """One tick of one item at one phase; the newest counts. `detail` holds hazard scores (KA13). Append-only."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="ticks")
    item = models.CharField(max_length=16)
    phase = models.CharField(max_length=12, choices=Phase.choices)
    is_done = models.BooleanField()
    note = SealedText(sealed_as="checklistentry.note", default="")
    detail = SealedJSON(sealed_as="checklistentry.detail", default=dict)
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="treatments_checklistentry_phase")
        ]


class LotUse(ClientRecord):
    """A lot in the hand of a session and how much of it was drawn up, in ml."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="lot_uses")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="uses")
    drawn_ml = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(0))
    frozen_at = models.DateTimeField(null=True)
    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "lot"], name="treatments_lotuse_once"),
            models.CheckConstraint(
                condition=Q(drawn_ml__gte=0) & Q(drawn_ml__lte=Decimal(str(MAX_DRAWN_ML))),
                name="treatments_lotuse_drawn",
            ),
        ]


class Pass(ClientRecord):
    """One technique × zone × lot × depth × volume per point, with its points as one sealed array (design.md 5).

    `setting` holds depth_mm, volume_per_point_ml, spacing_mm, layer, reason; the digest names the chart.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="passes")
    position = models.PositiveSmallIntegerField()
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="passes")
    technique = models.CharField(max_length=4)
    zone = SealedText(sealed_as="pass.zone")
    setting = SealedJSON(sealed_as="pass.setting", default=dict)
    points = SealedJSON(sealed_as="pass.points", default=list)
    anatomy_format = models.CharField(max_length=20)
    anatomy_digest = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)
    history = History()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["session", "position"], name="treatments_pass_position")]

    @property
    def depth_mm(self) -> float:
        """Depth set, in mm."""
        return float(self.setting.get("depth_mm", 0))

    @property
    def volume_per_point_ml(self) -> float:
        """Volume of each point, in ml."""
        return float(self.setting.get("volume_per_point_ml", 0))

    @property
    def spacing_mm(self) -> float | None:
        """Spacing chosen for the fill, in mm."""
        value = self.setting.get("spacing_mm")
        return None if value is None else float(value)

    @property
    def placed(self) -> tuple[Point, ...]:
        """The points."""
        return stored_points(self.points)

    @property
    def volume_ml(self) -> float:
        """Placed in this pass, in ml."""
        return round(len(self.points) * self.volume_per_point_ml, 4)

    @property
    def facts(self) -> PassFacts:
        """Count, spacing, density and coverage."""
        return pass_facts(
            self.placed,
            zone_id=self.zone,
            volume_per_point_ml=self.volume_per_point_ml,
            spacing_mm=self.spacing_mm,
        )


class ElectroPhase(ClientRecord):
    """One phase of current (clinical-content.md D2). `setting` holds what was set and computed, units in the names."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="phases")
    position = models.PositiveSmallIntegerField()
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="+")
    mode = models.CharField(max_length=24)
    zones = SealedJSON(sealed_as="electrophase.zones", default=list)
    setting = SealedJSON(sealed_as="electrophase.setting", default=dict)
    skin_checks = SealedJSON(sealed_as="electrophase.skin_checks", default=list)
    occurred_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    history = History()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["session", "position"], name="treatments_electrophase_position")]


class ComfortScore(ClientRecord):
    """A rating from 0 to 10 with what the client said and what was done about it. Append-only."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="comfort")
    score = SealedJSON(sealed_as="comfortscore.score")
    words = SealedText(sealed_as="comfortscore.words", default="")
    action = SealedText(sealed_as="comfortscore.action", default="")
    occurred_at = models.DateTimeField()

    class Meta:
        ordering = ["occurred_at", "id"]
