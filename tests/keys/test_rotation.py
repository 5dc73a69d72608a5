"""Rotation of both levels of keys: everything stays readable, frozen rows stay as they are (decision 15)."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from clinic import audit, clock, verification
from clinic.actors import SYSTEM
from clinic.errors import CannotBeRead, RuleRefused
from clinic.keystore import kek, keys, rewrapping
from clinic.keystore.models import DataKey, KeyRotation
from clinic.models import AuditEntry, Client, Document, Photo
from clinic.photos import choices, storing
from clinic.rotation import resealing, running, services, window
from clinic.rotation.models import CipherWindow
from clinic.services import clients
from tests.factories import NOW, make_client
from tests.keys.support import damage, key_version, make_document, make_photo, put, raw

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def fresh(record):
    keys.forget()
    return type(record).objects.get(pk=record.pk)


def rotate(**options):
    with clock.set_to(LATER):
        call_command("rotate_keys", **options, verbosity=0)


def test_every_key_is_wrapped_again_and_opens(world):
    """SEC-E9: after a rotation of the key-encryption key the old one opens nothing in the key store."""
    audit.record(SYSTEM, "before", None, at=NOW)
    keys.save_signing_key("a seal", b"private", b"public")
    before = kek.ring()
    rotate()
    after = kek.ring()
    assert (before.current, after.current) == (1, 2)
    assert rewrapping.used_versions() == {2}
    assert fresh(world.own).legal_name == "Amara Okafor"
    assert keys.signing_key("a seal") == (b"private", b"public")
    old_only = kek.Ring(1, before.keys)
    kek.write(old_only)
    with pytest.raises(CannotBeRead):
        fresh(world.own).legal_name  # noqa: B018


def test_while_it_runs_old_and_new_keys_are_read(world):
    kek.add(at=NOW)
    rewrapping.rewrap_batch(2, skip=set())
    assert rewrapping.used_versions() == {1, 2}
    assert {fresh(one).phone for one in (world.own, world.colleague, world.other)} == {
        "07700 900100", "07700 900101", "07700 900102",
    }  # fmt: skip


def test_an_interrupted_rotation_is_taken_up(world):
    services.begin("kek", by=SYSTEM, at=NOW)
    rewrapping.rewrap_batch(2, skip=set())
    rotate()
    assert kek.ring().current == 2
    assert rewrapping.waiting() == 0
    assert KeyRotation.objects.get().finished_at == LATER


def test_a_key_that_does_not_open_stays_and_is_counted(world):
    row = DataKey.objects.get(holder_id=world.own.id)
    row.wrapped = bytes(row.wrapped)[:-1] + b"x"
    row.save()
    with clock.set_to(LATER):
        facts = running.rotate_kek(batch=2, progress=lambda done: None)
    assert facts["unreadable"] == 1
    assert bytes(DataKey.objects.get(holder_id=world.own.id).wrapped) == bytes(row.wrapped)
    assert fresh(world.colleague).legal_name == "Bronwen Pryce"


def test_an_old_kek_goes_when_nothing_and_no_backup_needs_it(world):
    """SEC-E9: it is kept as long as backups of the key store are, or ten minutes after a leak."""
    rotate()
    with pytest.raises(RuleRefused, match="30 days"):
        services.destroy_old_kek(by=SYSTEM, at=LATER + timedelta(days=29))
    with pytest.raises(RuleRefused):
        services.destroy_old_kek(by=SYSTEM, at=LATER + timedelta(minutes=5), compromised=True)
    assert services.destroy_old_kek(by=SYSTEM, at=LATER + timedelta(minutes=11), compromised=True) == {1}
    assert set(kek.ring().keys) == {2}
    assert fresh(world.own).legal_name == "Amara Okafor"


def test_a_kek_in_use_is_not_destroyed(world):
    kek.add(at=NOW)
    with pytest.raises(RuleRefused, match="still need"):
        services.destroy_old_kek(by=SYSTEM, at=NOW + timedelta(days=60))


def test_a_lost_key_file_is_not_replaced_by_a_new_one(world):
    """SEC-E8: nothing is closed with a key that opens nothing of before."""
    kek.path().unlink()
    keys.forget()
    with pytest.raises(kek.KekMissing):
        make_client(world.organisation, "Dora New", phone="07700 900777")
    assert not kek.path().exists()


def test_keys_of_the_environment_rotate_there(world, monkeypatch):
    import base64

    one, two = base64.b64encode(kek.ring().keys[1]).decode(), base64.b64encode(b"n" * 32).decode()
    monkeypatch.setenv("MESORECORD_KEK", one)
    with pytest.raises(CommandError, match="MESORECORD_KEK"):
        rotate()
    monkeypatch.setenv("MESORECORD_KEK", f"2:{two},1:{one}")
    rotate()
    assert rewrapping.used_versions() == {2}
    assert fresh(world.own).legal_name == "Amara Okafor"


def test_a_client_gets_a_new_key_and_what_may_change_is_sealed_with_it(world):
    """Decision 15: history and frozen rows keep their key version; the row's own version does not move."""
    paper = make_document(world.own)
    rotate(data=True)
    assert key_version(world.own, "legal_name") == 2
    assert key_version(world.own, "legal_name", table="clinic_historicalclient") == 1
    assert key_version(paper, "title") == 1
    after = fresh(world.own)
    assert (after.version, after.legal_name, after.history.get().legal_name) == (1, "Amara Okafor", "Amara Okafor")
    assert fresh(paper).title == "Consent of today"
    assert list(verification.sealed_value_faults()) == []


def test_what_is_written_after_a_rotation_uses_the_new_key(world):
    rotate(data=True, holder=world.own.id)
    keys.forget()
    clients.edit_client(world.own, phone="07700 900999", by=world.actor("reception"), at=NOW)
    assert key_version(world.own, "phone") == 2
    assert key_version(world.colleague, "phone") == 1


def test_an_interrupted_rotation_of_data_adds_no_second_version(world):
    with clock.set_to(LATER):
        rotation = services.begin("data", by=SYSTEM, at=LATER)
        keys.add_version(world.own.id)
    rotate(data=True)
    versions = DataKey.objects.filter(holder_id=world.own.id).values_list("version", flat=True)
    assert sorted(versions) == [1, 2]
    assert key_version(world.own, "phone") == 2
    assert KeyRotation.objects.get(pk=rotation.pk).finished_at is not None


def test_a_value_that_somebody_saved_meanwhile_is_not_overwritten(world):
    row = Client._base_manager.get(pk=world.own.pk)
    clients.edit_client(world.own, phone="07700 900999", by=world.actor("reception"), at=NOW)
    keys.add_version(world.own.id)
    keys.forget()
    done, failed = resealing._reseal_row(row, resealing.by_holder(Client)["id"])
    assert (done, failed) == (0, [])
    assert fresh(world.own).phone == "07700 900999"


def test_a_damaged_value_is_named_and_left_alone(world):
    damage(world.own, "phone")
    before = raw(world.own, "phone")
    with clock.set_to(LATER):
        facts = running.rotate_data(batch=50, progress=lambda done: None)
    assert facts["unreadable"] == [f"clinic.client {world.own.id}: client.phone cannot be read"]
    assert raw(world.own, "phone") == before
    assert fresh(world.own).legal_name == "Amara Okafor"


def test_after_a_leak_everything_is_sealed_again_and_old_keys_are_gone(world):
    """Decision 15: frozen rows, history and files too, in a window that the log knows; seals still hold."""
    paper, photo = make_document(world.own), make_photo(world.own)
    rotate(data=True, compromised=True)
    assert key_version(paper, "title") == 2
    assert key_version(world.own, "legal_name", table="clinic_historicalclient") == 2
    assert set(DataKey.objects.values_list("version", flat=True)) == {2}
    assert fresh(world.own).history.get().legal_name == "Amara Okafor"
    assert {storing.open_photo(fresh(photo), size) for size in choices.SIZES} == {
        b"picture master", b"picture display", b"picture thumbnail",
    }  # fmt: skip
    actions = set(AuditEntry.objects.filter(outcome="done").values_list("action", flat=True))
    assert {window.OPENED, window.CLOSED, "keys.old_versions_destroyed"} <= actions
    assert [fault for fault in verification.faults() if "document" not in fault] == []


def test_an_unreadable_value_keeps_the_old_key_after_a_leak(world):
    damage(world.own, "phone")
    rotate(data=True, compromised=True)
    versions = DataKey.objects.filter(holder_id=world.own.id).values_list("version", flat=True)
    assert sorted(versions) == [1, 2]
    assert DataKey.objects.filter(holder_id=world.colleague.id).count() == 1


def test_an_interrupted_change_of_files_is_taken_up(world):
    """The row names one of two files; whichever it is, the picture is shown."""
    photo = make_photo(world.own)
    keys.add_version(world.own.id)
    keys.forget()
    place = storing.place(photo, "master")
    from clinic.photos import files

    named = files.reseal(place)
    assert storing.open_photo(photo, "master") == b"picture master"
    Photo._base_manager.filter(pk=photo.pk).update(files={**photo.files, "master": named})
    assert storing.open_photo(fresh(photo), "master") == b"picture master"
    files.sweep(storing.known_files(), at=NOW + timedelta(days=900))
    assert storing.open_photo(fresh(photo), "master") == b"picture master"
    files.settle(place, sha256=named)
    assert not place.next_path.exists()
    assert storing.open_photo(fresh(photo), "master") == b"picture master"


@pytest.mark.parametrize(("column", "value"), [("title", b"x" * 60), ("kind", "aftercare")])
def test_outside_a_window_a_frozen_row_refuses_everything(world, column, value):
    paper = make_document(world.own)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        put(paper, column, value)


def test_inside_a_window_only_ciphertext_of_a_frozen_row_may_change(world):
    """Decision 15: both databases hold this by their own triggers."""
    paper = make_document(world.own)
    CipherWindow.objects.create(opened_at=NOW)
    put(paper, "title", raw(paper, "title"))
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        put(paper, "kind", "aftercare")
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute('UPDATE clinic_document SET "title" = %s, size = size + 1', [raw(paper, "title")])
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Document._base_manager.filter(pk=paper.pk).delete()
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        put(AuditEntry.objects.order_by("at").first(), "action", "nothing")


def test_a_window_nobody_wrote_down_is_found(world):
    found = CipherWindow.objects.create(opened_at=NOW)
    faults = [fault for fault in verification.faults() if "window" in fault]
    assert len(faults) == 2
    assert all(str(found.id) in fault for fault in faults)


def test_one_client_with_200_values_and_30_photographs_takes_seconds(world):
    """SEC-R8: at most five seconds; measured far below."""
    for _ in range(30):
        make_photo(world.own)
    for number in range(100):
        clients.record_allergy(world.own, tag=f"tag {number}", words="rash", by=SYSTEM, at=NOW)
    started = time.perf_counter()
    rotate(data=True, holder=world.own.id, compromised=True)
    assert time.perf_counter() - started < 5
    assert key_version(world.own.allergyentrys.first(), "tag") == 2
