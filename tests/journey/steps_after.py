"""Steps 10 and 11 of the journey: the aftercare sheet and the evidence."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journey.steps_before import ASSESSOR, LEARNER, PRACTITIONER
from tests.journey.steps_during import counters
from tests.journey.walk import Walk


def aftercare(walk: Walk) -> None:
    """The sheet for what was really done: made, issued, acknowledged on the tablet, then each session is signed."""
    _close(walk, walk.facts["session_url"], LEARNER, "aftercare")
    walk.sign_in_as(PRACTITIONER)
    _close(walk, walk.facts["electro_url"], PRACTITIONER, "aftercare-electro")


def _close(walk: Walk, session_url: str, person: str, name: str) -> None:
    page = walk.page
    walk.go(session_url.replace("/sessions/", "/aftercare/sessions/"))
    walk.act("Make aftercare sheet")
    sheet_url = page.url
    walk.shot(10, name, full=True)
    channel = page.locator('input[name="channel"]')
    if channel.count():
        channel.first.check(force=True)
    walk.act("Issue aftercare")
    walk.act("Hand over to read")
    walk.see("I have read this")
    walk.shot(10, f"{name}-to-read", sizes=True)
    walk.act("I have read this")
    walk.see("Thank you")
    walk.act("Staff: sign in again")
    walk.sign_in_as(person)
    walk.go(sheet_url)
    walk.download(page.get_by_role("link", name="Sealed PDF"), f"{name}.pdf")
    expect(page.get_by_role("button", name="Sign session")).to_be_disabled()
    walk.go(session_url)
    _review(walk)
    walk.shot(10, f"{name}-reviewed")
    walk.go(sheet_url)
    walk.act("Sign session")
    expect(page.get_by_role("button", name="Sign session")).to_have_count(0)
    walk.go(session_url)
    walk.see(re.compile("^Signed by"))
    walk.shot(10, f"{name}-session-signed")


def _review(walk: Walk) -> None:
    """Waste by stream and the safety review: after the sheet, before the signature (decision 49)."""
    for box in walk.page.locator('#review input[name="waste"]').all():
        box.check(force=True)
    walk.fill("What went well, what to change", "Calm, even bumps; smaller areas next time.")
    walk.act("Keep the review")
    walk.page.wait_for_load_state("networkidle")


def evidence(walk: Walk) -> None:
    """Marks, feedback form, decision; the counters move for what was observed, and for nothing else."""
    page = walk.page
    walk.sign_in_as(ASSESSOR)
    walk.go(walk.facts["observation_url"])
    waiting = 'button.mark-met[aria-pressed="false"]'
    for key in page.locator(waiting).evaluate_all("buttons => buttons.map((one) => one.id)"):
        page.locator(f'[id="{key}"]').click()
        expect(page.locator(f'[id="{key}"]')).to_have_attribute("aria-pressed", "true")
    walk.shot(11, "marked")
    note = page.locator("#close textarea")
    if note.count():
        note.first.fill("Watched throughout; calm and accurate.")
    walk.act("Close observation")
    _decide(walk)
    walk.sign_in_as(LEARNER)
    walk.facts["counters"] = counters(walk)
    walk.shot(11, "portfolio")


def _decide(walk: Walk) -> None:
    page = walk.page
    if "/items/" not in page.url:
        walk.act(re.compile("See the evidence"))
    walk.act("Decide")
    for name in ("is_valid_evidence", "is_authentic", "is_current", "is_sufficient"):
        page.locator(f'[name="{name}"]').first.check(force=True)
    walk.fill(re.compile("comments", re.I), "Safe, hygienic, kind; depth and dose as planned.")
    walk.shot(11, "decide")
    walk.act("Record decision")
    walk.see(re.compile("feedback form", re.I))
    walk.shot(11, "decided")


STEPS = (aftercare, evidence)
