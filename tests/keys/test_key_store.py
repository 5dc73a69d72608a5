"""The key store itself: orphans, worn keys, permissions, escrow, backups, restore on an empty machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client as Browser

from clinic import clock
from clinic.errors import InvalidValue, KeyStoreAway, KeyWornOut, RuleRefused, TransitionRefused
from clinic.keystore import backups, box, checks, escrow, kek, keys, orphans
from clinic.keystore.models import DataKey, EscrowCopy, SigningKey
from clinic.models import AuditEntry, Client
from clinic.photos import files
from clinic.services import clients
from tests.factories import NOW, make_client, make_world
from tests.keys.support import make_photo, raw

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=25)
PLANTED = ("Zephyrine Quillfeather", "Old Lighthouse 17", "zq@client.example", "07700 900987")


@pytest.fixture
def copies():
    """Two escrow copies with their pass phrases, made and checked."""
    found = []
    for holder in ("Ada Keeper", "Ben Keeper"):
        phrase = box.new_pass_phrase()
        _, data = escrow.make(holder, phrase, at=NOW)
        escrow.check(data, phrase, at=NOW)
        found.append((data, phrase))
    return found


def planted(organisation):
    return make_client(
        organisation, PLANTED[0], address=PLANTED[1], email=PLANTED[2], phone=PLANTED[3], born="1990-02-03"
    )


@pytest.fixture
def uncopied(world):
    """A world whose key nobody keeps a copy of yet."""
    EscrowCopy.objects.all().delete()
    return world


# --- orphans, worn keys, permissions ---------------------------------------------------------------------------------


def test_a_key_whose_record_never_came_goes_after_a_day(world):
    import uuid

    lost = uuid.uuid4()
    keys.create_key(lost)
    assert orphans.sweep(at=NOW + timedelta(hours=23)) == 0
    assert orphans.sweep(at=LATER) == 1
    assert not DataKey.objects.filter(holder_id=lost).exists()
    assert DataKey.objects.count() == 5, "three clients and two clinics keep theirs"


def test_keys_of_the_installation_are_no_orphans(world):
    import uuid

    keys.create_key(uuid.UUID("00000000-0000-4000-8000-000000000002"))
    assert orphans.sweep(at=LATER) == 0


def test_many_orphans_at_once_are_kept_and_an_alarm_says_so(world):
    """An older copy of the records beside the newest keys must not cost the keys of the newer records."""
    import uuid

    for _ in range(orphans.MANY + 1):
        keys.create_key(uuid.uuid4())
    assert orphans.sweep(at=LATER) == 0
    assert orphans.sweep(at=LATER + timedelta(minutes=1)) == 0
    assert AuditEntry.objects.filter(action=orphans.ALARM).count() == 1


def test_seals_are_counted_and_a_worn_key_refuses(world):
    """Random nonces: refused at 2**30, a quarter of the limit's exponent away; a rotation helps."""
    key = keys.current_key(world.own.id)
    for _ in range(20_000):
        keys.fresh_nonce(key)
    counted = DataKey.objects.get(holder_id=world.own.id).sealed
    assert 10_000 < counted < 30_000, "within six standard deviations"
    DataKey.objects.filter(holder_id=world.own.id).update(sealed=keys.MOST_SEALED)
    keys.forget()
    assert Client.objects.get(pk=world.own.pk).legal_name == "Amara Okafor", "reading goes on"
    with pytest.raises(KeyWornOut):
        clients.edit_client(world.own, phone="07700 900111", by=world.actor("reception"), at=NOW)
    with clock.set_to(LATER):
        call_command("rotate_keys", data=True, holder=world.own.id)
    clients.edit_client(world.own, phone="07700 900111", by=world.actor("reception"), at=NOW)


def test_a_key_file_open_to_others_is_refused_and_named_at_start(world, tmp_path):
    assert checks.check_permissions(None) == []
    kek.path().chmod(0o640)
    assert [found.id for found in checks.check_permissions(None)] == ["keystore.E001"]
    keys.forget()
    with pytest.raises(KeyStoreAway, match="0600"):
        Client.objects.get(pk=world.own.pk).legal_name  # noqa: B018
    kek.path().chmod(0o600)
    tmp_path.chmod(0o755)
    assert [found.id for found in checks.check_permissions(None)] == ["keystore.W001"]
    tmp_path.chmod(0o700)


def test_a_damaged_key_file_is_the_key_store_away(world):
    whole = kek.path().read_text()
    for wrong in ("", "{}", whole[:-20], whole.replace('"current": 1', '"current": 7')):
        kek.path().write_text(wrong)
        keys.forget()
        with pytest.raises(KeyStoreAway):
            Client.objects.get(pk=world.own.pk).legal_name  # noqa: B018


def test_programs_with_keys_leave_no_core_and_no_file_for_others(tmp_path, root):
    """SEC-E10: server and worker call `harden` at their start; tried in a process of its own."""
    code = (
        "import pathlib, resource, sys\n"
        "import config.settings\n"
        "from clinic.keystore.checks import harden\n"
        "harden()\n"
        "path = config.settings.DATA_DIR / 'made'\n"
        "path.write_text('x')\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), oct(path.stat().st_mode & 0o777))\n"
    )
    folder = tmp_path / "site"
    env = {**os.environ, "MESORECORD_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=env, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, 0) 0o600"
    assert folder.stat().st_mode & 0o077 == 0
    for program in ("config/wsgi.py", "config/asgi.py", "clinic/management/commands/work.py"):
        assert "harden()" in (root / program).read_text(), program


# --- boxes, escrow, backups -------------------------------------------------------------------------------------------


def test_a_box_opens_for_each_recipient_and_for_nobody_else():
    one, two, stranger = box.new_identity(), box.new_identity(), box.new_identity()
    data = box.close(b"plain", recipients=[one[1], two[1]], phrases=["abcd-efgh"])
    assert box.open_box(data, identity=one[0]) == box.open_box(data, identity=two[0]) == b"plain"
    assert box.open_box(data, phrase="ABCD efgh") == b"plain", "as somebody types it from paper"
    assert b"plain" not in data
    for wrong in ({"identity": stranger[0]}, {"phrase": "abcd-efgx"}, {}):
        with pytest.raises(box.BoxRefused):
            box.open_box(data, **wrong)
    with pytest.raises(ValueError, match="somebody"):
        box.close(b"plain")


@pytest.mark.parametrize("place", range(0, 400, 23))
def test_a_changed_box_does_not_open(place):
    private, public = box.new_identity()
    data = bytearray(box.close(b"plain" * 20, recipients=[public]))
    place %= len(data)
    data[place] ^= 1
    with pytest.raises(box.BoxRefused):
        box.open_box(bytes(data), identity=private)


def test_a_copy_counts_only_after_it_was_opened_again(uncopied):
    phrase = box.new_pass_phrase()
    assert len(phrase.replace("-", "")) == 28
    row, data = escrow.make("Ada Keeper", phrase, at=NOW)
    assert escrow.checked() == []
    with pytest.raises(box.BoxRefused):
        escrow.check(data, box.new_pass_phrase(), at=NOW)
    with pytest.raises(box.BoxRefused):
        escrow.check(data[:-40], phrase, at=NOW)
    assert escrow.check(data, phrase, at=NOW) == row
    assert not escrow.is_complete()
    with pytest.raises(InvalidValue):
        escrow.make(" ", phrase, at=NOW)


def test_two_copies_of_one_person_are_one(uncopied):
    for name in ("Ada Keeper", "ada keeper"):
        _, data = escrow.make(name, "phrase", at=NOW)
        escrow.check(data, "phrase", at=NOW)
    assert not escrow.is_complete()


def test_a_copy_of_another_key_is_refused(world):
    _, data = escrow.make("Ada Keeper", "phrase", at=NOW)
    kek.write(kek.Ring(1, {1: b"n" * 32}))
    with pytest.raises(RuleRefused) as refused:
        escrow.check(data, "phrase", at=NOW)
    assert refused.value.code == "other_key"


def test_an_empty_machine_gets_its_keys_from_medium_and_escrow_alone(world, copies, tmp_path, monkeypatch):
    """SEC-E8: nothing but one escrow copy, its pass phrase and the backup of the key store."""
    keys.save_signing_key("a seal", b"private", b"public")
    path = backups.write(tmp_path / "backups", at=NOW)
    (tmp_path / "copy.box").write_bytes(copies[1][0])
    kek.path().unlink()
    for model in backups.TABLES:
        model.objects.all().delete()
    keys.forget()
    monkeypatch.setenv("MESORECORD_PASS_PHRASE", copies[0][1])
    with pytest.raises(CommandError):
        call_command("restore_keys", str(path), copy=tmp_path / "copy.box")
    assert not kek.path().exists()
    monkeypatch.setenv("MESORECORD_PASS_PHRASE", copies[1][1])
    call_command("restore_keys", str(path), copy=tmp_path / "copy.box")
    assert Client.objects.get(pk=world.own.pk).legal_name == "Amara Okafor"
    assert keys.signing_key("a seal") == (b"private", b"public")
    assert kek.path().stat().st_mode & 0o077 == 0
    assert escrow.is_complete()
    with pytest.raises(CommandError, match="holds keys already"):
        call_command("restore_keys", str(path), copy=tmp_path / "copy.box")


def test_after_a_rotation_the_old_copies_still_bring_the_new_key_back(world, copies, tmp_path, monkeypatch):
    with clock.set_to(LATER):
        call_command("rotate_keys")
    newer = kek.path().parent / "kek-2.box"
    stored = tmp_path / "kek-2.box"
    stored.write_bytes(newer.read_bytes())
    (tmp_path / "copy.box").write_bytes(copies[0][0])
    kek.path().unlink()
    keys.forget()
    monkeypatch.setenv("MESORECORD_PASS_PHRASE", copies[0][1])
    call_command("restore_keys", copy=tmp_path / "copy.box", kek_box=stored)
    assert kek.ring().current == 2
    assert Client.objects.get(pk=world.own.pk).legal_name == "Amara Okafor"


def test_a_backup_nobody_could_open_is_not_made(uncopied, tmp_path):
    with pytest.raises(RuleRefused, match="escrow"):
        backups.write(tmp_path / "backups", at=NOW)
    with pytest.raises(CommandError):
        call_command("backup_keys", str(tmp_path / "backups"))
    assert not (tmp_path / "backups").exists()


def test_backups_of_the_key_store_go_after_thirty_days(world, copies, tmp_path):
    folder = tmp_path / "backups"
    first = backups.write(folder, at=NOW)
    (folder / "other.txt").write_text("not ours")
    backups.write(folder, at=NOW + timedelta(days=30))
    assert first.exists()
    last = backups.write(folder, at=NOW + timedelta(days=31))
    assert not first.exists()
    assert (folder / "other.txt").exists()
    assert last.stat().st_mode & 0o077 == 0


def test_keys_are_not_put_into_a_store_that_has_some(world, copies):
    with pytest.raises(TransitionRefused):
        backups.load(backups.dump())


# --- theft and leaks --------------------------------------------------------------------------------------------------


def test_a_stolen_backup_of_keys_shows_no_key_and_no_holder(world, copies, tmp_path):
    """SEC-E2."""
    path = backups.write(tmp_path / "backups", at=NOW)
    stolen = path.read_bytes()
    assert bytes(DataKey.objects.get(holder_id=world.own.id).wrapped) not in stolen
    assert str(world.own.id).encode() not in stolen
    assert b"Ada" not in stolen


@pytest.mark.django_db(transaction=True)
def test_stolen_databases_hold_none_of_what_was_typed():
    """SEC-E1, SEC-E3: files with their write-ahead logs (SQLite), every row of every table (PostgreSQL)."""
    world = make_world()
    own = planted(world.organisation)
    clients.edit_client(own, phone="07700 900986", by=world.actor("reception"), at=NOW)
    stolen = _stolen()
    assert b"clinic_client" in stolen, "the dump is one"
    found = [word for word in (*PLANTED, "07700 900986", "1990-02-03") if word.encode() in stolen]
    assert found == []
    secret = keys.current_key(own.id).secret
    assert secret not in stolen
    assert next(iter(kek.ring().keys.values())) not in stolen


def _stolen() -> bytes:
    if connection.vendor == "sqlite":
        names = [str(connections[alias].settings_dict["NAME"]) for alias in connections]
        paths = [Path(f"{name}{end}") for name in names for end in ("", "-wal")]
        return b"".join(path.read_bytes() for path in paths if path.exists())
    parts = []
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT * FROM "{table}"')
                parts += [table.encode(), *(_bytes(value) for row in cursor.fetchall() for value in row)]
    return b"\n".join(parts)


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()


def test_equal_names_are_not_equal_in_the_database(world):
    """SEC-E4: there is no index to count. A thief who sorts ciphertext guesses the commonest name, and no better."""
    names = ["Mary Smith"] * 12 + ["Ann Jones"] * 5 + [f"Rare Person{number}" for number in range(8)]
    people = [make_client(world.organisation, name, phone=f"07700 9{n:05}") for n, name in enumerate(names)]
    blobs = [raw(person, "legal_name") for person in people]
    groups = Counter(blob[34:] for blob in blobs)
    assert set(groups.values()) == {1}, "no two alike, however common the name"
    assert len({blob[6:22] for blob in blobs}) == len(people), "not even the key is shared"
    keyed = [field.name for field in Client._meta.concrete_fields if "index" in field.name or "hash" in field.name]
    assert keyed == []


def test_logs_name_no_client(world, caplog, capsys):
    """SEC-E5: what a page prints when a value is damaged is its kind, never its content."""
    import logging

    from clinic.logs import AllowListFormatter
    from tests.keys.support import damage

    own = planted(world.organisation)
    damage(own, "phone")
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    with caplog.at_level(logging.INFO, logger="mesorecord"):
        logging.getLogger("mesorecord").addHandler(caplog.handler)
        browser.get("/clients/")
        logging.getLogger("mesorecord").removeHandler(caplog.handler)
    lines = [AllowListFormatter().format(record) for record in caplog.records]
    assert any("cannot_be_read" in line for line in lines)
    assert [word for word in PLANTED if word in "".join(lines)] == []
    facts = AuditEntry.objects.values_list("facts", flat=True)
    assert [word for word in PLANTED if word in str(list(facts))] == []


def test_nothing_of_a_picture_is_left_beside_the_store(world, tmp_path):
    """SEC-E10: after a write that was killed, the next sweep leaves what rows name, and nothing else."""
    photo = make_photo(world.own)
    place = files.FilePlace(photo.organisation_id, photo.client_id, photo.id, "master")
    half = place.path.with_suffix(".part")
    half.write_bytes(b"half a file")
    from clinic.photos import storing

    files.sweep(storing.known_files(), at=NOW + timedelta(days=900))
    assert not half.exists()
    assert len(list(files.stored())) == 3
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and b"picture" in path.read_bytes()] == []


@pytest.mark.parametrize("path", ["/", "/clients/", "/log/mine/", "/clinic/", "/sign-in/", "/api/v1/clients/"])
def test_no_cache_may_keep_a_page(world, path):
    """SEC-E11: no-store on pages and API; an address dressed up as a style sheet is no address."""
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    assert "no-store" in browser.get(path).headers["Cache-Control"]
    for dressed in (f"{path}x.css", f"{path}..%2fx.js", f"{path};x.css"):
        answer = browser.get(dressed)
        assert answer.status_code == 404
        assert "no-store" in answer.headers["Cache-Control"]
    assert "no-store" in browser.get(f"/clients/{world.own.id}/x.css").headers["Cache-Control"]


def test_a_signing_key_lies_wrapped(world):
    keys.save_signing_key("a seal", b"very private", b"public")
    assert b"very private" not in bytes(SigningKey.objects.get(name="a seal").wrapped)
