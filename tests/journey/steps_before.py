"""Steps 1–7 of the journey: everything before anybody is treated."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.journey import questions
from tests.journey.walk import Walk

LEARNER, LEAD, ASSESSOR, PRACTITIONER = "Lewis Gray", "Lena Osei", "Asha Menon", "Ana Ferreira"
STAFF = (LEARNER, LEAD, ASSESSOR, PRACTITIONER)
PLANTED = ("saltmarsh-orchid", "heron-quartz", "thistle-meridian", "juniper-lantern")  # notes that must be sealed
PHOTOS = Path(__file__).resolve().parents[2] / "config" / "demo" / "photos"


def sign_in(walk: Walk) -> None:
    """Sign in."""
    walk.go("/sign-in/")
    walk.shot(1, "sign-in")
    walk.fill("E-mail", "nobody@example.com")
    walk.fill("Password", "a wrong password that is long")
    walk.act("Sign in")
    walk.see("You are not signed in")
    walk.sign_in_as("Rosa Devlin")
    walk.shot(1, "today")


def book(walk: Walk) -> None:
    """Find or create the client, book the visit, let them arrive."""
    walk.go("/clients/")
    walk.fill(re.compile("Find a client"), walk.client.split()[0][:4])
    walk.page.wait_for_load_state("networkidle")
    walk.shot(2, "search")
    walk.act("New client")
    _refuse_under_age(walk)
    walk.fill("Date of birth", questions.birth_date().isoformat())
    walk.act("Create client")
    _a_new_person(walk)
    walk.facts["client_url"] = walk.page.url
    walk.shot(2, "client")
    walk.act("Book a visit")
    walk.tick("Consultation")
    walk.choose("With", LEARNER)
    walk.shot(2, "book-a-visit")
    walk.act("Book visit")
    walk.see("The visit is booked.")
    walk.go("/")
    _visit(walk).get_by_role("button", name="Arrived").click()
    expect(_visit(walk).get_by_role("button", name="Arrived")).to_have_count(0)
    walk.shot(2, "arrived")


def _a_new_person(walk: Walk) -> None:
    """When somebody alike is on record already, say that this is another person."""
    created, alike = walk.page.get_by_role("link", name="Book a visit"), walk.page.locator('[name="is_new_person"]')
    expect(created.or_(alike).first).to_be_visible()
    if alike.count():
        walk.shot(2, "one-of-these")
        alike.check(force=True)
        walk.act("Create client")
    expect(created).to_be_visible()


def _visit(walk: Walk) -> Locator:
    """The row of today's list that leads to the client of the walk, whatever anybody else is called."""
    path = walk.facts["client_url"].removeprefix(walk.address)
    return walk.page.locator("li.visit").filter(has=walk.page.locator(f'.visit-who a[href="{path}"]'))


def _refuse_under_age(walk: Walk) -> None:
    """Under 18 is refused with the reason, and what was typed is still there."""
    walk.fill("Full legal name", walk.client)
    walk.fill("Telephone", questions.TELEPHONE)
    walk.fill("Date of birth", (datetime.now(UTC).date() - timedelta(days=365 * 16)).isoformat())
    walk.act("Create client")
    walk.see(re.compile("18"))
    expect(walk.page.get_by_label("Full legal name")).to_have_value(walk.client)
    walk.shot(2, "under-18-refused")


def ask(walk: Walk) -> None:
    """Hand the tablet over; the client answers; the answers are confirmed."""
    walk.facts["planted"] = PLANTED
    walk.sign_in_as(LEARNER)
    walk.go("/")
    _visit(walk).get_by_role("button", name="Into the room").click()
    expect(_visit(walk).get_by_role("button", name="Into the room")).to_have_count(0)
    walk.go(walk.facts["client_url"])
    walk.act("Start consultation")
    walk.tick(re.compile("^Full", re.I))
    walk.tick(re.compile("injection", re.I))
    walk.tick(re.compile("tablet", re.I))
    walk.shot(3, "start")
    walk.act("Start consultation")
    walk.facts["consultation_url"] = walk.page.url
    walk.shot(3, "questions-open")
    walk.act("Hand over the tablet")
    _answer_on_the_tablet(walk)
    walk.sign_in_as(LEARNER)
    walk.go(walk.facts["consultation_url"])
    questions.answer_group(walk.page, questions.all_answers(walk.client))
    walk.shot(3, "answers-to-confirm")
    walk.act("Confirm answers")
    walk.see("Findings")


def _answer_on_the_tablet(walk: Walk) -> None:
    """All groups, one a page; the staff's pages are out of reach meanwhile."""
    page = walk.page
    expect(page.locator("#questionnaire")).to_be_visible()
    refused = page.request.get(walk.facts["client_url"])
    assert refused.status in (401, 403, 404), refused.status
    answers = questions.all_answers(walk.client) | {"gp_name": f"Practice {PLANTED[0]}"}
    questions.answer_all(walk, answers)
    walk.act("Give my answers")
    walk.see("Thank you")
    walk.shot(3, "handed-back")
    walk.act("Staff: sign in again")
    expect(page).to_have_url(re.compile("/locked/"))
    walk.shot(3, "locked")


def screen(walk: Walk) -> None:
    """Read the findings; clear what may be cleared, with a typed reason; the other caution stands."""
    walk.go(f"{walk.facts['consultation_url']}findings/")
    eaten, sport = walk.page.locator("#R221"), walk.page.locator("#R133")
    expect(eaten).to_be_visible()
    expect(sport).to_be_visible()
    walk.shot(4, "findings-open", full=True)
    eaten.locator("summary").click()
    eaten.get_by_label("What was seen").select_option("answered")
    eaten.get_by_label("What it says").fill("Ate a sandwich and drank water here; well.")
    walk.shot(4, "finding-to-clear")
    eaten.get_by_role("button", name="Clear finding").click()
    expect(eaten.locator(".tag-ok")).to_have_text("cleared")
    expect(eaten).to_contain_text("Ate a sandwich")
    expect(sport.locator(".tag-ok")).to_have_count(0)
    sport.evaluate("first => scrollTo(0, first.getBoundingClientRect().top + scrollY - 130)")
    walk.shot(4, "findings")


def analyse(walk: Walk) -> None:
    """Skin analysis, and one photograph before."""
    page = walk.page
    walk.go(f"{walk.facts['consultation_url']}skin/")
    for box in page.locator('input[name="pre_checks"]').all():
        box.check(force=True)
    for number in range(1, 11):
        page.locator(f'input[name="fst_{number}"]').nth(1).check(force=True)
    page.locator('input[name="clinician_type"][value="2"]').check(force=True)
    page.locator('input[name="glogau"]').nth(1).check(force=True)
    for box in page.locator("#skin select").all():
        box.select_option(index=2)
    walk.fill("Notes", f"Even tone, {PLANTED[1]}.")
    walk.shot(5, "skin-analysis")
    walk.act("Record skin analysis")
    walk.go(f"{walk.facts['consultation_url']}skin/")
    page.locator('input[name="photograph"]').set_input_files(next(iter(sorted(PHOTOS.glob("*.jp*g")))))
    walk.tick(re.compile("agrees to this photograph"))
    walk.act("Keep photograph")
    expect(page.locator("ul.strip img").first).to_be_visible()
    walk.shot(5, "photograph")


def decide(walk: Walk) -> None:
    """Suitable, with a plan agreed by both, and the consultation signed."""
    walk.go(f"{walk.facts['consultation_url']}decision/")
    walk.page.locator('input[name="method_questioning"]').check(force=True)
    walk.fill("What questioning showed", "Well, no medicines.")
    walk.page.locator('input[name="method_examination"]').check(force=True)
    walk.fill("What examination showed", "Dry over the cheeks.")
    walk.fill("Summary in your own words", "Dry skin, no reason against treatment.")
    walk.page.locator('input[name="expectation"][value="realistic"]').check(force=True)
    walk.tick("Suitable")
    walk.fill("Reason", f"No stop, realistic aims, {PLANTED[2]}.")
    walk.shot(6, "decision")
    walk.act("Decide")
    walk.go(f"{walk.facts['consultation_url']}plan/")
    _plan(walk)
    walk.shot(6, "plan")
    walk.act("Save draft plan")
    walk.fill("Agreed with", walk.client)
    walk.shot(6, "plan-to-agree")
    walk.act("Agree plan")
    walk.go(f"{walk.facts['consultation_url']}sign/")
    walk.fill("Summary for the next reader", f"Well and informed, {PLANTED[3]}.")
    walk.act("Sign consultation")
    expect(walk.page).to_have_url(re.compile(r"/clients/[0-9a-f-]+/$"))
    walk.shot(6, "signed")


def _plan(walk: Walk) -> None:
    page = walk.page
    page.locator('input[name="modality"][value="injection"]').check(force=True)
    page.locator('select[name="technique"]').select_option("T01")
    page.locator('select[name="protocol"]').select_option("L01")
    page.locator('select[name="product"]').select_option(index=1)
    for zone in ("forehead", "cheek_left", "cheek_right"):
        page.locator(f'input[name="zones"][value="{zone}"]').check(force=True)
    walk.fill("Sessions", "3")
    walk.fill("Days between sessions", "14")
    walk.fill("Price of the course", "540")


STEPS = (sign_in, book, ask, screen, analyse, decide)
