"""From the end of a session to its signature, and what is reported afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from aftercare import queries, services
from aftercare.models import AftercareSheet
from clinic import clock, verification
from clinic.documents import keyring, sealing, store
from clinic.errors import DomainError
from clinic.services import handover
from tests.factories import NOW, World
from tests.treatments import support
from treatments import services as treatments
from treatments.models import AdverseEvent, Session

AFTER = NOW + timedelta(minutes=20)


@pytest.fixture
def session(world: World) -> Session:
    with clock.set_to(NOW):
        return support.make_finished(world)


def code_of(verb: Any, *args: Any, **values: Any) -> str:
    with pytest.raises(DomainError) as caught:
        verb(*args, **values)
    return caught.value.code


def composed(world: World, session: Session) -> AftercareSheet:
    return services.compose_sheet(session, by=world.actor("practitioner"), at=AFTER)


def issued(world: World, session: Session) -> AftercareSheet:
    return services.issue_sheet(composed(world, session), by=world.actor("practitioner"), at=AFTER)


def test_the_sheet_says_what_was_really_done(world: World, session: Session) -> None:
    """REQ-S146: product with hyaluronic acid, forehead, and clock times from the session's end."""
    sheet = composed(world, session)
    lines = {line["id"] for section in sheet.snapshot["sections"] for line in section["lines"]}
    assert {"A16", "A19", "A20", "A09"} <= lines
    assert sheet.snapshot["contact"]["telephone"] == "020 7946 0100"
    assert any(row["value"] == "Forehead" for row in sheet.snapshot["done"])


def test_the_order_of_closing(world: World, session: Session) -> None:
    """REQ-S146, decision 49: sheet, issued, acknowledged, waste and safety, then the signature."""
    by = world.actor("practitioner")
    assert code_of(services.close_session, session, by=by, at=AFTER) == "sheet_missing"
    sheet = composed(world, session)
    assert code_of(services.close_session, session, by=by, at=AFTER) == "sheet_not_issued"
    assert code_of(services.acknowledge_sheet, sheet, by=by, at=AFTER, reason="In a hurry today") == "wrong_state"
    sheet = services.issue_sheet(sheet, by=by, at=AFTER)
    assert code_of(services.close_session, session, by=by, at=AFTER) == "sheet_not_acknowledged"
    assert code_of(services.acknowledge_sheet, sheet, by=by, at=AFTER) == "required"
    services.acknowledge_sheet(sheet, by=by, at=AFTER, reason="Left at once for a train")
    assert code_of(services.close_session, session, by=by, at=AFTER) == "review_missing"
    treatments.review_safety(session, waste=["KD01"], words="Nothing to change.", by=by, at=AFTER)
    signed = services.close_session(session, by=by, at=AFTER)
    assert signed.state == "signed"
    assert list(verification.faults()) == []


def test_the_paper_is_sealed(world: World, session: Session) -> None:
    sheet = issued(world, session)
    assert sealing.verify(store.open_pdf(sheet.document), keyring.trust_root(world.organisation)).good
    assert store.open_pdf(sheet.document, reading=True).startswith(b"%PDF")


def test_the_client_reads_and_acknowledges_on_the_tablet(world: World, session: Session) -> None:
    sheet = issued(world, session)
    _, token = handover.start_handover(sheet.client, "aftercare", sheet.id, by=world.actor("practitioner"), at=AFTER)
    browser = Browser()
    browser.cookies[settings.INTAKE_COOKIE_NAME] = token
    page = browser.get("/handover/")
    assert b"pain or inflammation in the treated area" in page.content
    assert browser.post("/handover/submit/").status_code == 303
    row = AftercareSheet.objects.get().acknowledged
    assert row is not None
    assert row.how == "client"


def test_a_report_of_pain_opens_an_event(world: World, session: Session) -> None:
    """REQ-S207, decision 52."""
    sheet, by = issued(world, session), world.actor("practitioner")
    row = services.report_reaction(sheet, kind="pain", words="It throbs.", by=by, at=AFTER + timedelta(hours=3))
    assert AdverseEvent.objects.get() == row.event
    quiet = services.report_reaction(sheet, kind="bruise", words="Small.", by=by, at=AFTER + timedelta(hours=3))
    assert quiet.event is None


def test_check_ins_are_computed(world: World, session: Session) -> None:
    """REQ-S204: one at 37 hours."""
    sheet = issued(world, session)
    rows = queries.check_ins(sheet, sheet.ended_at + timedelta(hours=38))
    assert [row.is_past for row in rows] == [True, True, False, False]


def test_a_running_session_has_no_sheet(world: World) -> None:
    session = support.make_started(world)
    assert code_of(services.compose_sheet, session, by=world.actor("practitioner"), at=AFTER) == "not_finished"


def test_the_pages(world: World, session: Session) -> None:
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    here = reverse("session-aftercare", args=[session.id])
    assert b"Make aftercare sheet" in browser.get(here).content
    assert browser.post(reverse("sheet-compose", args=[session.id])).status_code == 303
    assert b"Issue aftercare" in browser.get(here).content
    answer = browser.post(reverse("sheet-issue", args=[session.id]), {"version": "1", "channel": "screen"})
    assert answer.status_code == 303
    assert b"Hand over to read" in browser.get(here).content
    early = browser.post(reverse("session-close", args=[session.id]), {"version": str(session.version)})
    assert early.status_code == 422
    reason = {"version": "2", "reason": "Left at once for a train"}
    assert browser.post(reverse("sheet-acknowledge", args=[session.id]), reason).status_code == 303
    report = {"kind": "pain", "words": "It throbs."}
    assert browser.post(reverse("reaction-report", args=[session.id]), report).status_code == 303
    assert b"Event opened" in browser.get(here).content
    assert browser.get(reverse("client-aftercare", args=[session.client_id])).status_code == 200


def test_programs_use_the_same_verbs(world: World, session: Session) -> None:
    browser, kind = Browser(), "application/json"
    browser.force_login(world.people["practitioner"])
    base = f"/api/v1/aftercare/sessions/{session.id}/"
    assert browser.get(base).status_code == 404
    made = browser.post(base, {}, content_type=kind)
    assert made.status_code == 201
    issue = f"/api/v1/aftercare/sheets/{made.json()['id']}/issue/"
    assert browser.post(issue, {"channel": "print"}, content_type=kind).status_code == 428
    done = browser.post(issue, {"channel": "print"}, content_type=kind, headers={"If-Match": '"1"'})
    assert done.json()["state"] == "issued"
    close = browser.post(base + "close/", {}, content_type=kind, headers={"If-Match": f'"{session.version}"'})
    assert (close.status_code, close.json()["code"]) == (422, "sheet_not_acknowledged")
