"""The clinic's own pages: sites, emergency kits, people, content."""

from __future__ import annotations

import pytest
from django.urls import reverse

from clinic import content
from clinic.actors import SYSTEM
from clinic.models import ContentVersion, KitCheck, Site
from clinic.services import house
from tests.factories import NOW

JSON = {"content_type": "application/json"}


@pytest.fixture
def draft(world):
    return house.draft_content(world.organisation, "tags", content.shipped("tags"), by=SYSTEM, at=NOW)


def test_the_clinic_page_names_sites_kits_and_people(browse):
    page = browse("practitioner").get(reverse("clinic-home")).content.decode()
    assert "Quay Street" in page
    assert "Kit never checked" in page
    assert "Manager Person" in page
    assert "Outsider Person" not in page


def test_a_manager_adds_a_site(browse):
    browser = browse("manager")
    assert browser.post(reverse("site-create"), {"name": "", "address": ""}).status_code == 422
    assert browser.post(reverse("site-create"), {"name": "Mill Lane", "address": ""}).status_code == 303
    assert browser.post(reverse("api-site-list"), {"name": "Dock Road"}, **JSON).status_code == 201
    names = {site["name"] for site in browser.get(reverse("api-site-list")).json()["sites"]}
    assert names == {"Quay Street", "Mill Lane", "Dock Road"}
    assert browse("practitioner").post(reverse("site-create"), {"name": "X"}).status_code == 403


def test_an_emergency_kit_is_checked(browse, world):
    browser, url = browse("practitioner"), reverse("kit-check", args=[world.site.id])
    assert browser.get(url).status_code == 200
    wrong = browser.post(url, {"adrenaline_expires_on": "soon", "next_due_on": ""})
    assert wrong.status_code == 422
    assert 'id="id_adrenaline_expires_on-error"' in wrong.content.decode()
    right = {"adrenaline_expires_on": "2027-11-01", "next_due_on": "2026-12-16", "is_complete": "on"}
    assert browser.post(url, right).status_code == 303
    assert "Kit in order until 16 Dec 2026" in browser.get(reverse("clinic-home")).content.decode()
    assert browser.get(reverse("kit-check", args=[world.other_site.id])).status_code == 404


def test_an_incomplete_kit_is_not_in_order(browse, world):
    body = {"adrenaline_expires_on": "2027-11-01", "next_due_on": "2026-12-16", "is_complete": False}
    browser = browse("practitioner")
    assert browser.post(reverse("api-kit-check", args=[world.site.id]), body, **JSON).status_code == 201
    assert KitCheck.objects.count() == 1
    assert "Kit not in order" in browser.get(reverse("clinic-home")).content.decode()


def test_the_staff_list_is_for_programs_too(browse):
    people = browse("manager").get(reverse("api-staff-list")).json()["staff"]
    assert {"Learner Person", "Reception Person"} <= {person["name"] for person in people}


def test_content_is_reviewed_row_by_row_and_put_into_force_by_a_lead(browse, draft):
    lead, page = browse("lead"), reverse("content-detail", args=[draft.id])
    assert lead.get(reverse("content-desk")).status_code == 200
    text = lead.get(page).content.decode()
    rows = content.rows_needing_review(draft.body)
    waiting = list(rows)
    if waiting:
        assert "need a reviewer" in text
        assert lead.post(reverse("content-publish", args=[draft.id])).status_code == 422
        lead.post(reverse("content-review", args=[draft.id]), {"rows": waiting})
    assert lead.post(reverse("content-publish", args=[draft.id])).status_code == 303
    assert ContentVersion.objects.get(pk=draft.pk).state == "published"
    assert "Clinical lead Person" in lead.get(page).content.decode()
    assert lead.post(reverse("content-publish", args=[draft.id])).status_code == 409


def test_programs_review_and_publish(browse, draft):
    lead = browse("lead")
    waiting = list(content.rows_needing_review(draft.body))
    review = reverse("api-content-review", args=[draft.id])
    assert lead.post(review, {"rows": []}, **JSON).status_code in {400, 422}
    if waiting:
        assert lead.post(review, {"rows": waiting}, **JSON).json()["waiting"] == []
    answer = lead.post(reverse("api-content-publish", args=[draft.id]), {}, **JSON)
    assert answer.json()["state"] == "published"
    listed = lead.get(reverse("api-content-list")).json()["versions"]
    assert listed[0]["state"] == "published"


def test_a_site_that_is_closed_is_not_offered(browse, world):
    site = Site.objects.get(pk=world.site.pk)
    site.is_active = False
    site.save()
    assert "Quay Street" not in browse("practitioner").get(reverse("clinic-home")).content.decode()
