"""Steps 7–11 of the journey: consent, course, sessions, aftercare, evidence."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journey.steps_before import ASSESSOR, LEAD, LEARNER, PRACTITIONER, STAFF
from tests.journey.walk import Walk

AREAS = ("forehead", "cheek_left", "cheek_right")


def consent(walk: Walk) -> None:
    """Information, conversation, time to think shortened by the lead, signature on the tablet, sealed PDF."""
    page = walk.page
    walk.go(f"{walk.facts['client_url']}consent/")
    walk.choose(re.compile("treat|Who", re.I), LEARNER)
    page.locator('input[name="form"]').first.check(force=True)
    walk.shot(7, "information")
    walk.act("Record information given")
    walk.facts["consent_url"] = page.url
    page.locator('input[name="how"]').first.check(force=True)
    walk.fill(re.compile("matters", re.I), "Looking rested, keeping her own face.")
    page.locator('input[name="doubt"][value="no"]').check(force=True)
    walk.act("Record conversation")
    walk.shot(7, "conversation")
    _shorten(walk)
    walk.act("Hand over for consent")
    _sign(walk)
    walk.sign_in_as(LEARNER)
    walk.go(walk.facts["consent_url"])
    walk.shot(7, "given")
    walk.download(page.get_by_role("link", name="Sealed PDF"), "consent.pdf")


def _shorten(walk: Walk) -> None:
    """The lead shortens the time to think, with a typed reason everybody sees."""
    walk.sign_in_as(LEAD)
    walk.go(walk.facts["consent_url"])
    walk.fill(re.compile("reason|why", re.I), "She read the information at home a week ago and travels tomorrow.")
    walk.shot(7, "shorten")
    walk.act("Shorten the time to think")
    walk.see(re.compile("Shortened by"))
    walk.sign_in_as(LEARNER)
    walk.go(walk.facts["consent_url"])


def _sign(walk: Walk) -> None:
    """Statement by statement, permission by permission, then a finger."""
    page = walk.page
    expect(page.locator("#consent-form")).to_be_visible()
    for box in page.locator('input[name="statement"]').all():
        box.check(force=True)
    for answer in page.locator('input[type="radio"][value="yes"]').all():
        answer.check(force=True)
    page.wait_for_load_state("networkidle")
    walk.shot(7, "statements", sizes=True)
    canvas = page.locator(".signature canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for points in (((0.1, 0.6), (0.25, 0.2), (0.35, 0.7)), ((0.45, 0.5), (0.6, 0.3), (0.8, 0.6))):
        places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in points]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=12)
        page.mouse.up()
    walk.shot(7, "signature")
    walk.act(re.compile("^Sign$"))
    walk.see("Thank you")
    walk.shot(7, "signed")
    walk.act("Staff: sign in again")


def course(walk: Walk) -> None:
    """Lay the course out by the protocol; early and late would be flagged."""
    walk.go(f"{walk.facts['client_url']}courses/")
    walk.shot(8, "plan-to-course")
    walk.act("Lay out the course")
    walk.go(f"{walk.facts['client_url']}courses/")
    walk.page.locator("h2 a").first.click()
    walk.facts["course_url"] = walk.page.url
    walk.shot(8, "course")


def counters(walk: Walk) -> dict[str, int]:
    """The learner's counters as the portfolio shows them: label → how many count."""
    page = walk.page
    walk.go("/evidence/")
    link = page.get_by_role("link", name=re.compile("portfolio", re.I)).locator("visible=true")
    if "/portfolios/" not in page.url and link.count():
        link.first.click()
    cards = page.locator("ul.counters > li")
    expect(cards.first).to_be_visible()
    lines = [card.inner_text().split("\n") for card in cards.all()]
    return {label.strip(): int(have.split(" of ")[0]) for have, label, *_ in lines}


def treat(walk: Walk) -> None:
    """Two sessions: an injection session for the new client, an electro session for a demo client."""
    walk.facts["counters_before"] = counters(walk)
    walk.go(walk.facts["course_url"])
    walk.act(re.compile("^Prepare session"))
    walk.facts["session_url"] = walk.page.url
    walk.shot(9, "readiness", full=True)
    _ready(walk)
    walk.act("Start session")
    expect(walk.page.locator('[data-primary="finish"]')).to_be_visible()
    _watch(walk)
    _inject(walk)
    _finish(walk)
    walk.shot(9, "finished", full=True)
    _electro(walk)


def _post(walk: Walk, summary: str, button: str, *, inside: str) -> None:
    """Open a fold when it is closed, and press its button."""
    place = walk.page.locator(inside)
    fold = place.locator("summary").filter(has_text=summary).first
    if not place.get_by_role("button", name=button).first.is_visible():
        fold.click()
    place.get_by_role("button", name=button).first.click()
    walk.page.wait_for_load_state("networkidle")


def _ready(walk: Walk) -> None:
    """What the client confirms today, the declaration, the lot, the checklists, the rules once more."""
    page = walk.page
    day = "#day"
    for name in ("Yes", "No doubt", "Unchanged"):
        page.locator(day).get_by_role("button", name=name, exact=True).first.click()
        page.wait_for_load_state("networkidle")
    page.locator("#declare summary").click()
    for box in page.locator('#declare input[type="checkbox"]').all():
        box.check(force=True)
    page.locator("#declare").get_by_role("button", name="Keep").click()
    page.wait_for_load_state("networkidle")
    _lot(walk)
    _hazards(walk)
    _tick(walk)
    walk.act("Run the rules again")
    page.wait_for_load_state("networkidle")
    walk.shot(9, "ready", sizes=True)


def _lot(walk: Walk) -> None:
    """The lot, and what is drawn up of it."""
    page = walk.page
    if not page.locator("#lot").is_visible():
        page.locator("summary").filter(has_text=re.compile("lot", re.I)).first.click()
    page.locator("#lot").select_option(index=0)
    page.locator("#drawn").fill("2.00")
    walk.act("Take in the hand")
    page.wait_for_load_state("networkidle")


def _hazards(walk: Walk) -> None:
    """Likelihood and harm, before and after controls."""
    page = walk.page
    if page.locator("#hazards").count() == 0:
        return
    page.locator("#hazards > summary").click()
    for field in page.locator("#hazards input[type=number]").all():
        field.fill("1" if "after" in (field.get_attribute("name") or "") else "2")
    page.locator("#hazards").get_by_role("button", name="Keep the scores").click()
    page.wait_for_load_state("networkidle")


def _tick(walk: Walk) -> None:
    """Every open line of the lists that are shown; each list is kept on its own."""
    page = walk.page
    for number in range(page.locator("#lists details.checklist").count()):
        fold = page.locator("#lists details.checklist").nth(number)
        keep = fold.locator("button", has_text="Keep ticks")
        if keep.count() == 0:
            continue
        if not keep.is_visible():
            fold.locator("summary").click()
        fold.get_by_role("button", name="Mark all").click()
        keep.click()
        page.wait_for_load_state("networkidle")


def _watch(walk: Walk) -> None:
    """Step 11 begins here: the assessor opens the observation on their own tablet while the session runs."""
    with walk.another_tablet():
        walk.sign_in_as(ASSESSOR)
        walk.go("/evidence/")
        walk.shot(11, "running-now")
        walk.facts["portfolio"] = None
        card = walk.page.locator("li").filter(has_text=LEARNER).get_by_role("link", name="Observe").last
        card.click()
        walk.page.locator('input[name="how"]').first.check(force=True)
        walk.act("Start observing")
        walk.facts["observation_url"] = walk.page.url
        walk.shot(11, "observation")
        shown = walk.page.content()
        assert walk.client in STAFF or walk.client not in shown
        assert walk.facts["client_url"].removeprefix(walk.address) not in shown


def _inject(walk: Walk) -> None:
    """Points by tapping the chart, an area filled, comfort over time."""
    page = walk.page
    walk.go(walk.facts["session_url"])
    stage = page.locator(".map-marks")
    expect(stage).to_be_visible()
    page.wait_for_load_state("networkidle")
    box = stage.bounding_box()
    assert box is not None
    for x, y in ((0.5, 0.2), (0.45, 0.22), (0.55, 0.22)):
        page.touchscreen.tap(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    page.locator("#map-zone").select_option(index=0)
    page.locator('[data-do="fill"]').click()
    expect(page.locator(".map-say")).to_have_text(re.compile(r"^\d+ points, .* apart, in "))
    expect(page.locator('[data-total="count"]')).not_to_have_text("0")
    expect(page.locator(".map-status")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    page.evaluate("scrollTo(0, 0)")
    walk.shot(9, "chart", sizes=True)
    page.locator(".totals").evaluate("totals => totals.scrollIntoView({block: 'center'})")
    walk.shot(9, "totals")
    for score in ("3", "2"):
        page.locator("button.comfort-score").filter(has_text=re.compile(rf"^{score}$")).click()
        page.wait_for_load_state("networkidle")
    walk.shot(9, "comfort")


def _finish(walk: Walk) -> None:
    """The lists that are due at the end, what is seen at the end, and the end."""
    _tick(walk)
    for box in walk.page.locator('#end-check input[type="checkbox"]').all():
        box.check(force=True)
    walk.act(re.compile("^Finish"))


def _electro(walk: Walk) -> None:
    """A demo client half-way through an electro course: device, current, density worked out, minutes by polarity."""
    page = walk.page
    walk.sign_in_as(PRACTITIONER)
    walk.go("/courses/")
    own = walk.facts["course_url"].removeprefix(walk.address)
    page.locator(f'h2 a:not([href="{own}"])').filter(has_text="Mei-Ling Chan").first.click()
    walk.act(re.compile("^Prepare session"))
    walk.facts["electro_url"] = page.url
    for name in ("Yes", "No doubt", "Unchanged"):
        page.locator("#day").get_by_role("button", name=name, exact=True).first.click()
        page.wait_for_load_state("networkidle")
    _lot(walk)
    device = page.locator("#device")
    if not device.is_visible():
        page.locator("summary").filter(has_text="Choose the device").click()
    device.select_option(index=0)
    walk.act("Use this device")
    _hazards(walk)
    _tick(walk)
    walk.act("Run the rules again")
    page.wait_for_load_state("networkidle")
    walk.shot(9, "electro-ready")
    walk.act("Start session")
    expect(page.locator("#current")).to_be_visible()
    page.locator("#current").fill("0.5")
    page.locator("#minutes").fill("5")
    expect(page.locator('[data-out="density"]')).not_to_have_text("–")
    walk.shot(9, "electro-density")
    walk.act("Record phase")
    page.wait_for_load_state("networkidle")
    walk.act("Calm")
    page.wait_for_load_state("networkidle")
    page.locator("button.comfort-score").filter(has_text=re.compile("^1$")).click()
    page.wait_for_load_state("networkidle")
    walk.shot(9, "electro", sizes=True)
    _finish(walk)
    walk.shot(9, "electro-finished", full=True)
    walk.sign_in_as(LEARNER)


STEPS = (consent, course, treat)
