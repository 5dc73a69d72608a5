"""The catalogue's API: the same verbs as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import clock
from clinic.access import Can
from clinic.api_base import ApiView, StrictSerializer
from clinic.catalogue import checks, queries, services
from clinic.catalogue.choices import Action, DeviceKind, Force, Legal, Mode, Origin, Polarity, Strength
from clinic.catalogue.models import Device, Product
from clinic.queries import organisation_for


class IngredientIn(StrictSerializer):
    """One ingredient."""

    id = serializers.CharField(max_length=4)
    strength = serializers.CharField(max_length=80, default="", allow_blank=True)


class ProductEdit(StrictSerializer):
    """What may be changed of a product."""

    name = serializers.CharField(max_length=120, required=False)
    maker = serializers.CharField(max_length=120, required=False)
    legal = serializers.ChoiceField(choices=Legal.choices, required=False)
    strength = serializers.ChoiceField(choices=Strength.choices, required=False)
    concentration = serializers.CharField(max_length=160, required=False, allow_blank=True)
    unit = serializers.CharField(max_length=40, required=False)
    unit_ml = serializers.DecimalField(max_digits=6, decimal_places=2, required=False, allow_null=True)
    labelled_areas = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    max_session_ml = serializers.DecimalField(max_digits=6, decimal_places=2, required=False, allow_null=True)
    polarity = serializers.ChoiceField(choices=Polarity.choices, required=False)
    labelled_for_electro = serializers.BooleanField(required=False)
    origin = serializers.ChoiceField(choices=Origin.choices, required=False)
    is_active = serializers.BooleanField(required=False)
    ingredients = serializers.ListField(child=IngredientIn(), required=False)
    tags = serializers.DictField(child=serializers.BooleanField(allow_null=True), required=False)


class ProductIn(ProductEdit):
    """A new product."""

    name = serializers.CharField(max_length=120)
    maker = serializers.CharField(max_length=120)
    ingredients = serializers.ListField(child=IngredientIn())


class RangeIn(StrictSerializer):
    """One range of a device."""

    mode = serializers.ChoiceField(choices=Mode.choices)
    parameter = serializers.CharField(max_length=40)
    minimum = serializers.DecimalField(max_digits=10, decimal_places=3)
    maximum = serializers.DecimalField(max_digits=10, decimal_places=3)


class DeviceEdit(StrictSerializer):
    """What may be changed of a device."""

    kind = serializers.ChoiceField(choices=DeviceKind.choices, required=False)
    make = serializers.CharField(max_length=80, required=False)
    model = serializers.CharField(max_length=80, required=False)
    serial = serializers.CharField(max_length=80, required=False)
    mark = serializers.CharField(max_length=40, required=False, allow_blank=True)
    ifu_version = serializers.CharField(max_length=40, required=False, allow_blank=True)
    modes = serializers.ListField(child=serializers.CharField(max_length=24), required=False)
    electrode_cm2 = serializers.DecimalField(max_digits=6, decimal_places=2, required=False, allow_null=True)
    serviced_on = serializers.DateField(required=False, allow_null=True)
    service_due_on = serializers.DateField(required=False, allow_null=True)
    safety_tested_on = serializers.DateField(required=False, allow_null=True)
    safety_test_due_on = serializers.DateField(required=False, allow_null=True)
    is_active = serializers.BooleanField(required=False)
    ranges = serializers.ListField(child=RangeIn(), required=False)


class DeviceIn(DeviceEdit):
    """A new device."""

    make = serializers.CharField(max_length=80)
    model = serializers.CharField(max_length=80)
    serial = serializers.CharField(max_length=80)


class DepthLimitIn(StrictSerializer):
    """A depth row of the clinic."""

    technique = serializers.CharField(max_length=4)
    level = serializers.IntegerField()
    depth_mm = serializers.DecimalField(max_digits=4, decimal_places=2)
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]
    force = serializers.ChoiceField(choices=Force.choices, default=Force.CLINIC_POLICY)
    action = serializers.ChoiceField(choices=Action.choices, default=Action.BLOCK)


def _product(product: Product) -> dict[str, Any]:
    return {
        "id": str(product.id),
        "version": product.version,
        **{name: getattr(product, name) for name in checks.PRODUCT_FIELDS},
        "ingredients": [
            {"id": row.ingredient, "strength": row.strength}
            for row in sorted(product.ingredients.all(), key=lambda row: row.position)
        ],
        "tags": product.tag_answers,
        "unanswered": product.unanswered,
    }


def _device(device: Device) -> dict[str, Any]:
    today = clock.today()
    return {
        "id": str(device.id),
        "version": device.version,
        **{name: getattr(device, name) for name in checks.DEVICE_FIELDS},
        "ranges": queries.range_values(device),
        "service_overdue": device.service_overdue(today),
        "safety_test_overdue": device.safety_test_overdue(today),
    }


class ProductsApi(ApiView):
    """Products of the clinic."""

    def get(self, request: Request) -> Response:
        """Those in use."""
        return self.respond({"products": [_product(product) for product in queries.products(self.actor)]})

    def post(self, request: Request) -> Response:
        """Add one."""
        organisation = organisation_for(self.actor, Can.MANAGE_CATALOGUE)
        product = services.create_product(organisation, by=self.actor, at=clock.now(), **self.parsed(ProductIn))
        return self.respond(_product(product), status=201, version=product.version)


class ProductApi(ApiView):
    """One product."""

    def get(self, request: Request, product_id: UUID) -> Response:
        """All of it."""
        product = self.load(Product, Can.READ_CATALOGUE, product_id)
        return self.respond(_product(product), version=product.version)

    def patch(self, request: Request, product_id: UUID) -> Response:
        """Correct it (If-Match)."""
        product = self.load(Product, Can.MANAGE_CATALOGUE, product_id)
        values = self.parsed(ProductEdit)
        edited = services.edit_product(product, by=self.actor, at=clock.now(), version=self.version(), **values)
        return self.respond(_product(edited), version=edited.version)


class DevicesApi(ApiView):
    """Devices of the clinic."""

    def get(self, request: Request) -> Response:
        """Those in use."""
        return self.respond({"devices": [_device(device) for device in queries.devices(self.actor)]})

    def post(self, request: Request) -> Response:
        """Add one."""
        organisation = organisation_for(self.actor, Can.MANAGE_CATALOGUE)
        device = services.add_device(organisation, by=self.actor, at=clock.now(), **self.parsed(DeviceIn))
        return self.respond(_device(device), status=201, version=device.version)


class DeviceApi(ApiView):
    """One device."""

    def get(self, request: Request, device_id: UUID) -> Response:
        """All of it."""
        device = self.load(Device, Can.READ_CATALOGUE, device_id)
        return self.respond(_device(device), version=device.version)

    def patch(self, request: Request, device_id: UUID) -> Response:
        """Correct it (If-Match)."""
        device = self.load(Device, Can.MANAGE_CATALOGUE, device_id)
        values = self.parsed(DeviceEdit)
        edited = services.edit_device(device, by=self.actor, at=clock.now(), version=self.version(), **values)
        return self.respond(_device(edited), version=edited.version)


class DepthLimitsApi(ApiView):
    """The clinic's depth rows."""

    def get(self, request: Request) -> Response:
        """All rows, in mm."""
        organisation = organisation_for(self.actor, Can.READ_CATALOGUE)
        rows = [line["row"] for line in queries.depth_lines(organisation.id)]
        names = ("technique", "level", "depth_mm", "source", "force", "action")
        return self.respond({"depth_limits": [{name: getattr(row, name) for name in names} for row in rows]})

    def post(self, request: Request) -> Response:
        """Set one (clinical lead)."""
        organisation = organisation_for(self.actor, Can.PUBLISH_CONTENT)
        row = services.set_depth_limit(organisation, by=self.actor, at=clock.now(), **self.parsed(DepthLimitIn))
        return self.respond({"technique": row.technique, "level": row.level, "depth_mm": row.depth_mm}, status=201)
