"""Going live: the ceremony, the first manager, and that nothing clinical starts before (issue 3, item 8)."""

from __future__ import annotations

import base64
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client as Browser

from clinic import proof
from clinic.actors import SYSTEM
from clinic.choices import Role
from clinic.errors import RuleRefused, TransitionRefused
from clinic.golive import queries, rules, services
from clinic.golive.models import Opening
from clinic.identity.models import Invitation
from clinic.keystore import escrow, kek
from clinic.keystore.models import EscrowCopy
from clinic.models import Organisation
from clinic.services import house
from consultations import services as consultations
from tests.factories import NOW, make_client, make_staff, publish_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh(db):
    """A clinic of today: a name, and nothing else."""
    return house.create_organisation(
        name="New Skin", kind="clinic", country="Wales", telephone="029 2018 0100", by=SYSTEM, at=NOW
    )


def staffed(organisation):
    return {role: make_staff(f"New {role.label}", f"{role}@new.example", organisation, role) for role in (
        Role.MANAGER, Role.LEAD, Role.PROTECTION, Role.PRACTITIONER,
    )}  # fmt: skip


def keep_copies(organisation, *holders):
    for holder in holders:
        copy = services.make_copy(organisation, holder=holder, by=SYSTEM, at=NOW)
        services.check_copy(organisation, data=copy.data, phrase=copy.phrase, by=SYSTEM, at=NOW)


def codes(organisation):
    return [step.code for step in queries.steps(organisation.id) if not step.done]


@pytest.mark.parametrize(
    ("keepers", "proved", "sites", "roles", "open_steps"),
    [
        ([], False, 0, set(), ["escrow", "manager", "sites", "roles"]),
        (["a"], True, 1, {"manager", "lead", "protection"}, ["escrow"]),
        (["a", "b"], False, 1, {"manager", "lead", "protection"}, ["manager"]),
        (["a", "b"], True, 0, {"manager", "lead", "protection"}, ["sites"]),
        (["a", "b"], True, 1, {"manager", "protection", "practitioner"}, ["roles"]),
        (["a", "b"], True, 1, {"manager", "lead"}, ["roles"]),
        (["a", "b"], True, 1, {"manager", "lead", "protection"}, []),
    ],
)
def test_each_step_is_asked_for(keepers, proved, sites, roles, open_steps):
    found = rules.steps(keepers=keepers, manager_proved=proved, sites=sites, roles=frozenset(roles))
    assert [step.code for step in found if not step.done] == open_steps
    assert all(bool(step.missing) != step.done for step in found)


def test_nothing_clinical_starts_before(fresh):
    """No consultation, and the reason is said."""
    people = staffed(fresh)
    publish_all(fresh, people[Role.LEAD])
    client = make_client(fresh, "Ada First", phone="07700 900555")
    start = {"kind": "full", "practitioner": people[Role.PRACTITIONER], "by": SYSTEM, "at": NOW}
    with pytest.raises(RuleRefused) as refused:
        consultations.start_consultation(client, **start)
    assert refused.value.code == "clinic_not_open"
    assert "No site" in refused.value.message
    house.create_site(fresh, name="Quay", address="", by=SYSTEM, at=NOW)
    keep_copies(fresh, "Ada Keeper", "Ben Keeper")
    with pytest.raises(RuleRefused, match="waits to be opened"):
        consultations.start_consultation(client, **start)
    services.open_clinic(fresh, by=SYSTEM, at=NOW)
    assert consultations.start_consultation(client, **start).pk


def test_it_opens_only_when_every_step_is_done(fresh):
    with pytest.raises(RuleRefused) as refused:
        services.open_clinic(fresh, by=SYSTEM, at=NOW)
    assert refused.value.details == {"steps": ["escrow", "manager", "sites", "roles"]}
    staffed(fresh)
    house.create_site(fresh, name="Quay", address="", by=SYSTEM, at=NOW)
    keep_copies(fresh, "Ada Keeper")
    assert codes(fresh) == ["escrow"]
    keep_copies(fresh, "Ben Keeper")
    opening = services.open_clinic(fresh, by=SYSTEM, at=NOW)
    with pytest.raises(TransitionRefused):
        services.open_clinic(fresh, by=SYSTEM, at=NOW)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Opening._base_manager.filter(pk=opening.pk).delete()


def test_outside_the_demo_the_manager_needs_a_second_factor(fresh, settings):
    people = staffed(fresh)
    assert "manager" not in codes(fresh)
    settings.DEMO = False
    assert "manager" in codes(fresh)
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=people[Role.MANAGER], type=Authenticator.Type.WEBAUTHN, data={})
    assert "manager" not in codes(fresh)


def test_a_copy_is_made_by_a_manager_who_just_proved_it(world):
    with pytest.raises(proof.ProofNeeded):
        services.make_copy(world.organisation, holder="Ada", by=world.actor("manager"), at=NOW)


# --- the command ------------------------------------------------------------------------------------------------------


def run(tmp_path, **changes):
    options = {
        "name": "Valley Skin", "manager_name": "Mona Manager", "manager_email": "mona@valley.example",
        "site": ["Hill House|4 Hill Street"], "escrow": tmp_path / "media", "keeper": ["Ada Keeper", "Ben Keeper"],
    }  # fmt: skip
    call_command("create_organisation", **{**options, **changes})


def test_the_command_sets_up_and_each_copy_was_opened_from_disk(db, tmp_path, capsys):
    run(tmp_path)
    said = capsys.readouterr().out
    organisation = Organisation.objects.get(name="Valley Skin")
    assert codes(organisation) == ["manager", "roles"]
    assert re.search(r"/invitations/\S{40,}/", said)
    assert Invitation.objects.get().email == "mona@valley.example"
    phrases = re.findall(r"shown once: (\S+)", said)
    for name, phrase in zip(("ada", "ben"), phrases, strict=True):
        path = tmp_path / "media" / f"escrow-{name}-keeper.box"
        assert path.stat().st_mode & 0o077 == 0
        assert escrow.opened(path.read_bytes(), phrase).ring.keys == kek.ring().keys


def test_the_command_wants_two_people_and_one_name_once(db, tmp_path):
    with pytest.raises(CommandError, match="two people"):
        run(tmp_path, keeper=["Ada Keeper", "ada keeper "])
    assert not Organisation.objects.exists()
    run(tmp_path)
    with pytest.raises(CommandError, match="already"):
        run(tmp_path)


def test_a_wrong_address_leaves_nothing_behind(db, tmp_path):
    with pytest.raises(CommandError):
        run(tmp_path, manager_email="not an address")
    assert not Organisation.objects.exists()


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def manager(world):
    """The manager of a clinic that was never opened, signed in, with fresh proof."""
    from clinic import clock
    from clinic.identity import sessions

    EscrowCopy.objects.all().delete()
    browser = Browser()
    browser.force_login(world.people["manager"])
    session = browser.session
    session[sessions.PROVED] = clock.now().isoformat()
    session.save()
    return browser


def _made(page):
    text = page.content.decode()
    return re.search(r"<code class=\"num\">((?:\w{4}-){6}\w{4})</code>", text)[1], base64.b64decode(
        re.search(r"base64,([^\"]+)\"", text)[1]
    )


def test_a_copy_is_shown_once_and_checked_from_its_file(world, manager):
    made = manager.post("/clinic/going-live/copies/", {"holder": "Ada Keeper"})
    phrase, data = _made(made)
    assert phrase not in manager.get("/clinic/going-live/").content.decode()
    wrong = manager.post(
        "/clinic/going-live/copies/check/", {"file": SimpleUploadedFile("a.box", data), "phrase": phrase[:-1] + "?"}
    )
    assert wrong.status_code == 422
    right = manager.post(
        "/clinic/going-live/copies/check/", {"file": SimpleUploadedFile("a.box", data), "phrase": phrase}
    )
    assert right.status_code == 303
    assert "Ada Keeper" in manager.get("/clinic/going-live/").content.decode()


def test_the_page_opens_a_clinic_that_is_ready(world, manager):
    assert manager.post("/clinic/going-live/").status_code == 409, "it is open already"
    page = manager.get("/clinic/going-live/").content.decode()
    assert "This clinic is open since" in page
    assert manager.post("/clinic/going-live/copies/", {"holder": ""}).status_code == 422


def test_programs_see_the_steps_make_and_check(world, manager):
    state = manager.get("/api/v1/going-live/").json()
    assert state["open"] is True
    assert [step["code"] for step in state["steps"]] == ["escrow", "manager", "sites", "roles"]
    made = manager.post("/api/v1/going-live/copies/", {"holder": "Ada"}, "application/json").json()
    given = {"file": made["file"], "phrase": made["phrase"]}
    assert manager.post("/api/v1/going-live/copies/check/", given, "application/json").json() == {"holder": "Ada"}
    for wrong in ({"file": "??", "phrase": "x"}, {"file": "e30=", "phrase": "x"}):
        assert manager.post("/api/v1/going-live/copies/check/", wrong, "application/json").status_code == 422
    keyed = manager.post(
        "/api/v1/going-live/copies/", {"holder": "Ada"}, "application/json", headers={"Idempotency-Key": "k"}
    )
    assert keyed.status_code == 422, "a pass phrase is not stored for repetition"
    assert manager.post("/api/v1/going-live/", {}, "application/json").status_code == 409
