"""Query counts of the evidence pages do not grow with the number of rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evidence import services
from tests.evidence import sessions
from tests.evidence.support import Centre, decide, watch
from tests.factories import NOW, make_client


def counted(centre: Centre, role: str, name: str, **ids: Any) -> int:
    """Statements one page costs, both databases together."""
    browser = Browser()
    browser.force_login(centre.world.people[role])
    url = reverse(name, kwargs=ids or None)
    with CaptureQueriesContext(connections["default"]) as main, CaptureQueriesContext(connections["keys"]) as keys:
        assert browser.get(url).status_code == 200
    return len(main) + len(keys)


def more(centre: Centre, number: int) -> None:
    """One more client with evidence in every state."""
    world = centre.world
    world.own = make_client(world.organisation, f"Client Number{number}", phone=f"07700 9002{number:02}")
    for assessor in ("assessor", "assessor2"):
        session = sessions.running(centre)
        observation = watch(centre, session, assessor=assessor)
        sessions.sign(session)
        decide(centre, observation)
    sessions.running(centre)
    watch(centre, sessions.running(centre))
    sessions.sign(sessions.running(centre))
    product = sessions.sign(sessions.running(centre))
    services.offer_product(
        product, enrolment=centre.enrolment, assessor=world.people["assessor"], by=centre.actor("learner"), at=NOW
    )


PAGES = [
    ("learner", "portfolio-detail", 45),
    ("assessor", "portfolio-detail", 45),
    ("iqa", "portfolio-detail", 45),
    ("learner", "portfolio-criterion", 40),
    ("learner", "api-portfolio-detail", 40),
    ("assessor", "evidence-home", 35),
    ("iqa", "evidence-home", 30),
    ("assessor", "api-evidence-inbox", 30),
]


@pytest.fixture
def ids(centre: Centre) -> dict[str, dict[str, Any]]:
    """Addresses of the pages."""
    enrolment = {"enrolment_id": centre.enrolment.id}
    return {
        "portfolio-detail": enrolment,
        "api-portfolio-detail": enrolment,
        "portfolio-criterion": {**enrolment, "criterion": "U4-4.9"},
    }


@pytest.mark.parametrize(("role", "name", "budget"), PAGES)
def test_a_page_costs_the_same_for_many_rows(
    centre: Centre, ids: dict[str, dict[str, Any]], role: str, name: str, budget: int
) -> None:
    """REQ-S12: the number of statements is constant and within the budget."""
    more(centre, 1)
    few = counted(centre, role, name, **ids.get(name, {}))
    for number in (2, 3):
        more(centre, number)
    many = counted(centre, role, name, **ids.get(name, {}))
    assert many == few
    assert many <= budget
