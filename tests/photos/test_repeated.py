"""A repeated upload: the key stands for one photograph with its fields (SEC-D5, decision 13)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from clinic.models import Photo
from tests.factories import World
from tests.photos import samples

RED, GREY = samples.saved(samples.picture(640, 480)), samples.saved(samples.picture(640, 480).convert("L"))


def send(world: World, key: str, picture: bytes = RED, **values: str) -> HttpResponse:
    """One upload by the practitioner, with the key; a new browser chooses a new boundary."""
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    body: dict[str, Any] = {"view": "P01", "stage": "before", "is_agreed": "true", "note": "daylight", **values}
    body["photo"] = SimpleUploadedFile("a.jpg", picture)
    address = reverse("api-client-photos", kwargs={"client_id": world.own.id})
    answer: HttpResponse = browser.post(address, body, headers={"Idempotency-Key": key})
    return answer


def test_the_same_upload_twice_keeps_one_photograph(world: World) -> None:
    """SEC-D5: the answer is given again."""
    key = str(uuid.uuid4())
    first, second = send(world, key), send(world, key)
    assert (first.status_code, second.status_code) == (201, 201), first.content
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.json()["id"] == second.json()["id"]
    assert Photo.objects.filter(client=world.own).count() == 1


@pytest.mark.parametrize("other", [{"picture": GREY}, {"view": "P02"}, {"note": "lamplight"}])
def test_the_same_key_for_another_photograph_is_refused(world: World, other: dict[str, Any]) -> None:
    """SEC-D5: other bytes or another field are another request."""
    key = str(uuid.uuid4())
    assert send(world, key).status_code == 201
    answer = send(world, key, **other)
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Photo.objects.filter(client=world.own).count() == 1


def test_a_form_that_cannot_be_read_is_malformed(world: World) -> None:
    """A key makes it no worse: 400, and nothing is kept."""
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    address = reverse("api-client-photos", kwargs={"client_id": world.own.id})
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answer = browser.post(address, b"nothing", content_type="multipart/form-data", headers=headers)
    assert answer.status_code == 400
    assert not Photo.objects.filter(client=world.own).exists()
