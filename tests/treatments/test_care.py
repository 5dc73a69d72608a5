"""Patch tests and prescriptions: who records them, what they must say, and what the rules are told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser

from clinic import clock
from clinic.access import Refused
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import AuditEntry
from consultations.queries import latest_run, open_findings
from tests.consultations import support as consultations
from tests.factories import NOW, World
from tests.treatments import support
from tests.treatments.test_electro_and_stock import make_electro
from treatments import queries, services
from treatments.models import PatchTest, Prescription, Session
from treatments.registrations import timeline
from treatments.rules.measures import patch_test_counts

DAY = timedelta(hours=24)


def patch(world: World, product: Any, **changes: Any) -> PatchTest:
    values: dict[str, Any] = {
        "product": product, "site": "Inner forearm, left", "placed_at": NOW - 2 * DAY, "read_at": NOW - DAY,
        "result": "calm", "by": world.actor("practitioner"), "at": NOW,
    }  # fmt: skip
    return services.record_patch_test(world.own, **{**values, **changes})


def prescribe(world: World, product: Any, **changes: Any) -> Prescription:
    values: dict[str, Any] = {
        "product": product, "seen_at": NOW - DAY, "seen_where": "Quay Street, room 2", "dose": "2 ml, once",
        "valid_until": NOW.date() + timedelta(days=30), "by": world.actor("prescriber"), "at": NOW,
    }  # fmt: skip
    return services.record_prescription(world.own, **{**values, **changes})


def _open_rules(session: Session) -> set[str]:
    run = latest_run(session.consultation, subject_id=session.id)
    return {finding.rule for finding in open_findings(session.client, run) if finding.is_blocking}


# patch tests ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("hours", "counts"), [(23.9, False), (24, True), (48, True), (48.5, False)])
def test_a_patch_test_counts_between_24_and_48_hours(hours: float, counts: bool) -> None:
    """RULE-R212."""
    assert patch_test_counts(hours, is_calm=True) is counts
    assert not patch_test_counts(hours, is_calm=False)


def test_a_patch_test_lets_an_electro_session_start(world: World) -> None:
    """RULE-R212: without it the session waits; the record of it is enough, nobody clears anything."""
    support.make_house(world)
    support.make_standing(world)
    session, by = make_electro(world), world.actor("practitioner")
    assert _open_rules(session) == {"R212"}
    patch(world, session.course.plan.product)
    assert _open_rules(session) == set()
    assert services.start_session(support.fresh(session), by=by, at=NOW).state == "started"


def test_the_newest_patch_test_of_the_very_product_counts(world: World) -> None:
    """RULE-R212."""
    product, other = consultations.make_product(world), consultations.make_product(world, ("I02",))
    assert not queries.patch_test_done(world.own.id, [product.id])
    patch(world, other)
    assert not queries.patch_test_done(world.own.id, [product.id])
    patch(world, product, read_at=NOW - DAY - timedelta(hours=1))
    assert not queries.patch_test_done(world.own.id, [product.id])
    patch(world, product, read_at=NOW - timedelta(hours=20))
    assert queries.patch_test_done(world.own.id, [product.id, other.id])
    patch(world, product, read_at=NOW, result="reaction", words="Wheal of 8 mm.")
    assert not queries.patch_test_done(world.own.id, [product.id])


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"site": " "}, InvalidValue, "site"),
        ({"result": "fine"}, InvalidValue, "result"),
        ({"read_at": NOW + DAY}, InvalidValue, "read_at"),
        ({"placed_at": NOW}, InvalidValue, "placed_at"),
        ({"result": "reaction"}, RuleRefused, "words"),
    ],
)
def test_a_patch_test_says_all_it_must(world: World, changes: dict[str, Any], error: type[Any], field: str) -> None:
    product = consultations.make_product(world)
    with pytest.raises(error) as refusal:
        patch(world, product, **changes)
    assert refusal.value.field == field


def test_a_patch_test_needs_its_people_and_stays_as_it_is(world: World) -> None:
    """SEC-S3."""
    product = consultations.make_product(world)
    with pytest.raises(Refused):
        patch(world, product, by=world.actor("reception"))
    row = patch(world, product)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE treatments_patchtest SET read_at = placed_at WHERE 1 = 1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT site, result FROM treatments_patchtest")
        assert "forearm" not in str(cursor.fetchone())
    assert row.site == "Inner forearm, left"


# prescriptions --------------------------------------------------------------------------------------------------------
def _prepared_with_pom(world: World) -> Session:
    support.make_house(world)
    support.make_standing(world)
    session = support.make_ready(world, is_house_made=True)
    product = session.course.plan.product
    product.legal = "POM"
    product.save()
    services.screen_session(support.fresh(session), by=world.actor("practitioner"), at=NOW)
    return support.fresh(session)


def test_a_prescription_opens_a_prescription_only_product(world: World) -> None:
    """RULE-R010, decision 53."""
    session, by = _prepared_with_pom(world), world.actor("practitioner")
    assert "R010" in _open_rules(session)
    prescribe(world, session.course.plan.product)
    services.screen_session(session, by=by, at=NOW)
    assert "R010" not in _open_rules(session)
    gates = {gate.gate: gate for gate in queries.readiness(support.fresh(session), NOW)}
    assert gates["prescription"].level == "ok"
    late = NOW + timedelta(days=31)
    gates = {gate.gate: gate for gate in queries.readiness(support.fresh(session), late)}
    assert gates["prescription"].blocks


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seen_where": ""}, "seen_where"),
        ({"seen_at": NOW + DAY}, "seen_at"),
        ({"dose": " "}, "dose"),
        ({"valid_until": NOW.date() - timedelta(days=1)}, "valid_until"),
        ({"valid_until": NOW.date() + timedelta(days=184)}, "valid_until"),
    ],
)
def test_a_prescription_says_where_the_client_was_seen(world: World, changes: dict[str, Any], field: str) -> None:
    """Decision 53: without the meeting there is no prescription, and R010 stays."""
    product = consultations.make_product(world)
    with pytest.raises(InvalidValue) as refusal:
        prescribe(world, product, **changes)
    assert refusal.value.field == field
    assert not queries.is_prescribed(world.own.id, [product.id], NOW.date())


@pytest.mark.parametrize("role", ["practitioner", "lead", "manager", "reception"])
def test_only_a_prescriber_prescribes(world: World, role: str) -> None:
    """SEC-S3."""
    with pytest.raises(Refused):
        prescribe(world, consultations.make_product(world), by=world.actor(role))


# doors ----------------------------------------------------------------------------------------------------------------
def _desk(world: World, role: str) -> Browser:
    found = Browser()
    found.force_login(world.people[role])
    return found


def test_the_page_keeps_both(world: World) -> None:
    """RULE-R212 RULE-R010."""
    product, url = consultations.make_product(world), f"/clients/{world.own.id}/tests/"
    desk, prescriber = _desk(world, "practitioner"), _desk(world, "prescriber")
    test = {
        "product": product.id, "site": "Forearm", "placed_at": "2026-11-14T09:00", "read_at": "2026-11-15T10:00",
        "result": "calm",
    }  # fmt: skip
    paper = {
        "product": product.id, "seen_at": "2026-11-15T10:00", "seen_where": "Room 2", "dose": "2 ml",
        "valid_until": "2026-12-15",
    }  # fmt: skip
    with clock.set_to(NOW):
        assert desk.post(f"{url}patch/", {**test, "site": ""}).status_code == 422
        assert desk.post(f"{url}patch/", {**test, "read_at": "2026-11-18T10:00"}).status_code == 422
        assert desk.post(f"{url}patch/", test).status_code == 303
        assert desk.post(f"{url}prescription/", paper).status_code == 403
        assert prescriber.post(f"{url}prescription/", {**paper, "dose": ""}).status_code == 422
        assert prescriber.post(f"{url}prescription/", {**paper, "valid_until": "2026-01-01"}).status_code == 422
        assert prescriber.post(f"{url}prescription/", paper).status_code == 303
        page = desk.get(url).content.decode()
    assert "Calm, counts" in page
    assert "Room 2" in page


def test_the_api_keeps_both(world: World) -> None:
    """RULE-R212 RULE-R010."""
    product, url = consultations.make_product(world), f"/api/v1/clients/{world.own.id}"
    kind: dict[str, Any] = {"content_type": "application/json"}
    test = {
        "product": str(product.id), "site": "Forearm", "placed_at": "2026-11-14T09:00:00Z",
        "read_at": "2026-11-15T10:00:00Z", "result": "calm",
    }  # fmt: skip
    paper = {
        "product": str(product.id), "seen_at": "2026-11-15T10:00:00Z", "seen_where": "Room 2", "dose": "2 ml",
        "valid_until": "2026-12-15",
    }  # fmt: skip
    desk, prescriber = _desk(world, "practitioner"), _desk(world, "prescriber")
    with clock.set_to(NOW):
        assert desk.post(f"{url}/patch-tests/", json.dumps({**test, "mood": "x"}), **kind).status_code == 400
        assert desk.post(f"{url}/patch-tests/", json.dumps(test), **kind).json()["counts"] is True
        assert prescriber.post(f"{url}/prescriptions/", json.dumps(paper), **kind).status_code == 201
        assert desk.post(f"{url}/prescriptions/", json.dumps(paper), **kind).status_code == 403
        assert len(desk.get(f"{url}/patch-tests/").json()["patch_tests"]) == 1
        assert desk.get(f"{url}/prescriptions/").json()["prescriptions"][0]["dose"] == "2 ml"


def test_patch_tests_and_prescriptions_stand_on_the_timeline(world: World) -> None:
    """RULE-R212, RULE-R010: with the way to them; never their words in the log."""
    product = consultations.make_product(world, name="Bright serum")
    patch(world, product)
    patch(world, product, result="reaction", words="Itching wheal.")
    prescribe(world, product)
    by = world.actor("practitioner")
    found = [event for event in timeline(world.own, by) if event.kind in {"patch_test", "prescription"}]
    assert sorted((event.title, event.tone) for event in found) == [
        ("Patch test of Bright serum: a reaction", "stop"),
        ("Patch test of Bright serum: calm skin", "ok"),
        ("Prescription: Bright serum, until 16 Dec 2026", ""),
    ]
    assert {event.url for event in found} == {f"/clients/{world.own.id}/tests/"}
    assert list(timeline(world.own, world.actor("reception"))) == []
    written = json.dumps([row.facts for row in AuditEntry.objects.filter(client_id=world.own.id)])
    assert "wheal" not in written
    assert "2 ml, once" not in written
    desk = Browser()
    desk.force_login(world.people["practitioner"])
    with clock.set_to(NOW):
        assert "Patch test of Bright serum: a reaction" in desk.get(f"/clients/{world.own.id}/").content.decode()
