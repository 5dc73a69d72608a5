"""What a page costs in statements, both databases together: within its budget, and no more for twenty rows than one.

The evidence pages have theirs beside them (tests/evidence/test_budget.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic import photos, search
from clinic.actors import SYSTEM
from clinic.catalogue import content as catalogue
from clinic.choices import VisitKind
from clinic.services import clients, visits
from tests.catalogue.test_services import make_device, make_product
from tests.consultations import support as consultations
from tests.factories import NOW, World, make_client
from tests.photos import permits, samples
from tests.treatments import support as treatments
from treatments import library, services
from treatments.choices import Phase
from treatments.models import Session

MANY = 20
Grow = Callable[[int], Any]


def counted(world: World, role: str, url: str, body: dict[str, Any] | None = None) -> int:
    """Statements of one request; it is asked once before, so that a first reading of the chart is already logged."""
    browser = Browser()
    browser.force_login(world.people[role])
    ask = (lambda: browser.get(url)) if body is None else (lambda: browser.post(url, body))
    ask()
    with CaptureQueriesContext(connections["default"]) as main, CaptureQueriesContext(connections["keys"]) as keys:
        assert ask().status_code == 200
    return len(main) + len(keys)


def hold(world: World, grow: Grow, budget: int, *, role: str, url: str, body: dict[str, Any] | None = None) -> None:
    """Twenty rows cost no more than one, and that no more than the budget."""
    grow(0)
    few = counted(world, role, url, body)
    for number in range(1, MANY):
        grow(number)
    assert counted(world, role, url, body) <= few
    assert few <= budget


@pytest.fixture
def desk(world: World) -> Grow:
    """Each call adds a client with a visit today, a product and a device."""
    search.forget()

    def grow(number: int) -> None:
        client = make_client(world.organisation, f"Mary Number{number}", phone=f"07700 9003{number:02}")
        visits.book_visit(
            client, site=world.site, practitioner=world.people["practitioner"], kind=VisitKind.SESSION,
            planned_at=NOW + timedelta(minutes=10 * number), by=SYSTEM, at=NOW,
        )  # fmt: skip
        make_product(world, name=f"Vitamin C lot {number}")
        make_device(world, serial=f"B{number}")
        treatments.make_lot(world, make_product(world, name=f"Filler {number}"), number=f"L{number}")

    return grow


@pytest.mark.parametrize(
    ("role", "name", "body", "budget"),
    [
        ("practitioner", "client-list", None, 12),
        ("reception", "client-list", {"query": "mary"}, 12),
        ("practitioner", "today", None, 20),
        ("reception", "today", None, 12),
        ("practitioner", "api-today", None, 19),
        ("practitioner", "product-list", None, 14),
        ("practitioner", "api-product-list", None, 11),
        ("practitioner", "lot-list", None, 12),
        ("protection", "log-search", None, 15),
        ("practitioner", "log-own", None, 11),
    ],
)
def test_a_list_costs_the_same_for_many_rows(
    world: World, desk: Grow, role: str, name: str, body: dict[str, Any] | None, budget: int
) -> None:
    """REQ-S12: the number of statements is constant and within the budget."""
    hold(world, desk, budget, role=role, url=reverse(name), body=body)


def _prepared(world: World) -> tuple[Session, Grow]:
    """A session with every gate open; each call adds ticks, a lot in the hand, an allergy, a visit and a consent."""
    session = treatments.make_ready(world)
    by = world.actor("practitioner")
    item = next(
        item.id
        for row in library.checklists(session.checklists).values()
        for item in row.items
        if item.when == Phase.PREPARATION and item.applies(session.modality) and item.id != library.HAZARD_ITEM
    )

    def grow(number: int) -> None:
        services.tick(session, items=item, phase=Phase.PREPARATION, note=f"Note {number}", by=by, at=NOW)
        services.confirm_today(session, kind="capacity", outcome="no_doubt", by=by, at=NOW)
        lot = treatments.make_lot(world, session.course.plan.product, number=f"N{number}")
        services.choose_lot(session, lot=lot, drawn_ml=1, by=by, at=NOW)
        visits.book_visit(
            world.own, site=world.site, practitioner=world.people["practitioner"], kind=VisitKind.SESSION,
            planned_at=NOW + timedelta(days=30 + number), by=SYSTEM, at=NOW,
        )  # fmt: skip

    return session, grow


@pytest.mark.parametrize(
    ("name", "budget"),
    [
        ("session-detail", 40),
        ("api-session-detail", 32),
        ("client-detail", 36),
        ("api-client-timeline", 28),
        ("client-sessions", 22),
        ("client-courses", 22),
    ],
)
def test_a_session_and_its_client_cost_the_same_for_many_rows(world: World, name: str, budget: int) -> None:
    """REQ-S12, decision 39."""
    session, grow = _prepared(world)
    ids = {"session_id": session.id} if "session" in name and name != "client-sessions" else {"client_id": world.own.id}
    hold(world, grow, budget, role="practitioner", url=reverse(name, kwargs=ids))


@pytest.mark.parametrize(
    ("name", "budget"),
    [
        ("consultation-questionnaire", 22),
        ("consultation-findings", 24),
        ("api-consultation-findings", 18),
        ("client-consultations", 20),
    ],
)
def test_a_consultation_costs_the_same_for_many_rows(world: World, name: str, budget: int) -> None:
    """REQ-S12: whatever the number of allergies."""
    consultations.open_world(world)
    row = consultations.answered(world)
    ids = {"client_id": world.own.id} if name.startswith("client") else {"consultation_id": row.id}

    def grow(number: int) -> None:
        tag = sorted(catalogue.tags())[number]
        clients.record_allergy(world.own, tag=tag, words=f"Words {number}", by=SYSTEM, at=NOW)

    hold(world, grow, budget, role="practitioner", url=reverse(name, kwargs=ids))


@pytest.mark.parametrize(("name", "budget"), [("client-photos", 18), ("api-client-photos", 12)])
def test_photographs_cost_the_same_for_many(world: World, name: str, budget: int) -> None:
    """REQ-S12."""
    permits.publish_texts(world)
    permits.permit(world, answer=True)
    data = samples.saved(samples.picture())

    def grow(number: int) -> None:
        photos.store(
            data, client=world.own, view="P01", stage="before", by=world.actor("practitioner"),
            at=NOW + timedelta(minutes=number),
        )  # fmt: skip

    hold(world, grow, budget, role="practitioner", url=reverse(name, kwargs={"client_id": world.own.id}))
