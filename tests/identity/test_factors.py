"""Second factors: who has none reaches their enrolment only; secrets are sealed, codes open once (SEC-S14)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.http import Http404
from django.urls import NoReverseMatch, get_resolver, reverse

from clinic import clock, proof
from clinic.errors import CannotBeRead, InvalidValue, RuleRefused
from clinic.identity import factors
from clinic.identity.middleware import WITHOUT_FACTOR
from clinic.identity.models import RecoveryCode, UsedStep
from clinic.identity.services import factors as services
from clinic.middleware import actor_of_staff
from clinic.models import AuditEntry
from clinic.registry import ROUTES
from tests.factories import NOW, PASSWORD
from tests.identity.support import code_at, fresh, prove, with_app

pytestmark = pytest.mark.django_db
get_resolver().url_patterns  # noqa: B018 - loads every route
ENROLMENT = {"account-home", "app-add", "passkey-add"}


def test_without_a_factor_only_its_enrolment_answers(world, browse, strict):
    """SEC-S14: every page of staff and of everybody signed in leads to the enrolment."""
    browser = browse("practitioner")
    open_ = set()
    for name, route in ROUTES.items():
        if route.audience not in ("staff", "signed_in") or name in WITHOUT_FACTOR - ENROLMENT:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue  # an address of a record: the guard stands before those as well
        answer = browser.get(url)
        if answer.status_code == 200:
            open_.add(name)
        elif name not in ENROLMENT:
            assert answer.status_code in (303, 403), name
            assert answer.headers.get("Location", "/account/") == "/account/", name
    assert open_ == ENROLMENT


def test_programs_without_a_factor_are_refused(browse, strict):
    """SEC-S14."""
    answer = browse("practitioner").get(reverse("api-today"))
    assert (answer.status_code, answer.json()["code"]) == (403, "factor_needed")


def test_the_demo_lets_in_without_a_factor_from_this_machine_only(browse):
    browser = browse("practitioner")
    assert browser.get("/").status_code == 200
    assert browser.get("/", REMOTE_ADDR="10.0.0.9").status_code == 303


def test_enrolling_an_app_shows_ten_codes_once_and_opens_the_house(world, browse, strict):
    browser, staff = browse("practitioner"), world.people["practitioner"]
    page = browser.get(reverse("app-add")).content.decode()
    secret = page.split("<code>")[1].split("</code>")[0]
    assert secret not in json.dumps(dict(browser.session))  # sealed even while it waits for its first code
    wrong = browser.post(reverse("app-add"), {"code": "000000"})
    assert wrong.status_code == 422
    page = browser.get(reverse("app-add")).content.decode()
    secret = page.split("<code>")[1].split("</code>")[0]
    done = browser.post(reverse("app-add"), {"code": code_at(secret, NOW)})
    shown = [part.split("</code>")[0] for part in done.content.decode().split("<code>")[1:]]
    assert len(shown) == len(set(shown)) == 10
    stored = set(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert len(stored) == 10
    assert not stored & set(shown)
    assert browser.get("/").status_code == 200
    assert not any(code in browser.get(reverse("account-home")).content.decode() for code in shown)
    assert AuditEntry.objects.filter(action="factor.added", object_id=staff.id, outcome="done").count() == 1


def test_the_secret_is_sealed_and_bound_to_its_person(world):
    """Decision 23, SEC-D12: moved to another person's row it cannot be read."""
    staff = world.people["practitioner"]
    secret, _ = with_app(staff)
    row = Authenticator.objects.get(user=staff)
    assert secret not in json.dumps(row.data)
    assert factors.secret_of(row) == secret
    row.user_id = world.people["lead"].id
    with pytest.raises(CannotBeRead):
        factors.secret_of(row)


def test_a_code_opens_once(world):
    staff = world.people["practitioner"]
    secret, _ = with_app(staff)
    with pytest.raises(InvalidValue):  # the one it was enrolled with
        services.use_code(staff, code_at(secret, NOW), by=fresh(staff), at=NOW)
    later = NOW + timedelta(seconds=60)
    assert services.use_code(staff, code_at(secret, later), by=fresh(staff), at=later) == "app"
    for again in (later, later + timedelta(seconds=29)):
        with pytest.raises(InvalidValue):
            services.use_code(staff, code_at(secret, later), by=fresh(staff), at=again)
    much_later = NOW + timedelta(minutes=10)
    services.use_code(staff, code_at(secret, much_later), by=fresh(staff), at=much_later)
    assert UsedStep.objects.count() == 1


def test_a_recovery_code_opens_once_and_only_for_its_person(world):
    staff, other = world.people["practitioner"], world.people["lead"]
    _, codes = with_app(staff)
    with_app(other)
    with pytest.raises(InvalidValue):
        services.use_code(other, codes[0], by=fresh(other), at=NOW)
    assert services.use_code(staff, codes[0].lower().replace("-", " "), by=fresh(staff), at=NOW) == "recovery"
    with pytest.raises(InvalidValue):
        services.use_code(staff, codes[0], by=fresh(staff), at=NOW)
    assert factors.codes_left(staff) == 9


def test_new_recovery_codes_end_the_old_ones(world):
    staff = world.people["practitioner"]
    _, codes = with_app(staff)
    renewed = services.renew_recovery_codes(staff, by=fresh(staff), at=NOW)
    with pytest.raises(InvalidValue):
        services.use_code(staff, codes[1], by=fresh(staff), at=NOW)
    assert services.use_code(staff, renewed[1], by=fresh(staff), at=NOW) == "recovery"


def test_every_change_of_factors_wants_proof(world):
    staff = world.people["practitioner"]
    with_app(staff)
    row = Authenticator.objects.get(user=staff)
    for by in (actor_of_staff(staff), fresh(staff, NOW - timedelta(minutes=5))):
        with pytest.raises(proof.ProofNeeded):
            services.remove_factor(staff, row.pk, by=by, at=NOW)
        with pytest.raises(proof.ProofNeeded):
            services.renew_recovery_codes(staff, by=by, at=NOW)
        with pytest.raises(proof.ProofNeeded):
            services.add_passkey(staff, name="Key", credential={}, by=by, at=NOW)
        with pytest.raises(proof.ProofNeeded):
            services.change_password(staff, password="plumb-cobalt-ferry-19", by=by, at=NOW)
    assert Authenticator.objects.count() == 1


def test_the_last_factor_stays(world):
    staff = world.people["practitioner"]
    with_app(staff)
    with pytest.raises(RuleRefused) as refused:
        services.remove_factor(staff, Authenticator.objects.get().pk, by=fresh(staff), at=NOW)
    assert refused.value.code == "last_factor"


def test_nobody_touches_another_persons_factors(world):
    staff, manager = world.people["practitioner"], world.people["manager"]
    with_app(staff)
    factor = Authenticator.objects.get(user=staff).pk
    with pytest.raises(Http404):
        services.remove_factor(staff, factor, by=fresh(manager), at=NOW)
    with_app(manager)
    with pytest.raises(Http404):
        services.remove_factor(manager, factor, by=fresh(manager), at=NOW)


@pytest.mark.parametrize(
    "password",
    ["short-one-99", "password12345678", "harbour-is-my-port-1", "practitioner-person", "11111111111111111111"],
)
def test_a_weak_password_is_refused(world, browse, password):
    """ASVS 6.2: 15 characters, no common ones, no names of clinic and person."""
    browser = browse("practitioner")
    prove(browser)
    answer = browser.post(reverse("password-change"), {"password": password, "again": password})
    assert answer.status_code == 422
    world.people["practitioner"].refresh_from_db()
    assert world.people["practitioner"].check_password(PASSWORD)


def test_a_new_password_ends_other_sessions_and_keeps_this_one(world, browse):
    here, there = browse("practitioner"), browse("practitioner")
    prove(here)
    answer = here.post(
        reverse("password-change"), {"password": "plumb-cobalt-ferry-19", "again": "plumb-cobalt-ferry-19"}
    )
    assert answer.status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_the_page_asks_for_proof_and_returns(world, browse):
    """Step-up: what one was doing is where one goes back to; the key is new."""
    browser = browse("practitioner")
    asked = browser.get(reverse("password-change"))
    assert asked.headers["Location"] == "/prove/?next=%2Faccount%2Fpassword%2F"
    old = browser.session.session_key
    page = browser.get(asked.headers["Location"]).content.decode()
    assert 'value="/account/password/"' in page
    assert browser.post("/prove/", {"password": "wrong", "next": "/account/password/"}).status_code == 422
    back = browser.post("/prove/", {"password": PASSWORD, "next": "/account/password/"})
    assert (back.status_code, back.headers["Location"]) == (303, "/account/password/")
    assert browser.session.session_key != old
    assert browser.get(reverse("password-change")).status_code == 200
    with clock.set_to(NOW + timedelta(minutes=5)):
        assert browser.get(reverse("password-change")).status_code == 303


def test_a_real_installation_takes_no_password_as_proof(world, browse, strict):
    staff = world.people["practitioner"]
    secret, _ = with_app(staff)
    browser = browse("practitioner")
    assert browser.post("/prove/", {"password": PASSWORD}).status_code == 422
    later = NOW + timedelta(seconds=60)
    with clock.set_to(later):
        assert browser.post("/prove/", {"code": code_at(secret, later)}).headers["Location"] == "/"
        assert browser.get(reverse("password-change")).status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", "http:evil"]
)
def test_the_way_back_stays_on_this_site(world, browse, target):
    """SEC-C14."""
    answer = browse("practitioner").post("/prove/", {"password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/"
