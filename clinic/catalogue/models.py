"""Products, devices and depth limits of an organisation. Ingredients, techniques, areas, protocols are content."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from clinic.catalogue import rules
from clinic.catalogue.choices import Action, DeviceKind, Force, Legal, Origin, Polarity, Strength
from clinic.records import History, OrganisationRecord


class Product(OrganisationRecord):
    """A branded product as the clinic uses it. `unit` is what a pack is counted in; `labelled_areas` are regions.

    Its ingredients are rows of `ProductIngredient`; what the maker answered about uncertain tags rows of `ProductTag`.
    """

    name = models.CharField(max_length=120)
    maker = models.CharField(max_length=120)
    legal = models.CharField(max_length=12, choices=Legal.choices, default=Legal.UNKNOWN)
    strength = models.CharField(max_length=16, choices=Strength.choices, default=Strength.STANDARD)
    concentration = models.CharField(max_length=160, blank=True)
    unit = models.CharField(max_length=40, default="vial")
    unit_ml = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    labelled_areas = models.JSONField(default=list, blank=True)
    max_session_ml = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    polarity = models.CharField(max_length=10, choices=Polarity.choices, default=Polarity.UNKNOWN)
    labelled_for_electro = models.BooleanField(default=False)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.NONE)
    is_active = models.BooleanField(default=True)
    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name", "maker"], name="catalogue_product_once"),
            models.CheckConstraint(condition=Q(legal__in=Legal.values), name="catalogue_product_legal"),
            models.CheckConstraint(condition=Q(strength__in=Strength.values), name="catalogue_product_strength"),
            models.CheckConstraint(condition=Q(polarity__in=Polarity.values), name="catalogue_product_polarity"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="catalogue_product_origin"),
            models.CheckConstraint(
                condition=Q(max_session_ml__isnull=True)
                | (Q(max_session_ml__gt=0) & Q(max_session_ml__lte=rules.MAX_SESSION_ML)),
                name="catalogue_product_max_session",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ingredient_ids(self) -> tuple[str, ...]:
        """Ids of table E2, in the order they were given."""
        return tuple(row.ingredient for row in sorted(self.ingredients.all(), key=lambda row: row.position))

    @property
    def tag_answers(self) -> dict[str, bool | None]:
        """Answers to uncertain allergen tags: True, False, or None when nobody has asked yet."""
        given = {row.tag: row.is_present for row in self.tags.all()}
        return {tag: given.get(tag) for tag in sorted(rules.asked_tags(self.ingredient_ids))}

    @property
    def unanswered(self) -> list[str]:
        """Tags the maker must still answer; such a product cannot pass the screen."""
        return sorted(rules.unanswered_tags(self.ingredient_ids, self.tag_answers))


class ProductIngredient(OrganisationRecord):
    """One ingredient of a product with its strength as printed on the label."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="ingredients")
    ingredient = models.CharField(max_length=4)
    strength = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "ingredient"], name="catalogue_productingredient_once")
        ]


class ProductTag(OrganisationRecord):
    """The maker's answer to one uncertain allergen tag; `is_present` None means asked for but not known."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="tags")
    tag = models.CharField(max_length=30)
    is_present = models.BooleanField(null=True)
    history = History()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "tag"], name="catalogue_producttag_once")]


class Device(OrganisationRecord):
    """A device with its modes, ranges and checks. `modes` are values of `Mode`; ranges are rows of `DeviceRange`."""

    kind = models.CharField(max_length=14, choices=DeviceKind.choices, default=DeviceKind.ELECTRO)
    make = models.CharField(max_length=80)
    model = models.CharField(max_length=80)
    serial = models.CharField(max_length=80)
    mark = models.CharField(max_length=40, blank=True)
    ifu_version = models.CharField(max_length=40, blank=True)
    modes = models.JSONField(default=list, blank=True)
    electrode_cm2 = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    serviced_on = models.DateField(null=True, blank=True)
    service_due_on = models.DateField(null=True, blank=True)
    safety_tested_on = models.DateField(null=True, blank=True)
    safety_test_due_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "make", "serial"], name="catalogue_device_once"),
            models.CheckConstraint(condition=Q(kind__in=DeviceKind.values), name="catalogue_device_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.make} {self.model}"

    def service_overdue(self, today: date) -> bool:
        """R017."""
        return rules.is_overdue(self.serviced_on, self.service_due_on, today)

    def safety_test_overdue(self, today: date) -> bool:
        """R017."""
        return rules.is_overdue(self.safety_tested_on, self.safety_test_due_on, today)

    def range_for(self, mode: str, parameter: str) -> DeviceRange | None:
        """The maker's range of a parameter (named as in electro_limits.yaml) in a mode."""
        found = [row for row in self.ranges.all() if row.mode == mode and row.parameter == parameter]
        return found[0] if found else None


class DeviceRange(OrganisationRecord):
    """What the maker allows of one parameter in one mode (R056). The unit is that of electro_limits.yaml."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="ranges")
    mode = models.CharField(max_length=24)
    parameter = models.CharField(max_length=40)
    minimum = models.DecimalField(max_digits=10, decimal_places=3)
    maximum = models.DecimalField(max_digits=10, decimal_places=3)
    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "mode", "parameter"], name="catalogue_devicerange_once"),
            models.CheckConstraint(condition=Q(minimum__lte=models.F("maximum")), name="catalogue_devicerange_order"),
        ]


class DepthLimit(OrganisationRecord):
    """The clinic's own scope row: how deep (mm) a person of a level may go with a technique. No row: R014 fires."""

    technique = models.CharField(max_length=4)
    level = models.PositiveSmallIntegerField()
    depth_mm = models.DecimalField(max_digits=4, decimal_places=2)
    source = models.CharField(max_length=200)
    force = models.CharField(max_length=14, choices=Force.choices, default=Force.CLINIC_POLICY)
    action = models.CharField(max_length=6, choices=Action.choices, default=Action.BLOCK)
    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "technique", "level"], name="catalogue_depthlimit_once"),
            models.CheckConstraint(
                condition=Q(depth_mm__gte=0) & Q(depth_mm__lte=rules.MAX_DEPTH_MM), name="catalogue_depthlimit_depth"
            ),
            models.CheckConstraint(condition=Q(level__in=rules.LEVELS), name="catalogue_depthlimit_level"),
            models.CheckConstraint(condition=Q(force__in=Force.values), name="catalogue_depthlimit_force"),
            models.CheckConstraint(condition=Q(action__in=Action.values), name="catalogue_depthlimit_action"),
        ]
