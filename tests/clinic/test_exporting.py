"""The export holds every kind of record and pages that lead a person."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from django.apps import apps
from django.core.management import call_command

from clinic import exporting
from clinic.actors import SYSTEM
from clinic.records import Record
from clinic.services import clients
from tests.architecture import LAYERS
from tests.factories import NOW, World

# Written under their own names, or nothing anybody would take along.
ELSEWHERE = {
    "clinic.Client": "client.json", "clinic.Organisation": "organisation.json", "clinic.Credential": "asked by person",
    "clinic.IdempotentAnswer": "answers to repeated requests, kept for a day",
}  # fmt: skip


def test_no_kind_of_record_is_left_out() -> None:
    """Every record of the project is about a client, of an organisation, or named here."""
    known = {*exporting.client_models(), *exporting.organisation_models()}
    records = [model for model in apps.get_models() if issubclass(model, Record)]
    assert {model._meta.label for model in records if model not in known} == set(ELSEWHERE)
    assert {model.__module__.split(".")[0] for model in known} <= set(LAYERS)
    assert len(exporting.client_models()) > 30


def test_a_person_can_read_the_archive(world: World, tmp_path: Path) -> None:
    """Index pages with links that lead somewhere, rows with sealed columns opened, nothing of another clinic."""
    clients.record_allergy(world.own, tag="fish", words="Salmon & trout", by=world.actor("practitioner"), at=NOW)
    target = tmp_path / "out.zip"
    call_command("export_records", str(target), "--organisation", world.organisation.name)
    assert target.stat().st_mode & 0o777 == 0o600
    base, code = world.organisation.name, world.own.code
    with zipfile.ZipFile(target) as archive:
        names = set(archive.namelist())
        index = archive.read(f"{base}/index.html").decode()
        page = archive.read(f"{base}/clients/{code}/index.html").decode()
        rows = json.loads(archive.read(f"{base}/clients/{code}/records/clinic.allergyentry.json"))
        read_me = archive.read(f"{base}/READ-ME.txt").decode()
    assert rows[0]["words"] == "Salmon & trout"
    assert f'href="clients/{code}/index.html"' in index
    assert world.own.legal_name in index
    assert 'href="records/clinic.allergyentry.json"' in page
    assert base in read_me
    assert all(name.startswith(f"{base}/") for name in names)
    assert f"{base}/records/clinic.site.json" in names
    assert not list(tmp_path.glob("*.part"))


def test_names_are_escaped(world: World) -> None:
    """A name is words, never markup."""
    client = clients.create_client(
        world.organisation, legal_name="<b>Bo</b> & Co", birth_date=world.own.birth_date, phone="07700 900111",
        by=SYSTEM, at=NOW,
    )  # fmt: skip
    assert "<b>" not in exporting.client_page(client, ["a.json"])
