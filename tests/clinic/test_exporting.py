"""The export holds every kind of record and pages that lead a person."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from clinic import audit, exporting
from clinic.actors import SYSTEM
from clinic.choices import OrganisationKind
from clinic.errors import RuleRefused
from clinic.models import Organisation
from clinic.records import Record
from clinic.services import clients, house
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


def written(target: Path, *options: str) -> dict[str, bytes]:
    """Every file of an archive made now."""
    call_command("export_records", str(target), *options)
    with zipfile.ZipFile(target) as archive:
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_concerns_no_client_is_in_the_organisations_log(world: World, tmp_path: Path) -> None:
    """A refused enquiry of somebody under 18, a denial, and nothing that stands in a client's own log."""
    desk = world.actor("reception")
    with pytest.raises(RuleRefused):
        clients.create_client(
            world.organisation, legal_name="Too Young", birth_date="2012-01-01", phone="07700 900111", by=desk, at=NOW
        )
    audit.record(desk, "signin.done", world.people["reception"], at=NOW, organisation_id=world.organisation.id)
    files = written(tmp_path / "out.zip")
    for base, organisation in ((o.name, o) for o in (world.organisation, world.other_organisation)):
        log = json.loads(files[f"{base}/access_log.json"])
        assert {row["organisation_id"] for row in log} <= {str(organisation.id)}
        assert {row["client_id"] for row in log} <= {None}
        assert [row["seq"] for row in log] == sorted(row["seq"] for row in log)
    log = json.loads(files[f"{world.organisation.name}/access_log.json"])
    assert ("clinic.create_client", "refused") in {(row["action"], row["outcome"]) for row in log}
    assert "signin.done" in {row["action"] for row in log}
    assert b"Too Young" not in files[f"{world.organisation.name}/access_log.json"]
    assert b'href="access_log.json"' in files[f"{world.organisation.name}/index.html"]


def test_two_organisations_of_one_name_lie_apart(world: World, tmp_path: Path) -> None:
    """Each folder then carries the id; one that stands alone keeps its name."""
    for name in ("Twin/Clinic", "twin-clinic"):
        house.create_organisation(
            name=name, kind=OrganisationKind.CLINIC, country="England", telephone="020 7946 0999", by=SYSTEM, at=NOW
        )
    files = written(tmp_path / "out.zip")
    twins = Organisation.objects.filter(name__iexact="twin-clinic") | Organisation.objects.filter(name="Twin/Clinic")
    wanted = {f"{row.name.replace('/', '-')} {row.id}" for row in twins}
    assert len(wanted) == 2
    assert {name.split("/")[0] for name in files} == {
        *wanted, world.organisation.name, world.other_organisation.name
    }  # fmt: skip
    for folder in wanted:
        assert json.loads(files[f"{folder}/organisation.json"])["id"] in folder
    assert b"Earlier versions of rows that were changed are not here" in files[f"{min(wanted)}/READ-ME.txt"]
