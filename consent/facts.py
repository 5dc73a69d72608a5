"""The planned treatment in a client's words: product, areas, course, price, who treats."""

from __future__ import annotations

from datetime import date
from typing import Any

from clinic.catalogue import content as catalogue
from clinic.catalogue.choices import Legal
from clinic.catalogue.models import Product
from clinic.models import Credential, Staff
from consent.wording import Planned
from consultations.choices import Modality
from consultations.models import ServicePlan

_FAT = ("fat", "fat claim")


def product_words(product: Product | None) -> str:
    """Name, maker, what is in it, and its legal standing."""
    if product is None:
        return "No product"
    known = catalogue.ingredients()
    contents = ", ".join(known[key].label for key in product.ingredient_ids if key in known)
    legal = Legal(product.legal).label.lower()
    return f"{product.name} ({product.maker}). Contains: {contents or 'not recorded'}. Legal standing: {legal}."


def area_words(zones: list[str]) -> str:
    """Labels of zones."""
    known = catalogue.areas()
    return "; ".join(known[zone].label if zone in known else zone for zone in zones)


def course_words(plan: ServicePlan) -> str:
    """Number of sessions, interval and price."""
    sessions = "1 session" if plan.sessions == 1 else f"{plan.sessions} sessions, {plan.interval_days} days apart"
    return sessions if plan.price_pence is None else f"{sessions}, £{plan.price_pence / 100:,.2f} in total"


def performer_words(performer: Staff, on: date) -> str:
    """Training, registration and insurance of the person who treats, as recorded for the day."""
    rows = Credential.objects.filter(staff=performer).valid_on(on).order_by("kind", "id")
    shown = [
        f"insured until {row.until_on.day} {row.until_on:%b %Y}" if row.kind == "insurance" and row.until_on else
        " ".join(part for part in (row.title, row.number) if part)
        for row in rows
        if row.kind in ("registration", "qualification", "insurance", "in_training")
    ]  # fmt: skip
    return "; ".join(shown) or "Not recorded"


def shared_words(plan: ServicePlan) -> dict[str, str]:
    """Goals, budget, comfort and wanted result, in the client's short words (S268); empty for a plan without them."""
    return {name: words for name, words in (plan.shared or {}).items() if words}


def planned_for(plan: ServicePlan, performer: Staff, on: date) -> Planned:
    """What the consent text of a plan depends on."""
    product: Product | None = plan.product
    ingredients = catalogue.ingredients()
    chosen = [ingredients[key] for key in (product.ingredient_ids if product else ()) if key in ingredients]
    areas = [catalogue.areas()[zone] for zone in plan.zones if zone in catalogue.areas()]
    technique = catalogue.techniques().get(plan.technique)
    return Planned(
        modality=plan.modality,
        is_lipolysis=any(row.purpose in _FAT for row in chosen),
        is_scalp=any(area.region == "scalp" for area in areas),
        is_prescription=product is not None and product.legal == Legal.POM,
        shared=shared_words(plan),
        facts={
            "modality": Modality(plan.modality).label,
            "technique": technique.label if technique else plan.technique,
            "product": product_words(product),
            "product_name": product.name if product else "No product",
            "areas": area_words(plan.zones),
            "course": course_words(plan),
            "performer": performer.name,
            "performer_standing": performer_words(performer, on),
        },
    )


def details(consent: Any, *, matters: str, decided: str, given: str) -> dict[str, str]:
    """What stands under a statement that names something (H2: product, what matters, who treats, course, dates)."""
    facts = consent.snapshot["facts"]
    return {
        "product": facts["product"],
        "matters": matters,
        "performer": f"{facts['performer']}: {facts['performer_standing']}",
        "course": facts["course"],
        "dates": f"Information given: {given}. {decided}",
        "": "",
    }
