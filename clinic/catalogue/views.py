"""Pages of the catalogue: products, devices, depth limits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from clinic import clock
from clinic.access import Can, may
from clinic.actors import Actor
from clinic.catalogue import content, queries, services
from clinic.catalogue.forms import DepthLimitForm, DeviceForm, ProductForm, RangeForm
from clinic.catalogue.models import Device, Product
from clinic.errors import StaleRecord
from clinic.http import load, page, redirect_to, with_refusals
from clinic.queries import organisation_for
from clinic.versions import version_rows


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def product_list(request: HttpRequest) -> HttpResponse:
    """Products and devices in use."""
    actor = _actor(request)
    organisation = organisation_for(actor, Can.READ_CATALOGUE)
    today = clock.today()
    devices = [
        {"device": device, "overdue": device.service_overdue(today) or device.safety_test_overdue(today)}
        for device in queries.devices(actor)
    ]
    context = {
        "section": "products",
        "products": queries.products(actor),
        "devices": devices,
        "may_manage": may(actor, Can.MANAGE_CATALOGUE, organisation),
    }
    return page(request, "catalogue/product_list.html", context)


def product_detail(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """One product: ingredients, tags, label."""
    actor = _actor(request)
    product = load(
        Product, actor, Can.READ_CATALOGUE, product_id, queryset=Product.objects.prefetch_related("ingredients", "tags")
    )
    rows = [(content.ingredients()[row.ingredient], row.strength) for row in product.ingredients.order_by("position")]
    tags = [(content.tags()[tag].label, answer) for tag, answer in queries.product_tags(product).items()]
    context = {
        "section": "products",
        "product": product,
        "ingredients": rows,
        "tags": tags,
        "legal": content.legal_statuses()[product.legal],
        "contraindications": queries.contraindication_words(product),
        "may_manage": may(actor, Can.MANAGE_CATALOGUE, product),
    }
    return page(request, "catalogue/product_detail.html", context)


def product_create(request: HttpRequest) -> HttpResponse:
    """Add a product."""
    organisation = organisation_for(_actor(request), Can.MANAGE_CATALOGUE)
    form = ProductForm(request.POST or None)
    context = {"section": "products", "form": form, "title": "Add a product", "action": "Add product"}
    if request.method != "POST":
        return page(request, "catalogue/product_form.html", context)
    if not form.is_valid():
        return page(request, "catalogue/product_form.html", context, status=422)
    with with_refusals(form) as outcome:
        product = services.create_product(organisation, by=_actor(request), at=clock.now(), **form.values())
    if outcome.ok:
        messages.success(request, f"{product.name} is in the catalogue.")
        return redirect_to("product-detail", product_id=product.id)
    return page(request, "catalogue/product_form.html", context, status=outcome.status)


def product_edit(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Correct a product. A stale version shows both."""
    product = load(Product, _actor(request), Can.MANAGE_CATALOGUE, product_id)
    form = ProductForm(request.POST or None, initial=ProductForm.initial_of(product))
    context: dict[str, Any] = {"section": "products", "form": form, "title": f"Correct {product.name}"}
    context |= {"action": "Save corrections", "version": form["version"].value() or product.version}
    if request.method != "POST":
        return page(request, "catalogue/product_form.html", context)
    if not form.is_valid():
        return page(request, "catalogue/product_form.html", context, status=422)
    version = form.given_version()
    with with_refusals(form) as outcome:
        services.edit_product(product, by=_actor(request), at=clock.now(), version=version, **form.values())
    if outcome.ok:
        messages.success(request, "The product is corrected.")
        return redirect_to("product-detail", product_id=product.id)
    return _stale(request, "catalogue/product_form.html", context, outcome)


def _stale(request: HttpRequest, template: str, context: dict[str, Any], outcome: Any) -> HttpResponse:
    if isinstance(outcome.error, StaleRecord):
        labels = {name: field.label for name, field in context["form"].fields.items()}
        context |= {
            "versions": version_rows(outcome.error, labels),
            "version": outcome.error.current["version"],
        }
    return page(request, template, context, status=outcome.status)


def device_create(request: HttpRequest) -> HttpResponse:
    """Add a device."""
    organisation = organisation_for(_actor(request), Can.MANAGE_CATALOGUE)
    form = DeviceForm(request.POST or None)
    context = {"section": "products", "form": form, "title": "Add a device", "action": "Add device"}
    if request.method != "POST":
        return page(request, "catalogue/device_form.html", context)
    if not form.is_valid():
        return page(request, "catalogue/device_form.html", context, status=422)
    with with_refusals(form) as outcome:
        device = services.add_device(organisation, by=_actor(request), at=clock.now(), **form.values())
    if outcome.ok:
        messages.success(request, f"{device} is in the list. Add the ranges its maker allows.")
        return redirect_to("device-detail", device_id=device.id)
    return page(request, "catalogue/device_form.html", context, status=outcome.status)


def device_edit(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Correct a device. A stale version shows both."""
    device = load(Device, _actor(request), Can.MANAGE_CATALOGUE, device_id)
    form = DeviceForm(request.POST or None, initial=DeviceForm.initial_of(device))
    context: dict[str, Any] = {"section": "products", "form": form, "title": f"Correct {device}"}
    context |= {"action": "Save corrections", "version": form["version"].value() or device.version}
    if request.method != "POST":
        return page(request, "catalogue/device_form.html", context)
    if not form.is_valid():
        return page(request, "catalogue/device_form.html", context, status=422)
    version = form.given_version()
    with with_refusals(form) as outcome:
        services.edit_device(device, by=_actor(request), at=clock.now(), version=version, **form.values())
    if outcome.ok:
        messages.success(request, "The device is corrected.")
        return redirect_to("device-detail", device_id=device.id)
    return _stale(request, "catalogue/device_form.html", context, outcome)


def device_detail(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """One device: checks, modes, ranges beside the guard rails. POST adds or replaces a range."""
    actor = _actor(request)
    can = Can.MANAGE_CATALOGUE if request.method == "POST" else Can.READ_CATALOGUE
    device = load(Device, actor, can, device_id)
    form = RangeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            kept = [r for r in queries.range_values(device) if not _same_setting(r, form.cleaned_data)]
            with with_refusals(form) as outcome:
                services.edit_device(device, ranges=[*kept, form.cleaned_data], by=actor, at=clock.now())
            if outcome.ok:
                return redirect_to("device-detail", device_id=device.id)
            status = outcome.status
    context = {
        "section": "products",
        "device": device,
        "form": form,
        "ranges": queries.range_lines(device),
        "modes": queries.mode_labels(device),
        "service_overdue": device.service_overdue(clock.today()),
        "safety_test_overdue": device.safety_test_overdue(clock.today()),
        "may_manage": may(actor, Can.MANAGE_CATALOGUE, device),
    }
    return page(request, "catalogue/device_detail.html", context, status=status)


def _same_setting(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return (first["mode"], first["parameter"]) == (second["mode"], second["parameter"])


def depth_limits(request: HttpRequest) -> HttpResponse:
    """The clinic's own depth rows. POST sets one (clinical lead)."""
    actor = _actor(request)
    can = Can.PUBLISH_CONTENT if request.method == "POST" else Can.READ_CATALOGUE
    organisation = organisation_for(actor, can)
    form = DepthLimitForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with with_refusals(form) as outcome:
                services.set_depth_limit(organisation, by=actor, at=clock.now(), **form.cleaned_data)
            if outcome.ok:
                messages.success(request, "The depth limit is set.")
                return redirect_to("depth-limits")
            status = outcome.status
    context = {
        "section": "products",
        "form": form,
        "rows": queries.depth_lines(organisation.id),
        "shipped": content.depth_limits().values(),
        "may_set": may(actor, Can.PUBLISH_CONTENT, organisation),
    }
    return page(request, "catalogue/depth_limits.html", context, status=status)
