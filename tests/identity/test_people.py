"""Invitations, roles, sessions: one sign-in a person; a dismissed person's next click fails (SEC-A16, SEC-A18)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.http import Http404
from django.test import Client as Browser
from django.urls import reverse

from clinic import clock, proof
from clinic.access import Refused
from clinic.choices import Role
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.identity.models import Invitation, RecoveryCode
from clinic.identity.services import people
from clinic.middleware import actor_of_staff
from clinic.models import AuditEntry, Membership, Staff
from clinic.services import house
from clinic.signin import NOBODY
from tests.factories import NOW, PASSWORD
from tests.identity.support import fresh, prove, with_app

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}
NEW = "plumb-cobalt-ferry-19"


@pytest.fixture
def manager(world):
    return fresh(world.people["manager"])


def invited(world, manager, email="new@person.example", role=Role.RECEPTION, at=NOW):
    return people.invite(world.organisation, email=email, role=role, by=manager, at=at)


def test_a_newcomer_makes_one_account_and_takes_the_role_once(world, manager):
    """REQ: single use; the token is stored as a hash only."""
    made, token = invited(world, manager, email=" New@Person.example ")
    assert token not in str(Invitation.objects.values().get())
    url = reverse("invitation", args=[token])
    browser = Browser()
    assert "Harbour Skin invites you" in browser.get(url).content.decode()
    body = {"name": "Nia New", "password": NEW, "again": NEW}
    assert browser.post(url, {**body, "again": "another-thing-1234"}).status_code == 422
    assert (
        browser.post(url, {**body, "password": "harbour-skin-harbour", "again": "harbour-skin-harbour"}).status_code
        == 422
    )
    assert browser.post(url, body).headers["Location"] == "/sign-in/"
    staff = Staff.objects.get(email="new@person.example")
    assert actor_of_staff(staff).roles_in(world.organisation.id) == {Role.RECEPTION}
    assert browser.get(url).status_code == 409
    assert browser.post(url, body).status_code == 409
    with pytest.raises(TransitionRefused):
        people.accept_newcomer(made, name="Nia", password=NEW, by=NOBODY, at=NOW)
    assert Staff.objects.filter(email="new@person.example").count() == 1


def test_inviting_somebody_known_adds_a_membership_never_an_account(world, manager):
    """Issue's demand: one person has one sign-in for all clinics and roles."""
    outsider = world.people["outsider"]
    made, token = invited(world, manager, email="OUTSIDER@b.example", role=Role.TUTOR)
    count, url = Staff.objects.count(), reverse("invitation", args=[token])
    page = Browser().get(url).content.decode()
    assert "Sign in to accept" in page
    assert 'name="password"' not in page
    Browser().post(url, {"name": "Twin", "password": NEW, "again": NEW})
    with pytest.raises(RuleRefused) as refused:
        people.accept_newcomer(made, name="Twin", password=NEW, by=NOBODY, at=NOW)
    assert refused.value.code == "has_account"
    assert Staff.objects.count() == count
    assert not actor_of_staff(outsider).roles_in(world.organisation.id)  # nothing before the person accepts
    browser = Browser()
    browser.force_login(outsider)
    assert browser.post(url).status_code == 303
    actor = actor_of_staff(Staff.objects.get(pk=outsider.pk))
    assert actor.roles_in(world.organisation.id) == {Role.TUTOR}
    assert actor.roles_in(world.other_organisation.id) == {Role.PRACTITIONER}
    assert Staff.objects.count() == count


def test_an_invitation_is_for_its_address_only(world, manager, browse):
    made, token = invited(world, manager, email="outsider@b.example")
    url = reverse("invitation", args=[token])
    assert "signed in as somebody else" in browse("learner").get(url).content.decode()
    assert browse("learner").post(url).status_code == 422
    with pytest.raises(Http404):
        people.accept_signed_in(made, by=actor_of_staff(world.people["learner"]), at=NOW)
    assert not Membership.objects.filter(organisation=world.organisation, staff=world.people["outsider"]).exists()


def test_an_invitation_lasts_a_day(world, manager):
    made, token = invited(world, manager)
    with clock.set_to(NOW + timedelta(hours=24)):
        assert Browser().get(reverse("invitation", args=[token])).status_code == 409
    with pytest.raises(TransitionRefused):
        people.accept_newcomer(made, name="Nia", password=NEW, by=NOBODY, at=NOW + timedelta(hours=24))
    assert Browser().get(reverse("invitation", args=["x" * 43])).status_code == 404


def test_a_newer_invitation_ends_the_older_and_a_manager_withdraws(world, manager):
    first, _ = invited(world, manager)
    second, _ = invited(world, manager)
    with pytest.raises(TransitionRefused):
        people.withdraw_invitation(first, by=manager, at=NOW)
    people.withdraw_invitation(second, by=manager, at=NOW)
    with pytest.raises(TransitionRefused):
        people.accept_newcomer(second, name="Nia", password=NEW, by=NOBODY, at=NOW)


@pytest.mark.parametrize(
    ("email", "role", "code"), [("no address", "tutor", "invalid_email"), ("a@b.example", "king", "invalid_choice")]
)
def test_an_invitation_needs_an_address_and_a_role(world, manager, email, role, code):
    with pytest.raises(InvalidValue) as refused:
        invited(world, manager, email=email, role=role)
    assert refused.value.code == code


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGER])
def test_only_a_manager_invites(world, role):
    """SEC-A18."""
    with pytest.raises(Refused):
        invited(world, fresh(world.people[role]))
    assert not Invitation.objects.exists()


def test_the_link_goes_by_mail_and_is_shown_in_the_demo_only(world, browse, settings):
    browser = browse("manager")
    prove(browser)
    body = {"name": "", "email": "new@person.example", "role": "tutor"}
    shown = browser.post(reverse("invite"), body)
    link = mail.outbox[0].body.split("once:")[1].split()[0]
    assert link in shown.content.decode()
    assert mail.outbox[0].to == ["new@person.example"]
    api = browser.post(reverse("api-invitation-list"), {"email": "b@person.example", "role": "tutor"}, **JSON)
    assert (api.status_code, api.json()["is_sent"]) == (201, True)
    assert "token" not in api.json()
    assert mail.outbox[1].body.split("/invitations/")[1].split("/")[0] not in api.content.decode()
    assert len(browser.get(reverse("api-invitation-list")).json()["invitations"]) == 2


def test_roles_change_only_with_proof(world):
    """Step-up: role change and invitation, five minutes."""
    staff = world.people["tutor"]
    membership = Membership.objects.get(staff=staff)
    for by in (actor_of_staff(world.people["manager"]), fresh(world.people["manager"], NOW - timedelta(minutes=5))):
        with pytest.raises(proof.ProofNeeded):
            house.grant_role(world.organisation, staff=staff, role="iqa", from_on=NOW.date(), by=by, at=NOW)
        with pytest.raises(proof.ProofNeeded):
            house.end_role(membership, by=by, at=NOW)
        with pytest.raises(proof.ProofNeeded):
            invited(world, by)
        with pytest.raises(proof.ProofNeeded):
            people.reset_factors(staff, by=by, at=NOW)
    assert actor_of_staff(staff).roles_in(world.organisation.id) == {Role.TUTOR}


def test_programs_are_told_that_proof_is_needed(world, browse):
    browser, staff = browse("manager"), world.people["tutor"]
    url = reverse("api-role-grant", args=[staff.id])
    asked = browser.post(url, {"role": "iqa"}, **JSON)
    assert (asked.status_code, asked.json()["code"]) == (403, "proof_needed")
    prove(browser)
    made = browser.post(url, {"role": "iqa"}, **JSON)
    assert made.status_code == 201
    assert browser.post(url, {"role": "iqa"}, **JSON).json()["code"] == "has_role"
    end = reverse("api-role-end", args=[staff.id, made.json()["id"]])
    assert browser.post(end, {}, **JSON).status_code == 200
    assert browser.post(end, {}, **JSON).status_code == 409
    shown = browser.get(reverse("api-person-detail", args=[staff.id])).json()
    assert [role["role"] for role in shown["roles"]] == ["tutor"]


def test_a_form_leads_to_the_proof_and_back_to_its_page(world, browse):
    url = reverse("person-detail", args=[world.people["tutor"].id])
    browser = browse("manager")
    asked = browser.post(f"{url}roles/", {"role": "iqa"}, HTTP_REFERER=f"http://testserver{url}")
    assert asked.headers["Location"] == f"/prove/?next={url.replace('/', '%2F')}"
    stranger = browser.post(f"{url}roles/", {"role": "iqa"}, HTTP_REFERER="https://evil.example/x")
    assert stranger.headers["Location"] == "/prove/?next=%2F"
    browser.post("/prove/", {"password": PASSWORD, "next": url})
    assert browser.post(f"{url}roles/", {"role": "iqa"}).headers["Location"] == url
    assert "Internal quality assurer" in browser.get(url).content.decode()


def test_nobody_changes_their_own_roles_or_factors(world, manager):
    """SEC-A18."""
    own = world.people["manager"]
    with pytest.raises(RuleRefused):
        house.grant_role(world.organisation, staff=own, role="lead", from_on=NOW.date(), by=manager, at=NOW)
    with pytest.raises(RuleRefused):
        house.end_role(Membership.objects.get(staff=own), by=manager, at=NOW)
    with pytest.raises(RuleRefused):
        people.reset_factors(own, by=manager, at=NOW)
    with pytest.raises(RuleRefused):
        invited(world, manager, email=own.email, role=Role.LEAD)


def test_a_dismissed_persons_next_click_fails_in_every_tab(world, browse, manager):
    """SEC-A16: two live sessions, pages and API; the role ends today, not tonight."""
    staff = world.people["reception"]
    tabs = [browse("reception"), browse("reception")]
    assert [tab.get(reverse("client-list")).status_code for tab in tabs] == [200, 200]
    house.end_role(Membership.objects.get(staff=staff), by=manager, at=NOW)
    assert [tab.get(reverse("client-list")).status_code for tab in tabs] == [302, 302]
    assert [tab.get(reverse("api-client-list")).status_code for tab in tabs] == [401, 401]
    again = Browser()
    with clock.set_to(NOW + timedelta(minutes=1)):
        again.force_login(Staff.objects.get(pk=staff.pk))
        assert again.get(reverse("client-list")).status_code == 403
        assert again.get(reverse("api-client-list")).status_code == 403


def test_one_role_less_is_felt_at_the_next_click_and_brings_a_new_key(world, browse, manager):
    """SEC-A16, SEC-B8."""
    staff = world.people["lead"]
    house.grant_role(world.organisation, staff=staff, role=Role.RECEPTION, from_on=NOW.date(), by=manager, at=NOW)
    browser = browse("lead")
    old = browser.session.session_key
    assert browser.get(reverse("course-list")).status_code == 200
    house.end_role(Membership.objects.get(staff=staff, role=Role.LEAD), by=manager, at=NOW)
    assert browser.get(reverse("course-list")).status_code == 403
    assert browser.get(reverse("client-list")).status_code == 200
    assert browser.session.session_key != old
    stale = Browser()
    stale.cookies["sid"] = old
    assert stale.get(reverse("client-list")).status_code == 302


def test_a_manager_signs_a_person_out_everywhere(world, browse, manager):
    tabs = [browse("learner"), browse("learner")]
    assert browse("manager").post(reverse("sessions-end", args=[world.people["learner"].id])).status_code == 303
    assert [tab.get("/").status_code for tab in tabs] == [302, 302]
    with pytest.raises(Http404):
        people.end_sessions_of(world.people["outsider"], by=manager, at=NOW)
    with pytest.raises(Refused):
        people.end_sessions_of(world.people["learner"], by=fresh(world.people["lead"]), at=NOW)
    assert AuditEntry.objects.filter(action="sessions.ended", outcome="done").count() == 1


def test_factors_start_afresh_without_the_manager_choosing_anything(world, browse, manager, strict):
    """security.md 5.2: a manager in person, who cannot choose the secret."""
    staff = world.people["learner"]
    with_app(staff)
    tab = browse("learner")
    assert tab.get("/").status_code == 200
    people.reset_factors(staff, by=manager, at=NOW)
    assert not Authenticator.objects.filter(user=staff).exists()
    assert not RecoveryCode.objects.filter(staff=staff).exists()
    assert tab.get("/").status_code == 302
    with clock.set_to(NOW + timedelta(minutes=1)):
        again = Browser()
        again.post("/sign-in/", {"login": staff.email, "password": PASSWORD})
        assert again.get("/").headers["Location"] == "/account/"


def test_own_sessions_are_listed_and_ended(world):
    """ASVS 7.5: seen and ended, nobody else's."""
    here, there, other = Browser(), Browser(), Browser()
    for browser, email in ((here, "learner@a.example"), (there, "learner@a.example"), (other, "tutor@a.example")):
        browser.post("/sign-in/", {"login": email, "password": PASSWORD}, HTTP_USER_AGENT="Mozilla (iPad) Safari/1")
    lines = here.get(reverse("api-session-list")).json()["sessions"]
    assert [line["browser"] for line in lines] == ["Safari on iPad"] * 2
    assert sorted(line["is_current"] for line in lines) == [False, True]
    elsewhere = next(line["id"] for line in lines if not line["is_current"])
    current = next(line["id"] for line in lines if line["is_current"])
    assert other.post(reverse("session-end", args=[elsewhere])).status_code == 404
    assert there.get("/").status_code == 200
    assert here.post(reverse("session-end", args=[elsewhere])).status_code == 303
    assert there.get("/").status_code == 302
    assert "This one" in here.get(reverse("session-list")).content.decode()
    assert here.post(reverse("api-session-end", args=[current]), {}, **JSON).status_code == 200
    assert here.get("/").status_code == 302


def test_the_people_page_tells_roles_standing_and_factors(world, browse):
    with_app(world.people["learner"])
    browser = browse("manager")
    page = browser.get(reverse("people-list")).content.decode()
    assert "Learner Person" in page
    assert "Outsider Person" not in page
    assert page.count("No second factor yet") == 13
    house.add_credential(
        world.organisation, staff=world.people["learner"], kind="insurance", title="Learner's cover",
        until_on=NOW.date() - timedelta(days=1), by=actor_of_staff(world.people["manager"]), at=NOW,
    )  # fmt: skip
    shown = browser.get(reverse("person-detail", args=[world.people["learner"].id])).content.decode()
    assert "Learner&#x27;s cover" in shown
    assert "Over" in shown
