"""Tampering with the log by somebody who owns the database: each of the five kinds is found, and its chain named (D8).

The kinds are tried against an attacker who leaves the heads alone, and against one who makes the chain whole again with
its head; the second is found by the roots that were signed and written outside the database.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from clinic import audit, chains, frozen, roots, verification
from clinic.actors import SYSTEM
from clinic.models import AuditEntry, ChainHead, Client, SignedRoot
from tests.factories import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(world: World, tmp_path, monkeypatch) -> Client:
    """A client whose chain has eight entries, all signed; the copy lies in a folder of its own."""
    monkeypatch.setenv("MESORECORD_ROOTS", str(tmp_path / "elsewhere"))
    for number in range(8 - AuditEntry.objects.filter(chain_id=world.own.id).count()):
        audit.record(SYSTEM, "visit.moved", world.own, at=NOW, number=number)
    roots.make_root(NOW)
    return world.own


def entry(client: Client, seq: int) -> AuditEntry:
    return AuditEntry.objects.get(chain_id=client.id, seq=seq)


def changed(client: Client) -> None:
    row = entry(client, 4)
    row.facts = {"number": 99}
    row.save(update_fields=["facts"])


def deleted(client: Client) -> None:
    entry(client, 4).delete()


def inserted(client: Client) -> None:
    for row in AuditEntry.objects.filter(chain_id=client.id, seq__gte=5).order_by("-seq"):
        row.seq += 1
        row.save(update_fields=["seq"])
    row = entry(client, 4)
    row.pk, row.seq, row.previous = uuid4(), 5, row.hash
    row.hash = audit.entry_hash(row)
    row.save(force_insert=True)


def reordered(client: Client) -> None:
    one, other = entry(client, 4), entry(client, 5)
    for row, seq in ((one, 1000), (other, 4), (one, 5)):
        row.seq = seq
        row.save(update_fields=["seq"])


def truncated(client: Client) -> None:
    AuditEntry.objects.filter(chain_id=client.id, seq__gt=6).delete()


def made_whole(client: Client) -> None:
    """What a careful attacker does next: numbers, hashes and head fit together again."""
    previous = audit.GENESIS
    for seq, row in enumerate(AuditEntry.objects.filter(chain_id=client.id).order_by("seq"), start=1):
        row.seq, row.previous = seq, previous
        row.hash = previous = audit.entry_hash(row)
        row.save()
    ChainHead.objects.filter(chain_id=client.id).update(seq=seq, hash=previous)


def emptied(client: Client) -> None:
    AuditEntry.objects.filter(chain_id=client.id).delete()
    ChainHead.objects.filter(chain_id=client.id).delete()


FIVE = [changed, deleted, inserted, reordered, truncated]


@pytest.mark.parametrize("tamper", FIVE)
def test_each_kind_of_tampering_is_found_and_named(own, tamper):
    """SEC-D8: changed, deleted, inserted, reordered, truncated."""
    assert list(verification.chain_faults()) == []
    with frozen.suspended():
        tamper(own)
    found = list(verification.chain_faults())
    assert found
    assert all(str(own.id) in fault for fault in found)


@pytest.mark.parametrize("tamper", FIVE)
def test_a_chain_made_whole_again_is_found_by_what_was_signed(own, tamper):
    """SEC-D8: the chain and its head fit; the heads that were signed and written outside do not."""
    with frozen.suspended():
        tamper(own)
        made_whole(own)
    assert list(verification.chain_faults()) == []
    assert [fault for fault in verification.root_faults() if str(own.id) in fault]


def test_a_chain_that_is_gone_with_its_head_is_found(own):
    """SEC-D8: nothing is left in the database that could miss it."""
    with frozen.suspended():
        emptied(own)
    assert list(verification.chain_faults()) == []
    assert [fault for fault in verification.root_faults() if str(own.id) in fault]


def test_what_comes_after_a_root_is_no_fault(own):
    for number in range(3):
        audit.record(SYSTEM, "visit.moved", own, at=NOW, number=number)
    assert list(verification.root_faults()) == []
    roots.make_root(NOW)
    assert list(verification.root_faults()) == []


def test_only_heads_that_moved_are_written_again(own):
    audit.record(SYSTEM, "visit.moved", own, at=NOW)
    roots.make_root(NOW)
    first, second = map(json.loads, roots.path().read_text(encoding="ascii").splitlines())
    assert len(first["moved"]) == first["heads"] > 1
    assert list(second["moved"]) == [str(own.id)]


def test_a_root_that_is_gone_or_changed_is_found(own):
    """SEC-D8: in the database, or in the file outside."""
    last = SignedRoot.objects.get()
    with frozen.suspended():
        SignedRoot.objects.filter(pk=last.pk).update(root="0" * 64)
    assert any("signature does not match" in fault for fault in verification.root_faults())
    with frozen.suspended():
        last.delete()
    assert any("missing from the database" in fault for fault in verification.root_faults())


def test_a_file_outside_that_was_rewritten_is_found(own):
    """SEC-D8: other heads do not make the root that was signed; a file that is gone is named."""
    body = json.loads(roots.path().read_text(encoding="ascii"))
    body["moved"][str(own.id)] = [1, "0" * 64]
    roots.path().write_text(json.dumps(body) + "\n", encoding="ascii")
    assert any("not those that were signed" in fault for fault in verification.root_faults())
    roots.path().unlink()
    assert any("outside the database is missing" in fault for fault in verification.root_faults())


def test_no_copy_outside_no_root(own, monkeypatch, tmp_path):
    """SEC-D8: a root that could only lie in the database it vouches for is not made."""
    (tmp_path / "full").write_text("not a folder", encoding="ascii")
    monkeypatch.setenv("MESORECORD_ROOTS", str(tmp_path / "full"))
    with pytest.raises(OSError, match="full"):
        roots.make_root(NOW)
    assert SignedRoot.objects.count() == 1


AWKWARD = 'quote " backslash \\ newline \n tab \t delete \x7f é 日本 \u2028 🖋'


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"device": AWKWARD[:60], "session": AWKWARD[:60], "request": AWKWARD[:36], "action": AWKWARD},
        {"at": datetime(2026, 7, 1, 12, 0, 0, 120, tzinfo=UTC)},
        {"at": datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("Europe/London"))},
        {"actor_id": uuid4(), "object_id": uuid4(), "client_id": None, "organisation_id": None},
        {"facts": {"b": [1, {"z": True, "a": None}], "a": AWKWARD, "é": -3}},
        {"seq": 2**40, "object_type": "", "actor_kind": "client", "outcome": "denied"},
    ],
)
def test_reading_as_text_hashes_what_was_written(world, fields):
    """SEC-D8: the quick reader and `entry_hash` agree on every kind of value."""
    made = AuditEntry(
        chain_id=UUID(int=77), seq=1, at=NOW, actor_kind="staff", action="x", outcome="done", previous=audit.GENESIS
    )  # fmt: skip
    for name, value in fields.items():
        setattr(made, name, value)
    made.hash = audit.entry_hash(made)
    made.save(force_insert=True)
    (row,) = (row for row in chains.rows() if row[0] == UUID(int=77).hex)
    assert chains.line(row).encode() == audit.hashed(AuditEntry.objects.get(pk=made.pk))
    assert [fault for fault in chains.faults() if "altered" in fault] == []


def test_the_reader_needs_two_statements(own, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert list(verification.chain_faults()) == []
