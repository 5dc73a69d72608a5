"""Closed charts and broken glass: the lead, a reason, one client, fifteen minutes, and everybody knows (SEC-A7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404
from django.urls import reverse

from clinic import access, audit, clock, proof
from clinic.access import Allow, Can, Refused, decide
from clinic.choices import Role
from clinic.errors import InvalidValue, TransitionRefused
from clinic.identity.models import BrokenGlass, ClosedChart
from clinic.identity.services import glass
from clinic.models import AuditEntry, Client
from clinic.services import clients
from tests.factories import NOW
from tests.identity.support import fresh, prove, still_here

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}
WHY = "Collapsed in the waiting room"


@pytest.fixture
def closed(world) -> Client:
    """The client `own`, whose chart is closed; `colleague` treats."""
    glass.close_chart(
        world.own, treated_by=world.people["colleague"], reason="Works here on Fridays", by=world.actor("lead"), at=NOW
    )
    return world.own


def test_a_closed_chart_is_closed_to_all_who_do_not_treat(world, closed):
    for role in ("practitioner", "lead", "prescriber", "reception"):
        actor = world.actor(role)
        assert not access.may(actor, Can.READ_CHART, closed), role
        assert not access.may(actor, Can.READ_PHOTO, closed), role
        assert access.may(actor, Can.READ_CONTACT, closed), role
    for role in ("colleague", "learner"):  # both treat
        assert access.may(world.actor(role), Can.READ_CHART, closed), role
    assert access.may(world.actor("lead"), Can.READ_CHART, world.colleague)


@pytest.mark.parametrize("can", list(Can))
def test_visible_to_stays_the_twin_of_decide(world, closed, can):
    """SEC-A15: with a closed chart, before and after the glass."""
    everyone = list(Client.objects.all())
    for step in ("closed", "broken"):
        if step == "broken":
            glass.break_glass(closed, reason=WHY, by=fresh(world.people["lead"]), at=NOW)
        for name in world.people:
            actor = world.actor(name)
            visible = set(Client.objects.visible_to(actor, can).values_list("id", flat=True))
            allowed = {c.id for c in everyone if isinstance(decide(actor, can, c.resource_for(actor)), Allow)}
            assert visible == allowed, (step, name)


def test_broken_glass_lasts_fifteen_minutes_and_one_client(world, closed, browse):
    """SEC-A7: 200 with reason and notice; at 15:00 refused."""
    glass.close_chart(
        world.colleague, treated_by=world.people["colleague"], reason="A relative", by=world.actor("lead"), at=NOW
    )
    browser = browse("lead")
    chart = reverse("client-allergies", args=[closed.id])
    other = reverse("client-allergies", args=[world.colleague.id])
    assert browser.get(chart).status_code == 403
    prove(browser)
    assert browser.post(reverse("glass-break", args=[closed.id]), {"reason": WHY}).status_code == 303
    assert browser.get(chart).status_code == 200
    assert "Opened in an emergency" in browser.get(reverse("client-detail", args=[closed.id])).content.decode()
    assert browser.get(other).status_code == 403
    still_here(browser, NOW + timedelta(minutes=14))
    with clock.set_to(NOW + timedelta(minutes=14, seconds=59)):
        assert browser.get(chart).status_code == 200
    with clock.set_to(NOW + timedelta(minutes=15)):
        assert browser.get(chart).status_code == 403


def test_broken_glass_reads_and_writes_nothing(world, closed):
    glass.break_glass(closed, reason=WHY, by=fresh(world.people["lead"]), at=NOW)
    actor = world.actor("lead")
    opened = {can for can in Can if access.may(actor, can, closed)}
    assert {Can.READ_CHART, Can.READ_PHOTO, Can.READ_DOCUMENT} <= opened
    assert not opened & {Can.WRITE_CONSULTATION, Can.RUN_SESSION, Can.TAKE_PHOTO, Can.EDIT_CLIENT, Can.OVERRIDE_FINDING}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LEAD])
def test_only_the_lead_breaks_glass_the_manager_never(world, closed, role):
    """SEC-A7, decision 5."""
    with pytest.raises((Refused, Http404)):
        glass.break_glass(closed, reason=WHY, by=fresh(world.people[role]), at=NOW)
    assert not BrokenGlass.objects.exists()


def test_glass_needs_proof_a_reason_and_a_closed_chart(world, closed):
    lead = world.people["lead"]
    for by in (world.actor("lead"), fresh(lead, NOW - timedelta(minutes=5))):
        with pytest.raises(proof.ProofNeeded):
            glass.break_glass(closed, reason=WHY, by=by, at=NOW)
    for reason in ("", "   ", "why  not"):
        with pytest.raises(InvalidValue):
            glass.break_glass(closed, reason=reason, by=fresh(lead), at=NOW)
    with pytest.raises(Refused):
        glass.break_glass(world.colleague, reason=WHY, by=fresh(lead), at=NOW)
    with pytest.raises(Http404):
        glass.break_glass(world.other, reason=WHY, by=fresh(lead), at=NOW)
    assert not BrokenGlass.objects.exists()


def test_everything_under_broken_glass_is_marked(world, closed, browse):
    """SEC-A7: also what was looked at in the same sitting before the chart was closed."""
    glass.break_glass(closed, reason=WHY, by=fresh(world.people["lead"]), at=NOW)
    actor = world.actor("lead")
    audit.viewed(actor, closed, at=NOW)
    audit.viewed(actor, closed, at=NOW)
    audit.viewed(actor, world.colleague, at=NOW)
    entries = AuditEntry.objects.filter(actor_id=actor.staff_id, action="viewed.chart")
    assert {(e.client_id, e.facts.get("break_glass")) for e in entries} == {
        (closed.id, True),
        (world.colleague.id, None),
    }
    assert entries.count() == 2


def test_the_data_protection_lead_is_told_with_the_reason(world, closed, browse):
    """SEC-A7, SEC-S17: at once, in the log and on their page; reason sealed in the row."""
    glass.break_glass(closed, reason=WHY, by=fresh(world.people["lead"]), at=NOW)
    assert AuditEntry.objects.filter(action="alarm.break_glass", client_id=closed.id).count() == 1
    page = browse("protection").get(reverse("glass-list")).content.decode()
    assert WHY in page
    assert closed.code in page
    assert "Open now" in page
    assert "Amara" not in page
    told = browse("protection").get(reverse("api-glass-list")).json()
    assert [line["reason"] for line in told["broken"]] == [WHY]
    assert browse("lead").get(reverse("glass-list")).status_code == 403
    assert WHY not in str(AuditEntry.objects.values_list("facts"))


def test_the_protection_lead_opens_a_chart_again_the_lead_does_not(world, closed, browse):
    row = ClosedChart.objects.get()
    with pytest.raises(Refused):
        glass.reopen_chart(row, by=world.actor("lead"), at=NOW)
    assert browse("protection").post(reverse("chart-reopen", args=[row.id])).status_code == 303
    assert access.may(world.actor("practitioner"), Can.READ_CHART, closed)
    with pytest.raises(TransitionRefused):
        glass.reopen_chart(row, by=world.actor("protection"), at=NOW)


def test_a_chart_is_closed_by_page_and_by_program(world, browse):
    browser, colleague = browse("lead"), world.people["colleague"]
    page = browser.get(reverse("chart-close", args=[world.own.id]))
    assert page.status_code == 200
    body = {"treated_by": str(colleague.id), "reason": "Works here on Fridays"}
    url = reverse("chart-close", args=[world.own.id])
    assert browser.post(url, {**body, "reason": ""}).status_code == 422
    assert browser.post(url, {**body, "treated_by": str(world.people["reception"].id)}).status_code == 422
    assert browser.post(url, body).status_code == 303
    assert browser.post(url, body).status_code == 409
    api = reverse("api-chart-close", args=[world.colleague.id])
    assert browser.post(api, {**body, "treated_by": str(world.people["outsider"].id)}, **JSON).status_code == 422
    assert browser.post(api, body, **JSON).status_code == 201
    told = browser.post(reverse("api-glass-break", args=[world.own.id]), {"reason": WHY}, **JSON)
    assert (told.status_code, told.json()["code"]) == (403, "proof_needed")


def test_a_practitioner_cannot_book_themselves_into_a_closed_chart(world, closed):
    with pytest.raises(Refused):
        clients.start_care(closed, staff=world.people["practitioner"], by=world.actor("practitioner"), at=NOW)


def test_a_broken_glass_never_changes(world, closed):
    row = glass.break_glass(closed, reason=WHY, by=fresh(world.people["lead"]), at=NOW)
    row.expires_at = NOW + timedelta(days=1)
    with pytest.raises(Exception, match="frozen"):
        row.save(update_fields=["expires_at"])
