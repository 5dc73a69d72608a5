"""The one way out of a picture: its headers, and a link for one person, session, photograph, size and minute."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from PIL import Image

from clinic import photos
from clinic.actors import SYSTEM
from clinic.models import AuditEntry, Photo
from clinic.photos import choices
from clinic.services import clients
from tests.factories import NOW, World
from tests.photos import samples
from tests.photos.links import link

JPEG = samples.saved(samples.picture(640, 480), exif=samples.exif())


@pytest.fixture
def photo(world: World) -> Photo:
    return keep(world)


@pytest.fixture
def desk(world: World) -> Browser:
    return browser_of(world, "practitioner")


def keep(world: World) -> Photo:
    by = world.actor("practitioner")
    return photos.store(JPEG, client=world.own, by=by, at=NOW, view="P01", stage="before", is_agreed=True)


def browser_of(world: World, role: str) -> Browser:
    browser = Browser()
    browser.force_login(world.people[role])
    return browser


@pytest.mark.parametrize("size", choices.SERVED)
def test_a_picture_is_sent_with_headers_that_run_nothing(desk: Browser, photo: Photo, size: str) -> None:
    """SEC-C7: a picture, whatever a browser would rather see in it, for our own pages, kept nowhere."""
    response = desk.get(link(desk, photo, size))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "no-store"
    assert not response.has_header("Content-Disposition")
    assert Image.open(io.BytesIO(response.content)).format == "JPEG"


def test_a_look_is_in_the_log(desk: Browser, photo: Photo) -> None:
    assert desk.get(link(desk, photo, "display")).status_code == 200
    assert AuditEntry.objects.filter(action="photo.viewed", object_id=photo.id).count() == 1


def test_the_master_is_never_sent(desk: Browser, photo: Photo) -> None:
    """No route gives what is kept at full size, and nothing of the original file exists to be given."""
    assert desk.get(link(desk, photo, "master")).status_code == 404


def test_a_link_is_for_one_person(world: World, desk: Browser, photo: Photo) -> None:
    """SEC-A10: a colleague whom the policy lets see the photograph gets nothing from a copied link."""
    copied, colleague = link(desk, photo, "display"), browser_of(world, "lead")
    assert colleague.get(link(colleague, photo, "display")).status_code == 200
    assert colleague.get(copied).status_code == 404
    assert desk.get(copied).status_code == 200


def test_a_link_is_for_one_session(world: World, desk: Browser, photo: Photo) -> None:
    """SEC-A10: not even the same person's other tablet, nor the same one after signing in again."""
    copied, tablet = link(desk, photo, "display"), browser_of(world, "practitioner")
    assert tablet.get(copied).status_code == 404
    desk.force_login(world.people["lead"])
    desk.force_login(world.people["practitioner"])
    assert desk.get(copied).status_code == 404
    assert desk.get(link(desk, photo, "display")).status_code == 200


@pytest.mark.parametrize(("age_s", "status"), [(60, 200), (61, 404), (3600, 404), (-5, 200), (-6, 404)])
def test_a_link_lasts_a_minute(desk: Browser, photo: Photo, age_s: int, status: int) -> None:
    """SEC-A10: nor can it be made in advance."""
    assert desk.get(link(desk, photo, at=NOW - timedelta(seconds=age_s))).status_code == status


def test_a_link_does_not_outlive_the_right(world: World, photo: Photo) -> None:
    """SEC-A10: the policy is asked again for every picture."""
    learner = browser_of(world, "learner")
    address = link(learner, photo, "display")
    assert learner.get(address).status_code == 200
    clients.end_care(world.own.carerelations.get(staff=world.people["learner"]), by=SYSTEM, at=NOW - timedelta(days=1))
    assert learner.get(address).status_code in {403, 404}


@pytest.mark.parametrize(("role", "status"), [("outsider", 404), ("reception", 403), ("manager", 403)])
def test_a_link_opens_nothing_the_policy_closes(world: World, photo: Photo, role: str, status: int) -> None:
    browser = browser_of(world, role)
    assert browser.get(link(browser, photo)).status_code == status


def test_nobody_signed_in_sees_a_picture(desk: Browser, photo: Photo) -> None:
    assert Browser().get(link(desk, photo)).status_code in {302, 401}


@pytest.mark.parametrize("change", ["size", "photo", "stamp", "signature", "letters", "digits"])
def test_a_changed_link_is_not_answered(world: World, desk: Browser, photo: Photo, change: str) -> None:
    """SEC-A10: the link belongs to one photograph, one size, one minute."""
    address, other = link(desk, photo, "thumbnail"), keep(world)
    changed = {
        "size": address.replace("thumbnail", "display"),
        "photo": address.replace(str(photo.id), str(other.id)),
        "stamp": re.sub(r"/\d+-", f"/{int(NOW.timestamp()) + 3}-", address),
        "signature": address[:-2] + ("A/" if address[-2] != "A" else "B/"),
        "letters": re.sub(r"/\d+-", "/now-", address),
        "digits": re.sub(r"/\d+-", "/\u0661\u0662-", address),
    }
    assert changed[change] != address
    assert desk.get(changed[change]).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Dest": "image", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}, 404),
        ({"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}, 404),
        ({"Sec-Fetch-Dest": "script", "Sec-Fetch-Site": "same-origin"}, 404),
        ({"Sec-Fetch-Dest": "image", "Sec-Fetch-Site": "cross-site"}, 404),
        ({"Sec-Fetch-Dest": "image", "Sec-Fetch-Site": "same-site"}, 404),
    ],
)
def test_a_picture_is_shown_inside_our_pages_only(
    desk: Browser, photo: Photo, headers: dict[str, str], status: int
) -> None:
    assert desk.get(link(desk, photo, "display"), headers=headers).status_code == status


@pytest.mark.parametrize("name", ["client-photos", "client-detail", "photo-detail", "api-client-photos"])
def test_every_door_shows_links_that_work_for_who_asked(world: World, desk: Browser, photo: Photo, name: str) -> None:
    """Page, banner, strip, timeline and API sign for the session they answer."""
    ids = {"photo_id": photo.id} if name == "photo-detail" else {"client_id": world.own.id}
    shown = desk.get(reverse(name, kwargs=ids)).content.decode()
    found = set(re.findall(rf"/photos/{photo.id}/(?:thumbnail|display)/[^/\"]+/", shown))
    assert found
    assert {desk.get(address).status_code for address in found} == {200}
    assert {browser_of(world, "lead").get(address).status_code for address in found} == {404}
