"""Doors of consent: pages, the form in the client's hands, the API; status codes and queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic import clock
from clinic.services import handover
from consent import papers, services, wording
from consent.models import Consent
from tests.consultations import support as consultations
from tests.factories import NOW, World


@pytest.fixture
def offered(world: World) -> Consent:
    consultations.open_world(world)
    plan = consultations.planned(world).plans.get()
    by = world.actor("practitioner")
    return services.offer_consent(plan, performer=world.people["practitioner"], by=by, at=NOW - timedelta(hours=169))


@pytest.fixture
def desk(world: World) -> Browser:
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    return browser


def address(name: str, consent: Consent) -> str:
    return reverse(name, args=[consent.client_id, consent.id])


TALK = {"how": "in_person", "matters": "No bruises.", "doubt": "no", "questions": "", "version": "1"}


def handed(world: World, consent: Consent) -> Browser:
    _, token = handover.start_handover(consent.client, "consent", consent.id, by=world.actor("practitioner"), at=NOW)
    browser = Browser()
    browser.cookies[settings.INTAKE_COOKIE_NAME] = token
    return browser


def test_from_plan_to_information(world: World, desk: Browser) -> None:
    consultations.open_world(world)
    plan = consultations.planned(world).plans.get()
    listed = desk.get(reverse("client-consents", args=[world.own.id]))
    assert b"Record information given" in listed.content
    post = reverse("consent-offer", args=[world.own.id, plan.id])
    assert desk.post(post, {"form": "paper"}).status_code == 422
    answer = desk.post(post, {"form": "paper", "performer": world.people["practitioner"].id, "note": ""})
    assert answer.status_code == 303
    assert desk.get(answer["Location"]).status_code == 200


def test_the_talk_opens_the_signature(desk: Browser, offered: Consent) -> None:
    page = desk.get(address("consent-detail", offered))
    assert b"has not recorded their conversation" in page.content
    refused = desk.post(address("consent-conversation", offered), {**TALK, "matters": ""})
    assert refused.status_code == 422
    assert desk.post(address("consent-conversation", offered), TALK).status_code == 303
    assert b"The signature is not open yet" not in desk.get(address("consent-detail", offered)).content
    stale = desk.post(address("consent-conversation", offered), {**TALK, "version": "9"})
    assert stale.status_code == 409
    offered.refresh_from_db()
    kept = f'<td class="theirs">{offered.version}</td><td class="yours">9</td>'
    assert kept in stale.content.decode()
    assert f'name="version" value="{offered.version}"' in stale.content.decode()


def test_reading_ticking_signing_on_the_tablet(world: World, desk: Browser, offered: Consent) -> None:
    """REQ-S191: the client reads benefits and risks, ticks, signs by typing; a reload keeps the ticks."""
    browser = handed(world, offered)
    assert b"You cannot sign yet" in browser.get("/handover/").content
    desk.post(address("consent-conversation", offered), TALK)
    put = browser.put(
        "/api/v1/handover/answers/", {"answers": {"statements": ["ST03"], "permissions": {"P1": True}}},
        content_type="application/json", headers={"If-Match": '"1"'},
    )  # fmt: skip
    assert (put.status_code, put.json()["version"]) == (200, 2)
    page = browser.get("/handover/")
    assert page.content.count(b" checked") == 2
    form: dict[str, Any] = {
        "version": "2", "text_digest": offered.text_digest, "statement": wording.statement_ids(offered.snapshot),
        "permission-P1": "yes", "permission-P7": "no", "typed_name": "",
    }  # fmt: skip
    unsigned = browser.post("/handover/sign/", form)
    assert unsigned.status_code == 422
    assert b"Please sign with your finger" in unsigned.content
    signed = browser.post("/handover/sign/", {**form, "typed_name": "Amara Okafor"})
    assert signed.status_code == 303
    assert b"Thank you" in browser.get("/handover/").content
    page = desk.get(address("consent-detail", offered))
    assert b"Sealed PDF" in page.content


def test_declining_on_the_tablet(world: World, offered: Consent) -> None:
    browser = handed(world, offered)
    assert browser.post("/handover/decline/", {"version": "1"}).status_code == 303
    assert Consent.objects.get(pk=offered.pk).state == "declined"


def test_programs_use_the_same_verbs(desk: Browser, offered: Consent) -> None:
    base = f"/api/v1/consents/{offered.id}/"
    body = {"how": "video", "matters": "Looks rested", "capacity": {"doubt": False}}
    kind = "application/json"
    assert desk.post(f"{base}conversation/", body, content_type=kind).status_code == 428
    unknown = desk.post(f"{base}conversation/", {**body, "x": 1}, content_type=kind, headers={"If-Match": '"1"'})
    assert unknown.status_code == 400
    made = desk.post(f"{base}conversation/", body, content_type=kind, headers={"If-Match": '"1"'})
    assert (made.status_code, made.json()["why_not_sign"]) == (201, [])
    assert desk.post(f"{base}withdraw/", {"how": "in_person"}, content_type=kind).status_code == 409
    assert desk.get(base).json()["standing"] == "offered"


def test_the_list_asks_the_same_number_of_questions_for_more(world: World, desk: Browser, offered: Consent) -> None:
    url = reverse("client-consents", args=[world.own.id])
    desk.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        desk.get(url)
    for hours in (1, 2, 3):
        with clock.set_to(NOW):
            services.offer_consent(
                offered.plan, performer=world.people[("colleague", "lead", "learner")[hours - 1]],
                by=world.actor("practitioner"), at=NOW,
            )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        desk.get(url)
    assert len(many) == len(few)


def test_the_clients_copy_opens_with_what_they_told_us(world: World, desk: Browser, offered: Consent) -> None:
    """REQ-S268: goals, budget, comfort and wanted result stand before the information, on the form and on the paper."""
    handed_page = handed(world, offered).get("/handover/").content.decode()
    places = [handed_page.index(words) for words in ("Your goals", "Budget", "Comfort", "The result you want", "Risks")]
    assert places == sorted(places)
    assert "fresher skin" in handed_page
    assert "What the client told us" in desk.get(address("consent-detail", offered)).content.decode()
    paper, _ = papers.paper_of(offered, None, None)
    assert [row["label"] for row in paper["shared"]] == ["Your goals", "Budget", "Comfort", "The result you want"]
    assert offered.snapshot["shared"]["wanted"] == "fresher skin"


def test_a_text_from_before_opens_without_them(world: World, offered: Consent) -> None:
    """REQ-S268: an older snapshot has no such part, and its paper is printed as it was."""
    offered.snapshot = {key: value for key, value in offered.snapshot.items() if key != "shared"}
    paper, _ = papers.paper_of(offered, None, None)
    assert paper["shared"] == []


def test_whoever_takes_over_records_their_own_talk_on_the_page(world: World, desk: Browser, offered: Consent) -> None:
    """Decision 51: the form stays open for a person who has not recorded theirs."""
    other = Browser()
    other.force_login(world.people["colleague"])
    assert desk.post(address("consent-conversation", offered), TALK).status_code == 303
    assert b"Record conversation" not in desk.get(address("consent-detail", offered)).content
    assert b"Record conversation" in other.get(address("consent-detail", offered)).content
    assert other.post(address("consent-conversation", offered), TALK).status_code == 303
    assert b"Record conversation" not in other.get(address("consent-detail", offered)).content
