"""On a shared tablet no passkey may live in the tablet itself (SEC-B7)."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from playwright.sync_api import Page, expect

from clinic import clock
from clinic.models import Staff
from tests.devices.support import tablet
from tests.factories import NOW, PASSWORD, World, make_world

# A browser that does not heed the wish for a key that is carried.
HEEDLESS = """
  const made = CredentialsContainer.prototype.create;
  CredentialsContainer.prototype.create = function (options) {
    delete options.publicKey.authenticatorSelection.authenticatorAttachment;
    return made.call(this, options);
  };
"""


@pytest.fixture
def house(transactional_db: None) -> World:
    return make_world()


def ask_for_a_passkey(page: Page, address: str, world: World, transport: str, *, shared: bool = True) -> None:
    """On an enrolled tablet, with one authenticator: the page that makes a passkey, and its button."""
    with clock.set_to(NOW):
        _, secret = tablet(world, shared=shared)
    page.context.add_cookies([{"name": settings.DEVICE_COOKIE_NAME, "value": secret, "url": address}])
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": transport, "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{address}/sign-in/")
    page.get_by_label("E-mail").fill("lead@a.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{address}/account/passkeys/new/")
    page.get_by_label("Name of this passkey").fill("A key")
    page.get_by_role("button", name="Make the passkey").click()


def keys_of_the_lead() -> int:
    """How many passkeys were kept."""
    return Authenticator.objects.filter(user=Staff.objects.get(email="lead@a.example"), type="webauthn").count()


def test_a_key_of_the_tablet_itself_is_refused(page: Page, live_server: Any, house: World) -> None:
    """SEC-B7: by the server, whatever the browser was asked for."""
    page.add_init_script(HEEDLESS)
    ask_for_a_passkey(page, live_server.url, house, "internal")
    expect(page.get_by_text("This tablet is shared").first).to_be_visible()
    assert keys_of_the_lead() == 0


def test_a_key_that_is_carried_is_welcome(page: Page, live_server: Any, house: World) -> None:
    """SEC-B7: a roaming key."""
    ask_for_a_passkey(page, live_server.url, house, "usb")
    expect(page.get_by_role("heading", name="Your ten recovery codes")).to_be_visible()
    assert keys_of_the_lead() == 1


def test_on_a_tablet_of_ones_own_it_may_live_there(page: Page, live_server: Any, house: World) -> None:
    ask_for_a_passkey(page, live_server.url, house, "internal", shared=False)
    expect(page.get_by_role("heading", name="Your ten recovery codes")).to_be_visible()
    assert keys_of_the_lead() == 1
