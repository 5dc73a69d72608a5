"""25 moves × 4 states of a hand-over, in a Chromium that keeps pages in memory: no string of the staff (SEC-B1)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clinic import clock
from clinic.middleware import actor_of_handover
from clinic.models import HandOver
from clinic.services import handover
from tests.back.moves import MOVES, WHOLE, Tablet, all_moves
from tests.consultations import support
from tests.devices.support import PIN, with_pin
from tests.factories import PASSWORD, World, make_world

SHORTEST = 6  # signs; shorter lines stand on any page


@pytest.fixture
def opened(transactional_db: None) -> World:
    with clock.set_to(support.NOW):
        world = support.open_world(make_world())
        with_pin(world.people["practitioner"])
        world.extra["consultation"] = support.start(world)
        return world


@pytest.fixture(scope="module")
def keeping(browser_type: Any, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """Chromium as people have it: it may keep a page in memory to go back to."""
    browser = browser_type.launch(**browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"])
    yield browser
    browser.close()


def lines(page: Page) -> set[str]:
    """What stands on the screen, line by line."""
    text = page.evaluate("() => document.body.innerText")
    return {" ".join(line.split()) for line in text.splitlines() if len(line.strip()) >= SHORTEST}


def staff_pages(page: Page, address: str, world: World) -> tuple[set[str], list[str]]:
    """Sign in and go about as before a hand-over: what stood there, and where."""
    page.goto(f"{address}/sign-in/")
    page.get_by_label("E-mail").fill("practitioner@a.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("nav.rail")).to_be_visible()
    found, addresses = lines(page), []
    own = world.own.id
    for path in ("/clients/", f"/clients/{own}/", f"/clients/{own}/edit/", f"/consultations/{consultation(world)}/"):
        page.goto(address + path)
        found |= lines(page)
        addresses.append(page.url)
    return found, addresses


def consultation(world: World) -> uuid.UUID:
    """The one that is handed over."""
    pk: uuid.UUID = world.extra["consultation"].pk
    return pk


def held() -> HandOver:
    """The hand-over that began last."""
    found: HandOver = HandOver.objects.latest("started_at")
    return found


def finished(page: Page) -> None:
    """The client has given the answers; the thank-you page asks for the tablet."""
    token = next(one["value"] for one in page.context.cookies() if one["name"] == settings.INTAKE_COOKIE_NAME)
    assert held().token_hash == hashlib.sha256(token.encode()).hexdigest()
    actor = actor_of_handover(token)
    assert actor is not None
    handover.finish_handover(held(), outcome="submitted", by=actor, at=clock.now())
    page.reload()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def given_back(page: Page) -> None:
    """Somebody touched the button for staff: the screen is locked."""
    finished(page)
    page.get_by_role("button", name="Staff: sign in again").click()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()


def forgotten(page: Page) -> None:
    """Half an hour is over, nobody took the tablet back."""
    row = held()
    row.expires_at = clock.now() - timedelta(seconds=1)
    row.save(update_fields=["expires_at"])
    page.reload()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()


STATES = {"in hand": lambda page: None, "finished": finished, "given back": given_back, "forgotten": forgotten}


def hand_over(page: Page) -> None:
    page.get_by_role("button", name="Hand over the tablet").click()
    page.wait_for_url("**/handover/")
    expect(page.get_by_text("1 of 15")).to_be_visible()


def texts_of(page: Page) -> str:
    """Everything in the document that the client may see."""
    text: str = page.evaluate(WHOLE)
    return text


def moved_in(state: str, context: BrowserContext, address: str, world: World) -> Tablet:
    """Every move in one state of a hand-over, on a tablet of its own."""
    page = context.new_page()
    found, addresses = staff_pages(page, address, world)
    control, beside = texts_of(page), context.new_page()
    beside.goto(addresses[1])
    hand_over(page)
    beside.wait_for_url("**/handover/")  # a chart left open in another tab goes as well
    beside.close()
    theirs = texts_of(page)
    STATES[state](page)
    theirs += texts_of(page) + " ".join(allowed(context.new_page(), address))
    strings = frozenset(one for one in found if one not in theirs)
    assert len(strings) > 20
    assert sum(one in control for one in strings) > 10
    tablet = Tablet(page, address, strings, tuple(addresses))
    assert all_moves(tablet) == len(MOVES) == 25
    return tablet


def test_no_move_brings_a_page_of_staff_back(
    live_server: Any, opened: World, keeping: Browser, record_property: Any
) -> None:
    """SEC-B1 SEC-B4: on the screen or in the document, at once or when it has settled. In the end the PIN of the person
    who handed over goes on where the tablet was handed over, and there the very strings stand again.
    """
    seen = {}
    for state in STATES:
        context = keeping.new_context(viewport={"width": 1180, "height": 820}, has_touch=True, locale="en-GB")
        tablet = moved_in(state, context, live_server.url, opened)
        seen[state] = list(tablet.seen)
        if state == "forgotten":
            unlock(tablet)
            assert len(tablet.seen) > 10
        context.close()
    record_property("moves", len(MOVES) * len(seen))
    record_property("staff strings", sum(len(found) for found in seen.values()))
    assert seen == {state: [] for state in STATES}


def unlock(tablet: Tablet) -> None:
    """The person who handed over is back."""
    page = tablet.page
    page.goto(f"{tablet.address}/locked/")
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url(tablet.addresses[-1])
    tablet.look("unlocked")


def allowed(page: Page, address: str) -> list[str]:
    """What stands on pages that anybody may see: the page that is not there, and the sign-in."""
    texts = []
    for path in ("/no-such-page/", "/handover/"):
        page.goto(address + path)
        texts.append(texts_of(page))
    page.close()
    return texts
