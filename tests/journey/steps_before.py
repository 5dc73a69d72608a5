"""Steps 1–7 of the journey: everything before anybody is treated."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.journey.walk import Walk


def sign_in(walk: Walk) -> None:
    """Sign in."""
    walk.go("/sign-in/")
    walk.shot(1, "sign-in")
    walk.fill("E-mail", "nobody@example.com")
    walk.fill("Password", "a wrong password that is long")
    walk.act("Sign in")
    walk.see("You are not signed in")
    walk.sign_in("Reception")
    walk.shot(1, "today")


def book(walk: Walk) -> None:
    """Find or create the client, book the visit, let them arrive."""
    walk.go("/clients/")
    walk.fill(re.compile("Find a client"), walk.client.split()[0][:4])
    walk.page.wait_for_load_state("networkidle")
    walk.shot(2, "search")
    walk.act("New client")
    _refuse_under_age(walk)
    walk.fill("Date of birth", (datetime.now(UTC).date() - timedelta(days=365 * 34)).isoformat())
    walk.act("Create client")
    expect(walk.page.get_by_role("link", name="Book a visit")).to_be_visible()
    walk.facts["client_url"] = walk.page.url
    walk.shot(2, "client")
    walk.act("Book a visit")
    walk.tick("Consultation")
    walk.choose("With", walk.facts.get("practitioner", "Practitioner"))
    walk.shot(2, "book-a-visit")
    walk.act("Book visit")
    walk.see("The visit is booked.")
    walk.go("/")
    row = walk.page.locator("li.visit").filter(has_text=walk.client.split()[0]).first
    row.get_by_role("button", name="Arrived").click()
    walk.shot(2, "arrived")


def _refuse_under_age(walk: Walk) -> None:
    """Under 18 is refused with the reason, and what was typed is still there."""
    walk.fill("Full legal name", walk.client)
    walk.fill("Telephone", "07700 900461")
    walk.fill("Date of birth", (datetime.now(UTC).date() - timedelta(days=365 * 16)).isoformat())
    walk.act("Create client")
    walk.see(re.compile("18"))
    expect(walk.page.get_by_label("Full legal name")).to_have_value(walk.client)
    walk.shot(2, "under-18-refused")


STEPS = (sign_in, book)
