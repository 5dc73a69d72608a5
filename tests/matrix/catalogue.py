"""Records for the access matrix of the catalogue."""

from __future__ import annotations

from typing import Any

from clinic.actors import SYSTEM
from clinic.catalogue import services
from tests.factories import NOW, World


def objects(world: World) -> dict[str, dict[str, Any]]:
    """A product and a device here and in the other clinic."""
    products, devices = {}, {}
    for relation, organisation in (("own", world.organisation), ("other", world.other_organisation)):
        product = services.create_product(
            organisation, name="Matrix", maker="Demo Labs", ingredients=[{"id": "I01"}], by=SYSTEM, at=NOW
        )
        device = services.add_device(organisation, make="Iontex", model="One", serial="M1", by=SYSTEM, at=NOW)
        products[relation], devices[relation] = {"product_id": product.id}, {"device_id": device.id}
    return {
        **dict.fromkeys(("product-detail", "product-edit", "api-product-detail"), products),
        **dict.fromkeys(("device-detail", "device-edit", "api-device-detail"), devices),
    }
