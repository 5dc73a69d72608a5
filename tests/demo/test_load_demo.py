"""The demo clinic: loads through the services, once, and shows what the issue promises."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from aftercare.models import AftercareSheet, CheckInCall
from clinic import clock, rules, todo
from clinic.choices import Role, VisitState
from clinic.models import (
    AllergyEntry,
    AuditEntry,
    Client,
    KitCheck,
    Membership,
    Organisation,
    Photo,
    Site,
    Staff,
    Visit,
)
from config.demo import loader
from config.demo.stage import FOLDER, HOME, Stage, seed
from consent.models import Consent
from consultations.findings import latest_run, open_findings
from consultations.models import Clearance, Consultation
from evidence import sessions as evidence_sessions
from evidence.models import Decision, EvidenceItem
from tests.factories import NOW, make_client
from treatments.models import Course, Lot, Session
from treatments.queries import patch_test_done

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """The loaded demo; everything is rolled back afterwards."""
    with django_db_blocker.unblock(), clock.set_to(NOW):
        atomics = [transaction.atomic(using=alias) for alias in connections]
        for atomic in atomics:
            atomic.__enter__()
        try:
            yield loader.load(now=NOW)
        finally:
            for atomic in reversed(atomics):
                transaction.set_rollback(True, using=atomic.using)
                atomic.__exit__(None, None, None)


def test_a_clinic_with_two_sites_and_another_for_comparison(stage: Stage) -> None:
    assert Site.objects.filter(organisation=stage.home).count() == 2
    assert Organisation.objects.count() == 2
    assert Client.objects.exclude(organisation=stage.home).count() == 1
    assert KitCheck.objects.filter(site__organisation=stage.home, checked_at__date=NOW.date()).count() == 2


def test_a_person_for_each_role(stage: Stage) -> None:
    held = set(Membership.objects.filter(organisation=stage.home).values_list("role", flat=True))
    assert held == set(Role.values)
    assert {row["email"] for row in seed("people")["people"]} == set(Staff.objects.values_list("email", flat=True))
    assert Staff.objects.get(email="ana.practitioner@demo.example").check_password(seed("people")["password"])


def test_twelve_adults_with_different_histories(stage: Stage) -> None:
    clients = Client.objects.filter(organisation=stage.home)
    assert clients.count() == 12
    assert all(client.age_on(NOW.date()) >= rules.ADULT_AGE_YEARS for client in clients)
    assert len({client.legal_name for client in clients}) == 12


def findings_of(stage: Stage, key: str) -> set[str]:
    consultation = Consultation.objects.get(client=stage.clients[key])
    run = latest_run(consultation)
    return {finding.rule for finding in open_findings(stage.clients[key], run)}


@pytest.mark.parametrize(
    ("key", "rule"), [("derek", "R071"), ("aaliyah", "R030"), ("winston", "R040"), ("chloe", "R100")]
)
def test_histories_fire_their_rules(stage: Stage, key: str, rule: str) -> None:
    """Warfarin, pregnancy, pacemaker, appearance concern."""
    assert rule in findings_of(stage, key)


def test_the_fish_allergy_is_coded(stage: Stage) -> None:
    assert "fish" in {row.tag for row in AllergyEntry.objects.filter(client=stage.clients["morag"])}


def test_one_mid_course_with_three_sessions_and_one_ready_for_current(stage: Stage) -> None:
    priya = Course.objects.get(client=stage.clients["priya"])
    assert (priya.state, priya.sessions_planned, priya.sessions.filter(state="signed").count()) == ("active", 4, 3)
    meiling = Course.objects.get(client=stage.clients["meiling"])
    assert (meiling.modality, meiling.state) == ("electro", "active")
    assert Consent.objects.get(client=stage.clients["meiling"]).state == "given"
    assert Visit.objects.filter(client=stage.clients["meiling"], state=VisitState.ARRIVED).count() == 1


def test_stock_has_an_expired_and_a_recalled_lot(stage: Stage) -> None:
    assert stage.lots["expired"].is_expired(NOW.date())
    assert Lot.objects.get(pk=stage.lots["recalled"].pk).state == "recalled"


def test_the_enquiry_under_18_is_in_the_log_and_nowhere_else(stage: Stage) -> None:
    """REQ-S66: refused with the reason; no name, no record."""
    refused = AuditEntry.objects.filter(action="clinic.create_client", outcome="refused").get()
    assert refused.facts["code"] == "under_18"
    assert refused.client_id is None
    assert not any("Enquiry" in client.legal_name for client in Client.objects.all())


def test_the_portfolio_is_half_full(stage: Stage) -> None:
    """Decided, released, waiting for a countersignature, observed only, offered as a product."""
    states = sorted(Decision.objects.values_list("state", flat=True))
    assert states == ["awaiting_countersignature", "effective", "effective"]
    kinds = sorted(EvidenceItem.objects.values_list("kind", "state"))
    assert ("product", "offered") in kinds
    assert ("observation", "under_review") in kinds


def test_every_session_of_the_learner_has_its_own_consultation(stage: Stage) -> None:
    """REQ-S78: a consultation or re-assessment of its own, with its own skin analysis."""
    rows = list(Session.objects.filter(practitioner=stage.people["learner"]).select_related("consultation"))
    assert len(rows) == 5
    assert len({row.consultation_id for row in rows}) == 5
    assert all(row.consultation.skin_analysis for row in rows)
    basis = evidence_sessions.bases(rows)
    assert not any(entry["is_consultation_shared"] for entry in basis.values())


def test_electro_clients_have_a_patch_test_that_counts(stage: Stage) -> None:
    """RULE-R212: the gel on the forearm, read in time and calm; nobody had to clear the wait."""
    for key in ("meiling", "seun"):
        assert patch_test_done(stage.clients[key].id, [stage.products["gel"].id])
    assert "R212" not in {row.finding["rule"] for row in Clearance.objects.all()}


def test_check_ins_were_asked_and_one_is_overdue(stage: Stage) -> None:
    """REQ-S204, decision 52: the day after and after 37 hours; what waits stands on Today."""
    asked = CheckInCall.objects.values_list("follow_up", "reached")
    assert sorted(set(asked)) == [
        ("A22", "answered"), ("A22s", "answered"), ("A23", "answered"), ("A23", "not_reached"), ("A24", "answered"),
    ]  # fmt: skip
    (waiting,) = todo.due(stage.actor("practitioner"), NOW)
    assert (waiting.client, waiting.label) == (stage.clients["priya"], "Overdue")


def test_visits_today_are_in_several_states(stage: Stage) -> None:
    today = Visit.objects.filter(planned_at__date=NOW.date()).values_list("state", flat=True)
    assert {"booked", "arrived", "in_room", "done"} <= set(today)


def test_nothing_happened_after_the_present(stage: Stage) -> None:
    """Decision 11: history is believable; nothing lies ahead of the real clock but planned visits."""
    assert not AuditEntry.objects.filter(at__gt=NOW).exists()
    assert not Session.objects.filter(signed_at__gt=NOW).exists()
    assert AuditEntry.objects.dates("at", "day").count() > 15


def test_every_signed_session_has_its_sheet(stage: Stage) -> None:
    signed = Session.objects.filter(state="signed")
    assert signed.count() >= 12
    assert all(session.signed_at and session.signed_by_id for session in signed)
    assert AftercareSheet.objects.filter(session__in=signed, issued_at__isnull=False).count() == signed.count()


def test_photographs_are_small_files_of_our_own(stage: Stage) -> None:
    files = sorted((FOLDER / "photos").glob("*.jpg"))
    assert len(files) == 14
    assert max(path.stat().st_size for path in files) < 300_000
    assert sum(path.stat().st_size for path in files) < 2_000_000
    assert Photo.objects.count() >= 8


def test_loading_twice_changes_nothing(stage: Stage) -> None:
    before = AuditEntry.objects.count()
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert "already" in out.getvalue()
    assert AuditEntry.objects.count() == before


def test_a_clinic_with_clients_of_its_own_is_left_alone(db: None, stage: Stage) -> None:
    home = Organisation.objects.get(pk=stage.home.pk)
    home.name = "Some other clinic"
    home.save()
    make_client(home, "Somebody Real")
    with pytest.raises(CommandError, match="clients of its own"):
        call_command("load_demo")


def test_the_sign_ins_are_printed(stage: Stage) -> None:
    out = StringIO()
    call_command("load_demo", "--sign-ins", stdout=out)
    assert seed("people")["password"] in out.getvalue()
    assert f"PIN of the lock: {seed('people')['pin']}" in out.getvalue()
    assert "ana.practitioner@demo.example" in out.getvalue()


def test_without_demo_mode_nothing_is_loaded(monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
    """Only MESORECORD_DEMO=1 (or tests) may load the demo or set the clock."""
    monkeypatch.delenv("MESORECORD_DEMO", raising=False)
    monkeypatch.setattr("config.management.commands.load_demo.sys.modules", {})
    with pytest.raises(CommandError, match="MESORECORD_DEMO"):
        call_command("load_demo")
    assert HOME in stage.organisations
