"""The questionnaire in a client's hands, in a real browser: follow-ups, saving, a lost network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clinic import clock
from consultations.models import QuestionnaireResponse
from tests.consultations import support
from tests.factories import PASSWORD, World, make_world

SHOTS = os.environ.get("CONSULT_SHOTS", "")


@pytest.fixture
def opened(transactional_db: None) -> World:
    with clock.set_to(support.NOW):
        return support.open_world(make_world())


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.get_by_label("E-mail").fill("practitioner@a.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state("networkidle")


def hand_over(page: Page, address: str, row: Any) -> None:
    sign_in(page, address)
    page.goto(f"{address}/consultations/{row.pk}/")
    shot(page, "detail")
    page.get_by_role("button", name="Hand over the tablet").click()
    page.wait_for_url("**/handover/")
    expect(page.get_by_text("1 of 15")).to_be_visible()


def answers(row: Any) -> dict[str, Any]:
    return QuestionnaireResponse.objects.get(consultation=row).answers


def test_the_client_answers_on_the_tablet(page: Page, live_server: Any, opened: World) -> None:
    """REQ-S63: follow-ups appear, every answer saves itself, a lost network loses nothing, staff-only stays away."""
    with clock.set_to(support.NOW):
        row = support.start(opened)
    hand_over(page, live_server.url, row)
    shot(page, "handed-1")
    assert "photo ID" not in page.content()
    page.get_by_role("group", name="Is it possible for you to become pregnant").get_by_text("Yes", exact=True).click()
    expect(page.locator(".saved").first).to_contain_text("Saved")
    assert answers(row)["id_can_conceive"] == "yes"
    for _ in range(4):
        page.get_by_role("button", name="Next").last.click()
    expect(page.get_by_role("heading", name="Pregnancy and hormones")).to_be_visible()
    expect(page.get_by_role("group", name="Are you pregnant, or could you be?")).to_be_visible()
    shot(page, "handed-5")
    page.context.set_offline(True)
    page.get_by_role("group", name="Are you pregnant, or could you be?").get_by_text("No", exact=True).click()
    expect(page.locator(".saved").first).to_have_text("Not saved yet, 1 change kept on this tablet")
    shot(page, "handed-offline")
    page.context.set_offline(False)
    expect(page.locator(".saved").first).to_contain_text("Saved", timeout=15_000)
    assert answers(row)["pr_now"] == "no"
    page.reload()
    expect(page.get_by_text("of 15")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, "handed-phone")


def test_missing_answers_lead_to_their_page(page: Page, live_server: Any, opened: World) -> None:
    """REQ-S63: it cannot be handed in half answered."""
    with clock.set_to(support.NOW):
        row = support.start(opened)
    hand_over(page, live_server.url, row)
    for _ in range(14):
        page.get_by_role("button", name="Next").last.click()
    shot(page, "handed-last")
    page.get_by_role("button", name="Give my answers").click()
    expect(page.get_by_role("alert")).to_contain_text("questions still need an answer")
    page.get_by_role("link", name="Do you get cold sores?").click()
    expect(page.get_by_role("heading", name="Infection, vaccines and dental work")).to_be_visible()
    shot(page, "handed-missing")
    assert QuestionnaireResponse.objects.get(consultation=row).state == "open"
