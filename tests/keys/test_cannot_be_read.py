"""A damaged value is said to be unreadable, never shown as nothing, and somebody is told (SEC-D12, SEC-E, SEC-S17)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser

from clinic import alarms, clock, noticed
from clinic.actors import SYSTEM
from clinic.errors import CannotBeRead
from clinic.exporting import plain
from clinic.keystore import keys
from clinic.models import AuditEntry, Client
from clinic.photos import storing
from clinic.services import clients, visits
from tests.factories import NOW
from tests.keys.support import damage, make_photo
from tests.photos import links

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(world):
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    return browser


def raised():
    return list(AuditEntry.objects.filter(action=alarms.CANNOT_BE_READ).order_by("seq"))


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("column", ["legal_name", "birth_date", "phone", "code"])
def test_one_damaged_client_does_not_take_the_list_away(world, desk, column):
    """The line says so; the neighbours are shown; the log has an alarm with the row, without the value."""
    damage(world.own, column)
    page = text(desk.get("/clients/"))
    assert "cannot be read" in page
    assert "Bronwen Pryce" in page
    (alarm,) = raised()
    assert (alarm.client_id, alarm.facts) == (
        world.own.id, {"value": f"client.{column}", "row": str(world.own.id)},
    )  # fmt: skip
    assert alarm.actor_id == world.people["practitioner"].id


def test_others_are_still_found_by_name(world, desk):
    damage(world.own, "legal_name")
    assert "Bronwen Pryce" in text(desk.post("/clients/", {"query": "bronwen"}))
    assert "Bronwen Pryce" not in text(desk.post("/clients/", {"query": "amara"}))


def test_the_list_for_programs_says_so_too(world, desk):
    damage(world.own, "phone")
    lines = {line["id"]: line for line in desk.get("/api/v1/clients/").json()["clients"]}
    assert lines[str(world.own.id)]["phone"] == "cannot be read"
    assert lines[str(world.own.id)]["name"] == "Amara Okafor (Amy)"
    assert len(raised()) == 1


def test_the_day_is_shown_with_the_damaged_line_in_it(world, desk):
    for client in (world.own, world.colleague):
        visits.book_visit(
            client, site=world.site, practitioner=world.people["practitioner"], kind="consultation",
            planned_at=NOW + timedelta(hours=1), planned_minutes=45, by=SYSTEM, at=NOW,
        )  # fmt: skip
    damage(world.own, "legal_name")
    page = text(desk.get("/"))
    assert "cannot be read" in page
    assert "Bronwen Pryce" in page


def test_a_record_that_cannot_be_read_is_not_opened_in_part(world, desk):
    """A chart without its missing piece would be believed: page and API refuse the whole (503)."""
    damage(world.own, "needs")
    page = desk.get(f"/clients/{world.own.id}/")
    assert page.status_code == 503
    assert "cannot be read" in text(page)
    body = desk.get(f"/api/v1/clients/{world.own.id}/")
    assert (body.status_code, body.json()["code"]) == (503, "cannot_be_read")
    assert len(raised()) == 1, "one alarm for one value within fifteen minutes"


def test_the_alarm_comes_again_after_fifteen_minutes(world, desk):
    damage(world.own, "phone")
    desk.get("/clients/")
    with clock.set_to(NOW + timedelta(minutes=16)):
        desk.force_login(world.people["practitioner"])
        desk.get("/clients/")
    assert len(raised()) == 2


def test_a_damaged_value_is_never_saved_over(world):
    """SEC-D12: what cannot be read cannot be changed either; the ciphertext stays for whoever can repair it."""
    damage(world.own, "phone")
    keys.forget()
    with pytest.raises(CannotBeRead):
        clients.edit_client(world.own, known_as="Ama", by=SYSTEM, at=NOW)
    assert Client.objects.get(pk=world.own.pk).version == 1


def test_a_damaged_picture_is_refused_and_raises_an_alarm(world, desk):
    photo = make_photo(world.own)
    path = storing.place(photo, "thumbnail").path
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert desk.get(links.link(desk, photo)).status_code == 503
    assert [alarm.facts["value"] for alarm in raised()] == ["file.thumbnail"]


def test_a_damaged_key_is_an_alarm_and_spares_the_neighbours(world, desk):
    from clinic.keystore.models import DataKey

    row = DataKey.objects.get(holder_id=world.own.id)
    row.wrapped = bytes(row.wrapped)[:-1] + b"x"
    row.save()
    page = text(desk.get("/clients/"))
    assert "cannot be read" in page
    assert "Bronwen Pryce" in page
    assert raised()


def test_an_export_names_what_cannot_be_read(world):
    """The rest of the record still leaves."""
    damage(world.own, "phone")
    row = plain(Client.objects.get(pk=world.own.pk))
    assert (row["phone"], row["legal_name"]) == ("cannot be read", "Amara Okafor")
    assert alarms.write() == 1


def test_a_value_that_nobody_looks_at_is_not_opened(world):
    """Decryption stays lazy: a damaged note costs nobody the list that does not show it."""
    damage(world.own, "address")
    assert [client.legal_name for client in Client.objects.filter(pk=world.own.pk)] == ["Amara Okafor"]
    assert noticed.take() == ()
