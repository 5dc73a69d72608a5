"""Papers in the store: sealed under the client's key, read back only unaltered, out only through the door."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clinic import audit
from clinic.actors import SYSTEM
from clinic.documents import keyring, sealing, store
from clinic.errors import CannotBeRead
from clinic.models import AuditEntry, Document
from clinic.photos import files
from tests.documents import examples


@audit.audited
def keep(client: Any, *, by: Any, at: datetime) -> Document:
    """What a service does."""
    sealed, reading = store.make_pair("consent", examples.consent(), client.organisation, at=at)
    return store.store_pdf(client, "consent", sealed, by=by, at=at, reading=reading, title="Consent", about=client)


@pytest.fixture
def document(world: Any, at: datetime) -> Document:
    return keep(world.own, by=SYSTEM, at=at)


def test_a_paper_comes_back_sealed_and_readable(document: Document) -> None:
    pdf = store.open_pdf(document)
    assert sealing.verify(pdf, keyring.trust_root(document.organisation)).good
    assert store.open_pdf(document, reading=True).startswith(b"%PDF-1.7")
    assert list(store.faults()) == []


def test_the_seal_of_a_clinic_is_made_once(world: Any) -> None:
    first = keyring.trust_root(world.organisation)
    assert keyring.trust_root(world.organisation) == first
    assert keyring.trust_root(world.other_organisation) != first


def test_nothing_readable_lies_on_the_disk(document: Document) -> None:
    """SEC-S6: neither a PDF header nor the client's name in any file of the store."""
    for path in files.stored():
        blob = path.read_bytes()
        assert b"%PDF" not in blob
        assert b"Zofia" not in blob
        assert re.fullmatch(r"[0-9a-f-]{36}", path.name)


def test_an_altered_file_is_named_and_not_served(document: Document) -> None:
    """SEC-S19: one byte of the stored file changed."""
    path = files.FilePlace(document.organisation_id, document.client_id, document.id, store.SEALED).path
    blob = bytearray(path.read_bytes())
    blob[-40] ^= 1
    path.write_bytes(bytes(blob))
    with pytest.raises(CannotBeRead):
        store.open_pdf(document)
    assert [str(document.id) in line for line in store.faults()] == [True]


def test_the_sweeper_knows_the_files_of_documents(document: Document) -> None:
    names = {path.name for path in files.stored()}
    assert names & set(store.known_files())


@pytest.mark.parametrize("copy", ["sealed", "reading"])
def test_a_paper_leaves_as_an_attachment_and_is_logged(world: Any, document: Document, copy: str) -> None:
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    answer = browser.get(reverse("document-download", args=[document.id, copy]))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(action="document.read", object_id=document.id).count() == 1


@pytest.mark.parametrize(("role", "status"), [("reception", 403), ("outsider", 404), ("manager", 403), ("lead", 200)])
def test_who_may_have_a_paper(world: Any, document: Document, role: str, status: int) -> None:
    browser = Browser()
    browser.force_login(world.people[role])
    assert browser.get(reverse("document-download", args=[document.id, "sealed"])).status_code == status


def test_there_are_two_copies_and_no_third(world: Any, document: Document) -> None:
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    assert browser.get(reverse("document-download", args=[document.id, "raw"])).status_code == 404
