"""Erasure by destroying keys: who may, what forbids it, what is left, and that a restore does not bring it back."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from clinic import access, noticed, proof, search, verification
from clinic.actors import SYSTEM
from clinic.erasure import ledger, rules, running, services
from clinic.erasure.models import Erasure, LegalHold
from clinic.errors import Erased, InvalidValue, RuleRefused, TransitionRefused
from clinic.keystore import destroying, keys
from clinic.keystore.models import DataKey
from clinic.models import AuditEntry, Client, IdempotentAnswer, Photo, Visit
from clinic.photos import files
from clinic.services import clients, visits
from tests import databases
from tests.factories import NOW, TODAY, make_world
from tests.keys.support import make_document, make_photo, put, raw

WISH = {
    "ground": "request",
    "source": "Letter of 1 November",
    "reason": "No longer a client",
    "despite_retention": "ok",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(world):
    """The data protection lead, who has just proved who they are."""
    return _lead(world)


def _lead(world):
    from dataclasses import replace

    return replace(world.actor("protection"), proved_at=NOW)


def erase(client, by, **changes):
    return running.erase(client, by=by, at=NOW, **{**WISH, "code": client.code, **changes})


def fresh(record):
    keys.forget()
    return type(record).objects.get(pk=record.pk)


def unreadable(read):
    keys.forget()
    with pytest.raises(Erased):
        read()


@pytest.mark.parametrize(
    ("last", "until"), [("2020-05-04", "2028-05-04"), ("2024-02-29", "2032-02-29"), ("2021-02-28", "2029-02-28")]
)
def test_a_record_is_kept_eight_years_after_the_last_contact(last, until):
    from datetime import date

    assert rules.kept_until(date.fromisoformat(last), 8) == date.fromisoformat(until)


def test_a_day_that_does_not_exist_becomes_the_one_before():
    from datetime import date

    assert rules.kept_until(date(2024, 2, 29), 7) == date(2031, 2, 28)


def test_everything_in_the_way_is_named_and_a_hold_has_no_override():
    found = rules.blocks(holds=1, kept_until_on=TODAY + timedelta(days=1), on=TODAY, open_work=True)
    assert [(block.code, block.may_override) for block in found] == [
        ("legal_hold", False), ("open_work", False), ("retention", True),
    ]  # fmt: skip
    assert rules.blocks(holds=0, kept_until_on=TODAY, on=TODAY, open_work=False) == ()


def test_an_erased_client_is_unreadable_and_neighbours_are_not(world, lead):
    """SEC-R9, SEC-E7: live and history; the key is gone within a second."""
    past = Client.history.filter(id=world.own.id).get()
    paper = make_document(world.own)
    started = time.perf_counter()
    erase(world.own, lead)
    assert time.perf_counter() - started < 10  # a shared machine; the key itself goes in milliseconds
    assert not DataKey.objects.filter(holder_id=world.own.id).exists()
    for column in ("legal_name", "phone", "code"):
        unreadable(lambda column=column: getattr(Client.objects.get(pk=world.own.pk), column))
    unreadable(lambda: past.legal_name)
    unreadable(lambda: fresh(paper).title)
    assert Client.history.filter(id=world.own.id).count() == 0
    assert fresh(world.colleague).legal_name == "Bronwen Pryce"
    assert noticed.take() == (), "erased is meant, and no alarm"


def test_files_search_answers_and_open_visits_go_as_well(world, lead):
    photo = make_photo(world.own)
    paper = make_document(world.own)
    visit = visits.book_visit(
        world.own, site=world.site, practitioner=world.people["practitioner"], kind="consultation",
        planned_at=NOW + timedelta(days=3), planned_minutes=45, by=SYSTEM, at=NOW,
    )  # fmt: skip
    IdempotentAnswer(
        organisation_id=world.organisation.id, holder_id=world.own.id, actor_kind="staff",
        actor_id=world.people["practitioner"].id, key="k", fingerprint="f", status=201, answer={"phone": "0"},
    ).save()  # fmt: skip
    assert search.find("amara", actor=world.actor("practitioner"))
    assert len(list(files.stored())) == 4
    erase(world.own, lead)
    assert list(files.stored()) == []
    assert search.find("amara", actor=world.actor("practitioner")) == []
    assert Visit.objects.get(pk=visit.pk).state == "cancelled"
    assert (Photo.objects.get(pk=photo.pk).zone, Photo.objects.get(pk=photo.pk).files) == ("", {})
    assert not IdempotentAnswer.objects.exists()
    assert raw(world.own, "legal_name") == b""
    assert len(raw(paper, "title")) > 60, "a frozen row keeps its noise"


def test_the_ledger_is_on_disk_signed_and_without_a_name(world, lead):
    erase(world.own, lead)
    text = ledger.path().read_text()
    assert str(world.own.id) in text
    assert "Amara" not in text
    assert "Letter" not in text
    assert ledger.path().stat().st_mode & 0o077 == 0
    assert list(ledger.faults()) == []
    assert list(verification.faults()) == []


def test_a_changed_a_missing_and_a_forged_line_are_found(world, lead):
    erase(world.own, lead)
    erase(world.colleague, lead)
    whole = ledger.path().read_text()
    first, second = whole.splitlines()
    ledger.path().write_text(second + "\n")
    assert any("broken" in fault for fault in ledger.faults())
    ledger.path().write_text(f"{first.replace('request', 'mistake')}\n{second}\n")
    assert any("not signed" in fault for fault in ledger.faults())
    with pytest.raises(CommandError):
        call_command("reapply_erasures")
    ledger.path().write_text(first + "\n")
    assert any("without an entry" in fault for fault in running.faults())


def test_a_line_that_a_power_cut_left_unfinished_is_written_again(world, lead):
    erase(world.own, lead)
    with ledger.path().open("a") as file:
        file.write('{"seq": 2, "cli')
    erase(world.colleague, lead)
    assert [entry.seq for entry in ledger.entries()] == [1, 2]
    assert list(ledger.faults()) == []


def test_a_second_copy_of_the_ledger_is_kept(world, lead, tmp_path, monkeypatch):
    monkeypatch.setenv("MESORECORD_LEDGER_COPY", str(tmp_path / "other"))
    erase(world.own, lead)
    assert (tmp_path / "other" / "erasures.jsonl").read_text() == ledger.path().read_text()


def test_a_hold_forbids_and_its_lifting_allows(world, lead):
    hold = services.place_hold(world.own, reason="Claim of 3 November", by=lead, at=NOW)
    with pytest.raises(RuleRefused) as refused:
        erase(world.own, lead)
    assert refused.value.code == "legal_hold"
    assert ledger.entries() == []
    lifted = services.lift_hold(hold, reason="Settled", by=lead, at=NOW)
    with pytest.raises(TransitionRefused):
        services.lift_hold(lifted, reason="Again", by=lead, at=NOW)
    erase(world.own, lead)
    assert fresh(hold).reason == "Claim of 3 November", "the clinic's own words stay readable"
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        LegalHold._base_manager.filter(pk=hold.pk).update(lifted_at=NOW)


def test_retention_forbids_unless_the_lead_says_why(world, lead):
    with pytest.raises(RuleRefused) as refused:
        erase(world.own, lead, despite_retention=" ")
    assert (refused.value.code, refused.value.field) == ("retention", "despite_retention")
    decided = erase(world.own, lead, despite_retention="Never treated here")
    assert fresh(decided).despite_retention == "Never treated here"


def test_a_clinic_with_its_own_number_of_years(world, lead):
    world.organisation.settings = {"retention_years": 0}
    world.organisation.save()
    erase(world.own, lead, despite_retention="")


def test_somebody_who_is_here_now_is_not_erased(world, lead):
    visit = visits.book_visit(
        world.own, site=world.site, practitioner=world.people["practitioner"], kind="consultation",
        planned_at=NOW, planned_minutes=45, by=SYSTEM, at=NOW,
    )  # fmt: skip
    visits.arrive(visit, by=SYSTEM, at=NOW)
    with pytest.raises(RuleRefused) as refused:
        erase(world.own, lead)
    assert refused.value.code == "open_work"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"code": "AAA-AAA"}, "wrong_code"), ({"source": " "}, "required"), ({"reason": ""}, "required"),
     ({"ground": "boredom"}, "invalid_choice")],
)  # fmt: skip
def test_what_is_missing_is_asked_for_before_anything_is_destroyed(world, lead, changes, code):
    with pytest.raises(InvalidValue) as refused:
        erase(world.own, lead, **changes)
    assert refused.value.code == code
    assert ledger.entries() == []
    assert fresh(world.own).legal_name == "Amara Okafor"


def test_it_asks_again_who_it_is(world):
    """Step-up: a session left open erases nobody."""
    with pytest.raises(proof.ProofNeeded):
        erase(world.own, world.actor("protection"))
    assert fresh(world.own).legal_name == "Amara Okafor"


@pytest.mark.parametrize("role", ["practitioner", "lead", "manager", "reception", "learner"])
def test_nobody_else_may(world, role):
    with pytest.raises(access.Refused):
        erase(world.own, world.actor(role))


def test_twice_is_once(world, lead):
    erase(world.own, lead)
    with pytest.raises((TransitionRefused, Erased)):
        running.erase(world.own, by=lead, at=NOW, **WISH, code="x")
    assert running.settle(NOW) == 0
    assert Erasure.objects.count() == 1


def test_what_a_power_cut_left_undone_is_done_by_the_clock(world, lead):
    """Decision 19: the ledger is first; keys, log and scrub follow from it."""
    services.decide_erasure(world.own, by=lead, at=NOW, **WISH, code=world.own.code)
    assert fresh(world.own).legal_name == "Amara Okafor"
    assert any("reapply_erasures" in fault for fault in running.faults())
    assert running.settle(NOW) == 1
    unreadable(lambda: Client.objects.get(pk=world.own.pk).legal_name)
    assert AuditEntry.objects.filter(action="client.erased", client_id=world.own.id).count() == 1
    assert list(running.faults()) == []


def test_keys_destroyed_behind_the_ledgers_back_are_found(world):
    destroying.destroy(world.own.id, at=NOW)
    assert any("without an entry" in fault for fault in verification.faults())


def test_a_new_version_of_a_destroyed_key_is_not_made(world, lead):
    erase(world.own, lead)
    unreadable(lambda: keys.add_version(world.own.id))
    unreadable(lambda: clients.edit_client(world.own, phone="1", by=SYSTEM, at=NOW))


def test_the_decision_cannot_be_changed(world, lead):
    decided = erase(world.own, lead)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        put(decided, "ground", "mistake")


# --- a restored older copy --------------------------------------------------------------------------------------------


def _copy(alias: str, source: str, target: str) -> None:
    if connection.vendor == "sqlite":
        connections[alias].close()
        databases._copy_sqlite(source, target)
    else:
        databases._copy_postgresql(connections[alias], source, target)


@pytest.mark.django_db(transaction=True)
def test_a_restored_older_copy_stays_unreadable_and_is_erased_again():
    """SEC-E7: older records with the newest key store; the ledger run twice is the same as once."""
    world = make_world()
    photo, paper = make_photo(world.own), make_document(world.own)
    name = str(connections["default"].settings_dict["NAME"])
    older = f"{name}.older" if connection.vendor == "sqlite" else f"{name}_older"
    _copy("default", name, older)
    erase(world.own, _lead(world))
    wrapped = bytes(DataKey.objects.get(holder_id=world.colleague.id).wrapped)
    _copy("default", older, name)
    search.forget()
    assert fresh(world.own).erased_at is None, "this is the older copy"
    for read in (
        lambda: Client.objects.get(pk=world.own.pk).legal_name,
        lambda: Client.history.filter(id=world.own.id).get().legal_name,
        lambda: fresh(paper).title,
        lambda: fresh(photo).note,
    ):
        unreadable(read)
    assert fresh(world.colleague).legal_name == "Bronwen Pryce"
    call_command("reapply_erasures")
    call_command("reapply_erasures")
    assert fresh(world.own).erased_at is not None
    assert Client.history.filter(id=world.own.id).count() == 0
    assert AuditEntry.objects.filter(action="client.erased", client_id=world.own.id).count() == 1
    assert bytes(DataKey.objects.get(holder_id=world.colleague.id).wrapped) == wrapped
    assert list(running.faults()) == []
    if connection.vendor == "sqlite":
        Path(older).unlink()


@pytest.mark.django_db(transaction=True)
def test_no_byte_of_a_destroyed_key_is_left_in_the_key_store():
    """SEC-E7: neither in the database file nor in its write-ahead log (PostgreSQL: no row, dead ones are vacuumed)."""
    world = make_world()
    wrapped = bytes(DataKey.objects.get(holder_id=world.own.id).wrapped)
    file = Path(str(connections["keys"].settings_dict["NAME"]))
    lying = [path for path in (file, Path(f"{file}-wal")) if path.exists()]
    if connection.vendor == "sqlite":
        assert any(wrapped in path.read_bytes() for path in lying)
    erase(world.own, _lead(world))
    assert not any(wrapped in path.read_bytes() for path in lying if path.exists())
    assert not DataKey.objects.filter(holder_id=world.own.id).exists()
