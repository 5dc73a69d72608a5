"""Pages and API of the catalogue: status codes, shape, what was typed stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clinic.catalogue.models import DepthLimit, Device, Product
from tests.catalogue.test_services import make_device, make_product
from tests.factories import World

PRODUCT = {
    "name": "Glow", "maker": "Demo Labs", "legal": "device", "strength": "standard", "concentration": "",
    "unit": "vial",
    "polarity": "unknown", "origin": "none", "is_active": "on", "ingredient_1": "I06", "strength_1": "10 %",
    "tag_sulphite": "no", "tag_edta": "",
}  # fmt: skip
API_PRODUCT = {"name": "Glow", "maker": "Demo Labs", "legal": "device", "ingredients": [{"id": "I06"}]}


def browser_of(world: World, role: str = "lead") -> Browser:
    browser = Browser()
    browser.force_login(world.people[role])
    return browser


def test_a_product_is_added_on_the_page(world: World) -> None:
    response = browser_of(world).post(reverse("product-create"), PRODUCT)
    assert response.status_code == 303
    product = Product.objects.get()
    assert product.tag_answers == {"edta": None, "sulphite": False}
    shown = browser_of(world, "practitioner").get(response["Location"]).content.decode()
    assert "Ask the maker" in shown
    assert "Correct product" not in shown


@pytest.mark.parametrize(("change", "field"), [({"name": ""}, "name"), ({"ingredient_1": ""}, "ingredient_1")])
def test_a_form_that_is_wrong_keeps_what_was_typed(world: World, change: dict[str, str], field: str) -> None:
    response = browser_of(world).post(reverse("product-create"), {**PRODUCT, "concentration": "typed", **change})
    assert response.status_code == 422
    assert f"#id_{field}" in response.content.decode()
    assert 'value="typed"' in response.content.decode()


def test_the_same_product_twice_is_refused_on_the_page(world: World) -> None:
    make_product(world, name="Glow")
    response = browser_of(world).post(reverse("product-create"), PRODUCT)
    assert response.status_code == 422
    assert "already in the list" in response.content.decode()


def test_a_stale_page_shows_both_versions(world: World) -> None:
    product = make_product(world, name="Glow")
    address = reverse("product-edit", kwargs={"product_id": product.id})
    assert browser_of(world).get(address).status_code == 200
    assert browser_of(world).post(address, {**PRODUCT, "version": 1, "concentration": "5 %"}).status_code == 303
    response = browser_of(world).post(address, {**PRODUCT, "version": 1, "concentration": "7 %"})
    assert response.status_code == 409
    assert "5 %" in response.content.decode()
    assert "7 %" in response.content.decode()


def test_a_page_without_a_version_is_refused(world: World) -> None:
    address = reverse("product-edit", kwargs={"product_id": make_product(world).id})
    assert browser_of(world).post(address, PRODUCT).status_code == 428


def test_the_lists_open(world: World) -> None:
    make_product(world)
    device = make_device(world)
    for name, kwargs in (
        ("product-list", {}), ("depth-limits", {}), ("device-create", {}), ("product-create", {}),
        ("device-detail", {"device_id": device.id}), ("device-edit", {"device_id": device.id}),
    ):  # fmt: skip
        assert browser_of(world).get(reverse(name, kwargs=kwargs)).status_code == 200, name


def test_a_device_and_a_range_are_added_on_the_page(world: World) -> None:
    given = {"kind": "electro", "make": "Iontex", "model": "Two", "serial": "B2", "modes": ["microcurrent"]}
    response = browser_of(world).post(reverse("device-create"), {**given, "is_active": "on"})
    assert response.status_code == 303
    address = reverse("device-detail", kwargs={"device_id": Device.objects.get().id})
    lines = {"mode": "microcurrent", "parameter": "current_microa", "minimum": "50"}
    assert browser_of(world).post(address, {**lines, "maximum": "500"}).status_code == 303
    assert browser_of(world).post(address, {**lines, "maximum": "5000"}).status_code == 422
    assert Device.objects.get().ranges.get().maximum == 500


def test_a_device_is_corrected_on_the_page(world: World) -> None:
    device = make_device(world)
    given = {"kind": "electro", "make": "Iontex", "model": "One plus", "serial": "A1", "modes": ["iontophoresis"]}
    address = reverse("device-edit", kwargs={"device_id": device.id})
    assert browser_of(world).post(address, {**given, "is_active": "on", "version": 1}).status_code == 303
    assert Device.objects.get().model == "One plus"
    assert browser_of(world).post(address, {**given, "version": 1}).status_code == 409


def test_the_lead_sets_a_depth_limit_on_the_page(world: World) -> None:
    given = {
        "technique": "T03",
        "level": 5,
        "depth_mm": "2",
        "source": "Policy",
        "force": "clinic_policy",
        "action": "block",
    }
    assert browser_of(world).post(reverse("depth-limits"), given).status_code == 303
    assert browser_of(world).post(reverse("depth-limits"), {**given, "depth_mm": "20"}).status_code == 422
    assert browser_of(world, "manager").post(reverse("depth-limits"), given).status_code == 403
    assert DepthLimit.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({}, 201, None),
        ({"colour": "red"}, 400, "colour"),
        ({"name": 5}, 400, "name"),
        ({"ingredients": [{"id": "I99"}]}, 422, "ingredients"),
        ({"legal": "fine"}, 422, "legal"),
        ({"max_session_ml": "60"}, 422, "max_session_ml"),
    ],
)
def test_the_api_adds_products(world: World, change: dict[str, Any], status: int, field: str | None) -> None:
    response = browser_of(world).post(
        reverse("api-product-list"), {**API_PRODUCT, **change}, content_type="application/json"
    )
    assert response.status_code == status, response.content
    assert response.json().get("field") == field
    if status == 201:
        assert response["ETag"] == '"1"'
        assert response.json()["unanswered"] == ["edta", "sulphite"]


def test_the_api_corrects_with_a_version(world: World) -> None:
    product = make_product(world)
    address = reverse("api-product-detail", kwargs={"product_id": product.id})
    send = {"data": {"concentration": "5 %"}, "content_type": "application/json"}
    assert browser_of(world).patch(address, **send).status_code == 428
    assert browser_of(world).patch(address, **send, headers={"If-Match": '"1"'}).status_code == 200
    stale = browser_of(world).patch(address, **send, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")


def test_the_api_of_devices_and_depths(world: World) -> None:
    given = {"make": "Iontex", "model": "Two", "serial": "B2", "modes": ["iontophoresis"]}
    response = browser_of(world).post(reverse("api-device-list"), given, content_type="application/json")
    assert response.status_code == 201
    address = reverse("api-device-detail", kwargs={"device_id": response.json()["id"]})
    ranges = [{"mode": "iontophoresis", "parameter": "current_ma", "minimum": "0.1", "maximum": "9"}]
    refused = browser_of(world).patch(
        address, {"ranges": ranges}, content_type="application/json", headers={"If-Match": '"1"'}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "guard_rail")
    limit = {"technique": "T03", "level": 5, "depth_mm": "2", "source": "Policy"}
    assert (
        browser_of(world).post(reverse("api-depth-limits"), limit, content_type="application/json").status_code == 201
    )
    assert len(browser_of(world).get(reverse("api-depth-limits")).json()["depth_limits"]) == 1
    assert len(browser_of(world).get(reverse("api-device-list")).json()["devices"]) == 1
