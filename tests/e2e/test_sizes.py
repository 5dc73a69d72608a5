"""Every page of the path, in the hands of the right role, at the four sizes of ui.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import tour
from tests.e2e.looking import SIZES, look
from tests.journey.walk import Walk
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]


@pytest.fixture
def walk(clinic: Site, one_browser: Browser, pictures: Path) -> Walk:
    """A tablet that remembers what axe, the console and the content policy complain about."""
    return Walk(one_browser, clinic.address, pictures, "")


@pytest.mark.parametrize("person", tour.TOURS)
def test_every_page_of_a_role_at_four_sizes(walk: Walk, pictures: Path, person: str) -> None:
    """No sideways scrolling, no cut text, no control over another, room for fingers, the banner in sight, no axe."""
    wanted = tour.TOURS[person]
    walk.sign_in_as(person)
    stops = tour.find(walk.context, walk.address, wanted)
    assert {stop.kind for stop in stops} == set(wanted), "a page is not reached by links any more"
    for number, stop in enumerate(stops):
        walk.go(stop.path)
        walk.page.wait_for_load_state("networkidle")
        name = f"{person.split(maxsplit=1)[0]}-{number:02d}-{stop.name}"
        walk.problems += look(walk.page, name, pictures)
        walk.page.set_viewport_size({**SIZES["tablet"], "height": 4000})  # nothing under a bar while axe measures
        walk.check(name)
    walk.context.close()
    assert walk.problems == []


def test_the_sign_in_page_and_an_unknown_address(walk: Walk, pictures: Path) -> None:
    """The first page anybody sees, and the page of a mistyped address."""
    for name, path in (("sign-in", "/sign-in/"), ("unknown", "/nowhere/")):
        walk.go(path)
        walk.problems += look(walk.page, name, pictures)
        walk.check(name)
    walk.context.close()
    assert walk.problems == []
