"""What a stolen cookie, another site or a frame can do: nothing (SEC-B9, SEC-B10, SEC-B11, SEC-B13)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from http.cookies import Morsel

import pytest
from django.conf import settings as live
from django.test import Client as Browser
from django.urls import get_resolver, reverse

from clinic.access import could
from clinic.choices import Role
from clinic.models import Client
from clinic.registry import ROUTES, walk
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
get_resolver().url_patterns  # noqa: B018 - loads every route
NAMES = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "INTAKE_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
GIVEN = {"UUID": str(uuid.UUID(int=5)), "Int": 1, "Slug": "x", "String": "x", "Path": "x"}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Cookie settings of a real installation, read by a program of its own."""
    code = f"import json, config.settings as s; print(json.dumps({{n: getattr(s, n) for n in {NAMES!r}}}))"
    env = {key: value for key, value in os.environ.items() if not key.startswith("MESORECORD_")}
    env["MESORECORD_DATA"] = str(tmp_path_factory.mktemp("real"))
    done = subprocess.run([sys.executable, "-c", code], cwd=live.BASE_DIR, env=env, capture_output=True, check=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_every_cookie_is_bound_to_this_host_and_to_https(world, settings, real):
    """SEC-B9: `__Host-`, Secure, HttpOnly, SameSite=Strict, no Domain."""
    for name, value in real.items():
        setattr(settings, name, value)
    browser = Browser()
    cookies: dict[str, Morsel] = dict(browser.get("/sign-in/", secure=True).cookies)
    signed_in = browser.post("/sign-in/", {"login": "lead@a.example", "password": PASSWORD}, secure=True)
    cookies |= dict(signed_in.cookies)
    browser.get("/", secure=True)
    handed = browser.post(reverse("handover-start", args=[world.own.id, "questionnaire", uuid.uuid4()]), secure=True)
    cookies |= {name: morsel for name, morsel in handed.cookies.items() if morsel.value}
    assert {"__Host-sid", "__Host-csrf", "__Host-intake"} <= set(cookies)
    for name, morsel in cookies.items():
        assert name.startswith("__Host-"), name
        assert morsel["secure"], name
        assert morsel["path"] == "/", name
        assert morsel["domain"] == "", name
        assert morsel["samesite"] == "Strict", name
        assert morsel["httponly"] or name == "__Host-csrf", name


def _address(pattern) -> str:
    """An address of the route; what it names does not exist, the wall stands before that."""
    given = {}
    for name, converter in pattern.pattern.converters.items():
        first = converter.regex.removeprefix("(?:").strip("()").split("|")[0]
        given[name] = GIVEN.get(type(converter).__name__.removesuffix("Converter"), first)
    return reverse(pattern.name, kwargs=given or None)


def _changes() -> list[tuple[str, str]]:
    """(route, unsafe method) of staff and of everybody; the client's six are in tests/clinic/test_handover.py."""
    found = []
    for name, route in sorted(ROUTES.items()):
        if route.audience != "handed":
            found += [(name, method) for method in UNSAFE if method in (route.methods or ("POST",))]
    return found


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_no_change_without_the_token_or_from_another_site(world, headers):
    """SEC-B10: every unsafe route, by somebody whose role has the verb."""
    patterns = {pattern.name: pattern for pattern in walk()}
    browsers = {}
    for role in Role:
        browsers[role] = Browser(enforce_csrf_checks=not headers.get("Sec-Fetch-Site"))
        browsers[role].force_login(world.people[role])
        browsers[role].get("/sign-in/")
    let_through = []
    for name, method in _changes():
        can = ROUTES[name].methods.get(method)
        role = next(role for role in Role if can is None or could(world.actor(role), can))
        sent = dict(headers)
        if headers.get("Origin"):
            sent["X-CSRFToken"] = browsers[role].cookies[live.CSRF_COOKIE_NAME].value
        address = _address(patterns[name])
        kind = "application/json" if address.startswith("/api/") else "application/x-www-form-urlencoded"
        answer = browsers[role].generic(method, address, "{}", content_type=kind, headers=sent)
        if answer.status_code == 400:  # files are sent as forms are
            answer = browsers[role].post(address, {}, headers=sent)
        if answer.status_code != 403:
            let_through.append(f"{method} {name}: {answer.status_code}")
    assert let_through == []
    assert Client.objects.filter(organisation=world.organisation).count() == 2


@pytest.mark.parametrize("address", ["/sign-in/", "/account/", "/prove/", "/clinic/people/", "/nowhere/"])
def test_no_page_may_be_framed_or_drawn_elsewhere(browse, address):
    """SEC-B11, ASVS 3.4: refusals and errors too."""
    answer = browse("manager").get(address)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_two_tabs_two_clients_write_where_their_address_says(world, browse):
    """SEC-B13: the client is in the address; nothing in the session says which client is “open”."""
    browser = browse("practitioner")
    one, other = (reverse("client-edit", args=[client.id]) for client in (world.own, world.colleague))
    browser.get(one)
    browser.get(other)
    kept = dict(browser.session)
    assert not {str(world.own.id), str(world.colleague.id)} & {str(value) for value in kept.values()}
    stale = reverse("api-client-detail", args=[world.own.id])
    body = json.dumps({"known_as": "Wrong"})
    answer = browser.patch(stale, body, content_type="application/json", headers={"If-Match": '"9"'})
    assert answer.status_code == 409
    world.own.refresh_from_db()
    assert world.own.known_as == "Amy"
