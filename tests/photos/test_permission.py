"""Photographs obey the client's permission for their record, at every door (P1; decisions 45, 46 and 62)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clinic import photos
from clinic.errors import DomainError
from clinic.models import AuditEntry, Photo
from clinic.photos import queries, storing
from tests.factories import NOW, World
from tests.photos import links, permits, samples

JPEG = samples.saved(samples.picture(64, 48))


@pytest.fixture
def asked(world: World) -> World:
    permits.publish_texts(world)
    return world


@pytest.fixture
def desk(world: World) -> Browser:
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    return browser


def keep(world: World, **values: Any) -> Photo:
    given = {"client": world.own, "view": "P01", "stage": "before", **values}
    return photos.store(JPEG, by=world.actor("practitioner"), at=NOW, **given)


def refusal(world: World, **values: Any) -> str:
    with pytest.raises(DomainError) as caught:
        keep(world, **values)
    return caught.value.code


def upload(**values: Any) -> dict[str, Any]:
    return {"photo": SimpleUploadedFile("a.jpg", JPEG), "view": "P01", "stage": "before", **values}


def address(world: World, name: str) -> str:
    return reverse(name, kwargs={"client_id": world.own.id})


def test_not_asked_yet_allows_the_before_photograph_with_agreement(world: World) -> None:
    """REQ-S192."""
    assert refusal(world) == "not_agreed"
    assert refusal(world, stage="review", is_agreed=True) == "permission_missing"
    assert keep(world, is_agreed=True).stage == "before"


def test_a_permission_given_allows_every_stage_without_another_tick(asked: World) -> None:
    """REQ-S192."""
    permits.permit(asked, answer=True)
    assert keep(asked, stage="review").stage == "review"


@pytest.mark.parametrize("first", [None, True], ids=["refused", "withdrawn"])
def test_a_no_stops_new_photographs_at_both_doors(asked: World, desk: Browser, first: bool | None) -> None:
    """Decision 46: refused or withdrawn, agreement or not; the refusal is said and blocks nothing else."""
    if first is not None:
        permits.permit(asked, answer=first)
    permits.permit(asked, answer=False)
    assert refusal(asked, is_agreed=True) == "permission_refused"
    posted = desk.post(address(asked, "client-photos"), upload(is_agreed="on"))
    assert (posted.status_code, Photo.objects.count()) == (422, 0)
    sent = desk.post(address(asked, "api-client-photos"), upload(is_agreed="true"))
    assert (sent.status_code, sent.json()["code"]) == (422, "permission_refused")
    shown = desk.get(address(asked, "client-photos")).content.decode()
    assert "does not permit photographs" in shown
    assert "Store photograph" not in shown
    assert AuditEntry.objects.filter(action="clinic.keep_photo").exists()


def test_a_withdrawal_takes_kept_photographs_out_of_every_view_at_once(asked: World, desk: Browser) -> None:
    """Decision 46: page, API, detail, picture links, strip, banner and timeline; the export keeps them."""
    permits.permit(asked, answer=True)
    photo = keep(asked)
    pictures = [links.link(desk, photo, size) for size in ("thumbnail", "display")]
    one = [reverse(name, kwargs={"photo_id": photo.id}) for name in ("photo-detail", "api-photo-detail")]
    assert {desk.get(url).status_code for url in (*pictures, *one)} == {200}
    permits.permit(asked, answer=False)
    assert {desk.get(url).status_code for url in (*pictures, *one)} == {404}
    assert desk.get(address(asked, "api-client-photos")).json() == {"photos": [], "restricted": 1}
    assert str(photo.id) not in desk.get(address(asked, "client-photos")).content.decode()
    facts = queries.facts(asked.own, NOW)
    assert (facts["photo_strip"], facts["banner_photo"]) == ((), None)
    assert list(queries.timeline(asked.own, asked.actor("practitioner"))) == []
    assert len(list(storing.exported(asked.own))) == 1


def test_a_permission_given_again_shows_them_again(asked: World, desk: Browser) -> None:
    """Decision 45: the newest answer counts."""
    for minutes, answer in ((3, True), (2, False), (1, True)):
        permits.permit(asked, answer=answer, at=NOW - timedelta(minutes=minutes))
    photo = keep(asked)
    assert desk.get(links.link(desk, photo)).status_code == 200


def test_the_form_asks_for_agreement_only_while_the_permission_was_not_asked(asked: World, desk: Browser) -> None:
    """REQ-S192."""
    url = address(asked, "client-photos")
    assert 'name="is_agreed"' in desk.get(url).content.decode()
    permits.permit(asked, answer=True)
    assert 'name="is_agreed"' not in desk.get(url).content.decode()
