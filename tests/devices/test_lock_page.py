"""The cover over an open page, in a real browser: it hides, it opens by PIN, and what was typed is still there."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clinic import clock
from tests.devices.support import PIN, with_pin
from tests.factories import NOW, PASSWORD, World, make_world

LATER = "() => { const now = Date.now; Date.now = () => now() + 600_000; }"


@pytest.fixture
def house(transactional_db: None) -> World:
    with clock.set_to(NOW):
        world = make_world()
        with_pin(world.people["practitioner"])
        return world


def rested(page: Page, address: str) -> None:
    """Something typed into a form, then ten minutes of rest."""
    page.goto(f"{address}/sign-in/")
    page.get_by_label("E-mail").fill("practitioner@a.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{address}/clients/new/")
    page.get_by_label("Full legal name").fill("Half a name")
    with page.expect_response("**/api/v1/lock/"):
        page.evaluate(LATER)
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()


def test_what_was_typed_is_still_there_after_the_pin(page: Page, live_server: Any, house: World) -> None:
    """The form can be sent as if nothing had happened; a wrong PIN leaves the cover where it is."""
    rested(page, live_server.url)
    expect(page.get_by_label("Full legal name")).not_to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("PIN").fill("908274")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_text("4 tries left")).to_be_visible()
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_label("Full legal name")).to_have_value("Half a name")
    page.get_by_label("Telephone").fill("07700 900461")
    page.get_by_label("Date of birth").fill("1988-05-04")
    page.get_by_role("button", name="Create client").click()
    expect(page.get_by_role("link", name="Book a visit")).to_be_visible()


def test_behind_the_cover_the_session_is_locked(page: Page, live_server: Any, house: World) -> None:
    """Reloading the covered page, or opening another tab, meets the lock page."""
    rested(page, live_server.url)
    other = page.context.new_page()
    other.goto(f"{live_server.url}/clients/")
    expect(other.get_by_role("heading", name="Locked")).to_be_visible()
    page.reload()
    expect(page.get_by_text("The PIN of PP opens it")).to_be_visible()
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url("**/clients/new/")
