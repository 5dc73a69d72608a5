"""Products, devices and depth limits: verbs and their refusals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from clinic.catalogue import queries, services
from clinic.catalogue.models import DepthLimit, Device, Product
from clinic.errors import InvalidValue, StaleRecord
from clinic.models import AuditEntry
from tests.factories import NOW, World

VITAMINS = [{"id": "I06", "strength": "10 %"}, {"id": "I09", "strength": "trace"}]
IONTO = [{"mode": "iontophoresis", "parameter": "current_ma", "minimum": "0.1", "maximum": "2.0"}]


def make_product(world: World, **values: Any) -> Product:
    given = {"name": "Vitamin C 10 %", "maker": "Demo Labs", "legal": "device", "ingredients": VITAMINS, **values}
    return services.create_product(world.organisation, by=world.actor("lead"), at=NOW, **given)


def make_device(world: World, **values: Any) -> Device:
    given = {"make": "Iontex", "model": "One", "serial": "A1", "modes": ["iontophoresis"], "ranges": IONTO, **values}
    return services.add_device(world.organisation, by=world.actor("manager"), at=NOW, **given)


def test_a_product_knows_what_it_must_still_answer(world: World) -> None:
    """RULE-R180: an unknown tag never passes silently."""
    product = make_product(world, tags={"sulphite": False})
    assert product.tag_answers == {"edta": None, "sulphite": False}
    assert product.unanswered == ["edta"]
    assert queries.product_tags(product) == {"thiamine": True, "edta": None}
    assert AuditEntry.objects.filter(action="product.created", object_id=product.id).count() == 1


def test_product_facts_have_the_names_the_rules_read(world: World) -> None:
    facts = queries.product_facts(make_product(world, max_session_ml="5", polarity="negative"))
    assert facts["ingredients"] == ["I06", "I09"]
    assert (facts["max_session_ml"], facts["polarity"], facts["legal"]) == (5.0, "negative", "device")
    assert facts["tags"] == {"edta": None, "sulphite": None}


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"name": " "}, "name", "required"),
        ({"maker": ""}, "maker", "required"),
        ({"legal": "fine"}, "legal", "invalid_choice"),
        ({"origin": "moon"}, "origin", "invalid_choice"),
        ({"labelled_areas": ["knee pit"]}, "labelled_areas", "invalid_choice"),
        ({"max_session_ml": "51"}, "max_session_ml", "out_of_range"),
        ({"max_session_ml": "0"}, "max_session_ml", "out_of_range"),
        ({"max_session_ml": "much"}, "max_session_ml", "invalid_number"),
        ({"max_session_ml": "NaN"}, "max_session_ml", "invalid_number"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"ingredients": []}, "ingredients", "required"),
        ({"ingredients": [{"id": "I99"}]}, "ingredients", "invalid_choice"),
        ({"ingredients": [{"id": "I06"}, {"id": "I06"}]}, "ingredients", "named_twice"),
        ({"tags": {"unicorn": True}}, "tags", "invalid_choice"),
    ],
)
def test_a_wrong_value_is_refused_by_name(world: World, values: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        make_product(world, **values)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert not Product.objects.exists()


def test_the_same_product_twice_is_refused(world: World) -> None:
    make_product(world)
    with pytest.raises(InvalidValue) as refused:
        make_product(world)
    assert refused.value.code == "exists_already"


def test_editing_keeps_answers_that_still_matter(world: World) -> None:
    product = make_product(world, tags={"sulphite": False, "edta": True})
    edited = services.edit_product(
        product, ingredients=[{"id": "I06"}, {"id": "I03"}], legal="POM", by=world.actor("lead"), at=NOW, version=1
    )
    assert edited.legal == "POM"
    assert edited.ingredient_ids == ("I06", "I03")
    assert edited.tag_answers == {"edta": True, "sulphite": False}
    emptied = services.edit_product(edited, ingredients=[{"id": "I03"}], by=world.actor("lead"), at=NOW)
    assert emptied.tag_answers == {}
    assert product.history.count() == 3


def test_a_stale_edit_shows_both_versions(world: World) -> None:
    product = make_product(world)
    services.edit_product(product, concentration="5 %", by=world.actor("lead"), at=NOW, version=1)
    with pytest.raises(StaleRecord) as refused:
        services.edit_product(product, concentration="7 %", by=world.actor("lead"), at=NOW, version=1)
    assert refused.value.current["concentration"] == "5 %"
    assert refused.value.yours["concentration"] == "7 %"


@pytest.mark.parametrize("role", ["practitioner", "learner", "reception", "assessor", "prescriber"])
def test_only_lead_and_manager_change_the_catalogue(world: World, role: str) -> None:
    with pytest.raises(PermissionDenied):
        services.create_product(
            world.organisation, name="x", maker="y", ingredients=VITAMINS, by=world.actor(role), at=NOW
        )
    assert AuditEntry.objects.filter(action="clinic.create_product", outcome="denied").count() == 1


def test_another_clinics_product_is_not_there(world: World) -> None:
    product = make_product(world)
    with pytest.raises(Http404):
        services.edit_product(product, name="x", by=world.actor("outsider"), at=NOW)
    assert list(queries.products(world.actor("outsider"))) == []
    assert list(queries.products(world.actor("reception"))) == []
    assert list(queries.products(world.actor("practitioner"))) == [product]


def test_the_list_costs_the_same_whatever_its_length(world: World, django_assert_num_queries: Any) -> None:
    actor = world.actor("practitioner")
    for number in range(4):
        make_product(world, name=f"Product {number}")
    with django_assert_num_queries(3):
        assert [product.unanswered for product in queries.products(actor)] == [["edta", "sulphite"]] * 4


def test_a_device_has_ranges_inside_the_guard_rails(world: World) -> None:
    """RULE-R056."""
    device = make_device(world)
    allowed = device.range_for("iontophoresis", "current_ma")
    assert allowed is not None
    assert allowed.maximum == Decimal("2.0")
    assert queries.device_facts(device, NOW.date())["ifu_range"] == {"iontophoresis.current_ma": [0.1, 2.0]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"maximum": "4.5"}, "guard_rail"),
        ({"minimum": "3"}, "out_of_range"),
        ({"parameter": "temperature"}, "invalid_choice"),
        ({"mode": "microcurrent"}, "invalid_choice"),
        ({"maximum": "high"}, "invalid_number"),
    ],
)
def test_a_range_outside_is_refused(world: World, change: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        make_device(world, ranges=[{**IONTO[0], **change}])
    assert refused.value.code == code


def test_a_device_never_tested_is_overdue(world: World) -> None:
    """RULE-R017: never done counts as overdue; a year after the last test unless a date is stated."""
    device = make_device(world, serviced_on=date(2026, 1, 10))
    today = NOW.date()
    assert (device.service_overdue(today), device.safety_test_overdue(today)) == (False, True)
    tested = services.record_device_check(
        device, check="safety_test", done_on=date(2026, 11, 1), by=world.actor("lead"), at=NOW
    )
    assert not tested.safety_test_overdue(today)
    assert tested.safety_test_overdue(date(2027, 11, 2))


def test_a_check_in_the_future_is_refused(world: World) -> None:
    with pytest.raises(InvalidValue):
        services.record_device_check(
            make_device(world), check="service", done_on=date(2026, 12, 1), by=world.actor("lead"), at=NOW
        )


def test_depth_is_the_clinics_own_row(world: World) -> None:
    """RULE-R014, decision 31: no row means no limit is known; the highest row at or below the level counts."""
    clinic = world.organisation
    assert queries.depth_limit_mm(clinic.id, "T03", 5) is None
    for level, depth in ((4, "1.0"), (5, "2.0")):
        services.set_depth_limit(
            clinic, technique="T03", level=level, depth_mm=Decimal(depth), source="Clinic policy 7",
            by=world.actor("lead"), at=NOW,
        )  # fmt: skip
    assert queries.depth_limit_mm(clinic.id, "T03", 6) == Decimal("2.0")
    assert queries.depth_limit_mm(clinic.id, "T03", 4) == Decimal("1.0")
    assert queries.depth_limit_mm(clinic.id, "T03", 3) is None
    assert queries.depth_limit_mm(clinic.id, "T03", None) is None


def test_microneedling_rows_ship_until_the_clinic_sets_its_own(world: World) -> None:
    assert queries.depth_limit_mm(world.organisation.id, "T12", 5) == Decimal("1.0")
    services.set_depth_limit(
        world.organisation, technique="T12", level=5, depth_mm=Decimal("0.8"), source="Policy", by=world.actor("lead"),
        at=NOW,
    )  # fmt: skip
    assert queries.depth_limit_mm(world.organisation.id, "T12", 5) == Decimal("0.8")


def test_the_manager_sets_no_depth(world: World) -> None:
    with pytest.raises(PermissionDenied):
        services.set_depth_limit(
            world.organisation, technique="T03", level=5, depth_mm=Decimal(2), source="x", by=world.actor("manager"),
            at=NOW,
        )  # fmt: skip
    assert not DepthLimit.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"technique": "T99"}, "technique"),
        ({"level": 9}, "level"),
        ({"depth_mm": Decimal(14)}, "depth_mm"),
        ({"source": " "}, "source"),
    ],
)
def test_a_wrong_depth_limit_is_refused(world: World, change: dict[str, Any], field: str) -> None:
    given = {"technique": "T03", "level": 5, "depth_mm": Decimal(2), "source": "Policy", **change}
    with pytest.raises(InvalidValue) as refused:
        services.set_depth_limit(world.organisation, by=world.actor("lead"), at=NOW, **given)
    assert refused.value.field == field
