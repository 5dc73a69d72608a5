"""Passkeys in a real Chromium with a virtual authenticator: made, used as second step, used alone (SEC-S14)."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect

from clinic.models import AuditEntry
from tests.factories import PASSWORD, World, make_world

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def house(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def cdp(page: Page) -> CDPSession:
    """The browser's authenticators."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session


def add_key(cdp: CDPSession, **changed: Any) -> str:
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, **changed}})
    return str(made["authenticatorId"])


def by_password(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.get_by_label("E-mail").fill("lead@a.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state("networkidle")


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in/")


def test_a_passkey_is_made_and_signs_in_as_second_step_and_alone(
    page: Page, live_server: Any, house: World, cdp: CDPSession
) -> None:
    """SEC-S14: no console error under the strict policy of the pages."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    add_key(cdp)
    by_password(page, live_server.url)
    page.goto(f"{live_server.url}/account/passkeys/new/")
    page.get_by_label("Name of this passkey").fill("Quay tablet")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your ten recovery codes")).to_be_visible()
    assert page.locator(".codes li").count() == 10
    page.goto(f"{live_server.url}/account/")
    expect(page.get_by_text("Quay tablet")).to_be_visible()
    sign_out(page)

    by_password(page, live_server.url)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{live_server.url}/")
    sign_out(page)

    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{live_server.url}/")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(f"{live_server.url}/account/password/")  # signing in with a passkey is proof enough for five minutes
    expect(page.get_by_label("New password")).to_be_visible()
    assert said == []
    assert AuditEntry.objects.filter(action="factor.used").count() == 2


def test_a_key_that_does_not_verify_its_user_is_refused(
    page: Page, live_server: Any, house: World, cdp: CDPSession
) -> None:
    """User verification is required, at making and at using."""
    key = add_key(cdp)
    by_password(page, live_server.url)
    page.goto(f"{live_server.url}/account/passkeys/new/")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    sign_out(page)
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey did not answer")).to_be_visible()
    page.goto(f"{live_server.url}/account/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert Authenticator.objects.count() == 1
