"""Planted texts: typed through the real doors, searched as bytes wherever a day's work leaves something.

SEC-S11, SEC-E1, SEC-E5, SEC-E6, SEC-E10. The suite then finds them in builds that leak on purpose
(tests/vulnerable_app).
"""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import signing
from django.db import transaction
from django.urls import reverse

from clinic.encryption import sealed_fields
from clinic.models import Client
from clinic.services import clients
from tests.factories import NOW, World, make_world
from tests.headers import faults
from tests.leaks import forms
from tests.leaks.places import Places, watched
from tests.leaks.planted import PERSON, PLANTED, plant
from tests.vulnerable_app.leaking import SINKS, leaking

TEXT = "Zephyrine “Zeff” Quillfeather + Söhne"


@pytest.fixture
def places(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[Places]:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.headers.faults.failing"]
    with watched(tmp_path) as found:
        yield found


def a_day(places: Places) -> World:
    """Everything planted, then looked for and looked at, with refusals and a fault on the way."""
    world = make_world()
    desk, treating, nobody = places.browser(), places.browser(), places.browser()
    desk.force_login(world.people["reception"])
    treating.force_login(world.people["practitioner"])
    plant(world, desk)
    found = desk.post(reverse("api-client-search"), {"query": PERSON["legal_name"]}, content_type="application/json")
    assert PERSON["legal_name"] in found.content.decode()
    desk.post(reverse("client-list"), {"query": PERSON["legal_name"]})
    stranger = places.browser()
    stranger.force_login(world.people["outsider"])
    for browser in (desk, treating, stranger, nobody):
        for name in ("client-detail", "client-edit", "client-sessions", "client-consents", "client-aftercare"):
            browser.get(reverse(name, kwargs={"client_id": world.own.id}))
        browser.get(f"/api/v1/clients/{world.own.id}/")
        browser.get(f"/clients/{world.own.id}/no-such/")
        fault = browser.get(reverse("client-edit", kwargs={"client_id": world.own.id}), headers={faults.MARK: "1"})
        assert fault.status_code == 500
    return world


def opened() -> str:
    """Everything sealed in the database, read with the keys."""
    found = []
    for model in apps.get_models():
        fields = sealed_fields(model)
        if fields:
            found += [str(getattr(row, one.attname)) for row in model._default_manager.all() for one in fields]
    return "\n".join(found)


def test_nothing_planted_can_be_read_anywhere(places: Places, record_property: Any) -> None:
    """SEC-S11 SEC-E1 SEC-E5 SEC-E6 SEC-E10: 40 texts and more, each really stored, 0 hits."""
    a_day(places)
    stored = opened()
    assert [text for text in PLANTED if text not in stored] == []
    contents = places.contents()
    assert len(set(PLANTED)) >= 40
    assert [name for name in contents if name not in ("mails", "temporary files") and not contents[name]] == []
    assert b"clinic_client" in contents["databases with their logs"]
    assert b"ValueError" in contents["server log"]
    hits = places.hits(PLANTED)
    for name, value in (("texts", len(set(PLANTED))), ("places", len(contents)), ("hits", len(hits))):
        record_property(name, value)
    assert hits == []


def test_every_leaking_build_is_found_out(places: Places, record_property: Any) -> None:
    """SEC-S11: each leak by the place it leaks to, and only there; so the search above is one."""
    world = make_world()
    desk = places.browser()
    desk.force_login(world.people["reception"])
    found = {}
    for number, name in enumerate(SINKS):
        words = f"Zqx leak {number} vellum bay"
        with leaking(name, desk), transaction.atomic():
            row = Client.objects.get(pk=world.own.pk)
            clients.edit_client(row, address=words, by=world.actor("reception"), at=NOW)
        found[name] = {place for place, *_ in places.hits((words,))}
    record_property("leaking builds found", sum(bool(where) for where in found.values()))
    assert found == {name: {place} for name, (place, _) in SINKS.items()}


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
def test_every_form_of_a_text_is_known(before: str) -> None:
    """SEC-S11: whatever stands before and behind it."""
    plain = (before + TEXT + " and more").encode()
    known = [
        plain, plain.hex().encode(), base64.b64encode(plain), base64.urlsafe_b64encode(plain), zlib.compress(plain, 1),
        b"front" + zlib.compress(plain, 9) + b"back", gzip.compress(plain), plain.decode().encode("utf-16-le"),
        plain.decode().encode("utf-16-be"), signing.dumps(plain.decode() * 9, compress=True).join("''").encode(),
    ]  # fmt: skip
    assert [number for number, blob in enumerate(known) if not forms.search(blob, [TEXT])] == []
    assert forms.search(zlib.compress(b"something else altogether"), [TEXT]) == []
