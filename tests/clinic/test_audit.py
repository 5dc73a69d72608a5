"""The access log: nothing happens without an entry, entries do not change, and tampering is found (SEC-D8)."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from clinic import audit, frozen, roots, verification
from clinic.errors import RuleRefused, StaleRecord
from clinic.models import AuditEntry, Client
from clinic.services import clients
from tests.factories import NOW, make_client

pytestmark = pytest.mark.django_db


def newest(**where: object) -> AuditEntry:
    return AuditEntry.objects.filter(**where).order_by("-at", "-seq").first()


def test_a_verb_that_records_nothing_is_rolled_back(world):
    @audit.audited
    def silent(client: Client, *, by, at):
        client.language = "cy"
        client.save()

    with pytest.raises(audit.NothingRecorded):
        silent(world.own, by=world.actor("reception"), at=NOW)
    assert Client.objects.get(pk=world.own.pk).language == "en-GB"


def test_a_refused_enquiry_is_in_the_log_without_any_name(world):
    """RULE-R001: under 18 is refused with the reason, and nothing about the person is kept."""
    before = Client.objects.count()
    with pytest.raises(RuleRefused) as refusal:
        make_client(world.organisation, "Young Person", born="2012-01-01", by=world.actor("reception"))
    entry = newest(outcome="refused")
    assert refusal.value.code == "under_18"
    assert Client.objects.count() == before
    assert (entry.action, entry.facts["code"]) == ("clinic.create_client", "under_18")
    assert "Young" not in str(entry.facts)


@pytest.mark.parametrize(("born", "allowed"), [("2008-11-16", True), ("2008-11-17", False)])
def test_the_eighteenth_birthday_is_the_boundary(world, born, allowed):
    if allowed:
        assert make_client(world.organisation, "Just Adult", born=born, by=world.actor("reception")).version == 1
    else:
        with pytest.raises(RuleRefused):
            make_client(world.organisation, "Not Yet", born=born, by=world.actor("reception"))


def test_a_stale_edit_shows_both_versions_and_changes_nothing(world):
    """SEC-D6."""
    reception = world.actor("reception")
    clients.edit_client(world.own, phone="1", version=1, by=reception, at=NOW)
    with pytest.raises(StaleRecord) as stale:
        clients.edit_client(world.own, phone="2", version=1, by=reception, at=NOW)
    assert stale.value.current["phone"] == "1"
    assert stale.value.yours["phone"] == "2"
    assert Client.objects.get(pk=world.own.pk).phone == "1"


def test_a_chart_is_recorded_as_read_once_per_sitting(world):
    actor = world.actor("practitioner")
    audit.viewed(actor, world.own, at=NOW)
    audit.viewed(actor, world.own, at=NOW)
    assert AuditEntry.objects.filter(action="viewed.chart", actor_id=actor.staff_id).count() == 1


@pytest.mark.parametrize("statement", ["UPDATE clinic_auditentry SET action = 'x'", "DELETE FROM clinic_auditentry"])
def test_the_database_refuses_to_change_the_log(world, statement):
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def tamper(*statements: str) -> None:
    with frozen.suspended(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


TAMPERINGS = {
    "edited": ["UPDATE clinic_auditentry SET action = 'x' WHERE action = 'client.created'"],
    "deleted": ["DELETE FROM clinic_auditentry WHERE action = 'site.created'"],
    "tail cut off": ["DELETE FROM clinic_auditentry WHERE action = 'care.started'"],
    "emptied": ["DELETE FROM clinic_auditentry"],
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_tampering_with_the_log_is_found(world, kind):
    assert list(verification.chain_faults()) == []
    tamper(*TAMPERINGS[kind])
    assert list(verification.chain_faults())


def test_a_rebuilt_chain_is_found_by_the_signed_root(world):
    roots.make_root(NOW)
    assert list(verification.root_faults()) == []
    entry = AuditEntry.objects.get(action="client.created", client_id=world.colleague.id)
    with frozen.suspended():
        previous = audit.GENESIS
        for row in AuditEntry.objects.filter(chain_id=entry.chain_id).order_by("seq"):
            row.facts = {"forged": True}
            row.previous, row.hash = previous, ""
            row.hash = previous = audit.entry_hash(row)
            row.save()
        head = audit.ChainHead.objects.get(chain_id=entry.chain_id)
        head.hash = previous
        head.save()
    assert list(verification.chain_faults()) == []
    assert any("not the one that was signed" in fault for fault in verification.root_faults())


def test_verify_records_names_the_row_of_a_sealed_value_that_was_changed(world, capsys):
    call_command("verify_records")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, phone FROM clinic_client LIMIT 1")
        key, blob = cursor.fetchone()
        changed = bytearray(bytes(blob))
        changed[-1] ^= 1
        cursor.execute("UPDATE clinic_client SET phone = %s WHERE id = %s", [bytes(changed), key])
    with pytest.raises(CommandError):
        call_command("verify_records")
    assert "client.phone cannot be read" in capsys.readouterr().out


def test_missing_triggers_stop_the_start_up_check(world):
    assert frozen.check_installed(None, databases=["default"]) == []
    frozen.remove()
    found = frozen.check_installed(None, databases=["default"])
    frozen.install()
    assert any("clinic_auditentry" in str(error) for error in found)
