"""Headers of every address, asked by those let in, those refused and nobody, under the settings of a real installation.

SEC-S12, SEC-E11; decision 30, security.md 5.10. The addresses come from the registry, the records from the matrix.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gunicorn
import pytest
from django.conf import settings as live
from django.test import Client as Browser
from django.test import override_settings
from django.urls import get_resolver, reverse

from clinic.choices import Role
from clinic.registry import ROUTES
from clinic.services import handover
from tests.access.test_doors import ROLE_FOR
from tests.factories import NOW, World
from tests.headers import faults, wanted
from tests.identity.support import prove
from tests.matrix.everything import ask, everything

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("headers")]  # one world for all
get_resolver().url_patterns  # noqa: B018 - loads every route
READ_REAL = """
import json, config.settings as s
kept = ("SECURE_", "SESSION_", "CSRF_", "INTAKE_", "DEVICE_", "MESSAGES_", "WHITENOISE_")
print(json.dumps({name: getattr(s, name) for name in dir(s) if name.startswith(kept)}))
"""


def real_settings(folder: Path) -> dict[str, Any]:
    """What a real installation has, not the demo's, read by a program of its own."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("MESORECORD_")}
    env |= {"MESORECORD_DATA": str(folder), "MESORECORD_BEHIND_PROXY": "1"}
    done = subprocess.run(
        [sys.executable, "-c", READ_REAL], cwd=live.BASE_DIR, env=env, capture_output=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return {**found, "SECURE_PROXY_SSL_HEADER": tuple(found["SECURE_PROXY_SSL_HEADER"])}


@dataclass
class House:
    """The world, its addresses, a browser for each role over HTTPS, and what was answered so far."""

    world: World
    objects: dict[str, dict[str, Any]]
    browsers: dict[str, Browser]
    statuses: Counter[int] = field(default_factory=Counter)

    def faults_of(self, role: str, method: str, url: str, body: Any = None, **headers: str) -> list[str]:
        """What is wrong with one answer."""
        answer = ask(self.browsers[role], method, url, body, **headers)
        self.statuses[answer.status_code] += 1
        found = wanted.wrong(answer, path=url)
        return [f"{method} {url} {role} {answer.status_code}: {text}" for text in found]


def over_https(**extra: str) -> Browser:
    return Browser(raise_request_exception=False, HTTP_X_FORWARDED_PROTO="https", **extra)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One world for all tests; every request is rolled back."""
    changed = real_settings(tmp_path_factory.mktemp("real"))
    changed["MIDDLEWARE"] = [*live.MIDDLEWARE, "tests.headers.faults.failing"]
    with override_settings(**changed), django_db_blocker.unblock(), everything() as (world, objects):
        browsers = {role: over_https() for role in (*Role.values, "client", "nobody")}
        for role in Role.values:
            browsers[role].force_login(world.people[role])
            prove(browsers[role])
        by = world.actor("practitioner")
        _, token = handover.start_handover(world.own, "questionnaire", world.own.id, by=by, at=NOW)
        browsers["client"].cookies[live.INTAKE_COOKIE_NAME] = token
        yield House(world, objects, browsers)


def test_the_settings_are_those_of_a_real_installation(house: House) -> None:
    """SEC-B9: two years of HTTPS, cookies bound to the host; the redirect to HTTPS is covered too."""
    assert live.SECURE_HSTS_SECONDS == 2 * 365 * 24 * 3600
    assert live.SESSION_COOKIE_NAME.startswith("__Host-")
    answer = Browser().get("/clients/")
    assert answer.status_code == 301
    assert wanted.wrong(answer, path="/clients/", is_https=False) == []


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_headers_of(name: str, house: House) -> None:
    """SEC-S12: each method, for somebody let in, for somebody else's record, for the client, for nobody, as HTML."""
    found = house.objects.get(name, {"own": {}})
    urls = [reverse(name, kwargs=found[relation]) for relation in ("own", "other") if relation in found]
    faults_found: list[str] = []
    for method in (*sorted(ROUTES[name].methods or ("GET", "POST")), "OPTIONS"):
        roles = [ROLE_FOR.get((name, method), "reception"), "nobody", "client"]
        roles += ["eqa"] if method == "GET" else []
        for role in roles:
            faults_found += house.faults_of(role, method, urls[0], Accept="text/html,*/*")
        for url in urls[1:]:
            faults_found += house.faults_of(roles[0], method, url, Origin="https://evil.example")
    assert faults_found == []


ODD = {
    "bad host": (400, "GET", "/clients/", None, {"Host": "evil.example"}),
    "bad JSON shape": (400, "POST", "/api/v1/clients/", {"legal_name": 0}, {}),
    "unknown": (404, "GET", "/no-such-page/", None, {}),
    "unknown to programs": (404, "GET", "/api/v1/no-such/", None, {}),
    "dressed up": (404, "GET", "/clients/x.css", None, {}),
    "no style": (404, "GET", "/static/css/no-such.css", None, {}),
    "method": (405, "DELETE", "/clients/", None, {}),
    "fault": (500, "GET", "/clients/", None, {faults.MARK: "1"}),
    "fault of a program": (500, "GET", "/api/v1/clients/", None, {faults.MARK: "1"}),
}


@pytest.mark.parametrize("odd", ODD)
def test_headers_of_errors(odd: str, house: House) -> None:
    """SEC-S12: what no view answers."""
    status, method, url, body, headers = ODD[odd]
    before = house.statuses[status]
    assert house.faults_of("practitioner", method, url, body, **headers) == []
    assert house.statuses[status] == before + 1


def test_headers_of_a_refused_token(house: House) -> None:
    """SEC-B10: 403 of the CSRF check, before any view."""
    browser = over_https(enforce_csrf_checks=True)  # type: ignore[arg-type]
    answer = browser.post("/sign-in/", {"login": "x@a.example", "password": "x"})
    assert answer.status_code == 403
    assert wanted.wrong(answer, path="/sign-in/") == []


def test_headers_of_a_stale_form_and_of_a_refused_value(house: House) -> None:
    """SEC-S12: 409, 422 and 428 at both doors."""
    api = reverse("api-client-detail", kwargs={"client_id": house.world.own.id})
    page = reverse("client-edit", kwargs={"client_id": house.world.own.id})
    wrong = house.faults_of("reception", "PATCH", api, {"known_as": "Stale"}, **{"If-Match": '"9"'})
    wrong += house.faults_of("reception", "PATCH", api, {"email": "no address"}, **{"If-Match": '"1"'})
    wrong += house.faults_of("reception", "PATCH", api, {"known_as": "None given"})
    wrong += house.faults_of("reception", "POST", page, {"version": "1"})
    assert wrong == []
    assert {409, 422, 428} <= set(house.statuses)


def test_headers_of_files(house: House) -> None:
    """SEC-C16: the picture and the paper of the own client, as sent to somebody who may have them."""
    for name, kind in (("photo-image", "image/jpeg"), ("document-download", "application/pdf")):
        answer = ask(house.browsers["practitioner"], "GET", reverse(name, kwargs=house.objects[name]["own"]))
        if name == "photo-image":
            assert answer["Content-Type"] == kind
        assert wanted.wrong(answer, path="/") == []


def static_names() -> dict[str, str]:
    """Plain and hashed name of every static file, as `do.py` collects them."""
    listed: dict[str, str] = json.loads((Path(live.STATIC_ROOT) / "staticfiles.json").read_text())["paths"]
    return listed


def test_headers_of_static_files(house: House) -> None:
    """SEC-E11: only a name that changes with the content may be kept; no other origin may read any."""
    names = {end: next(n for n in sorted(static_names()) if n.endswith(end)) for end in (".css", ".js", ".woff2")}
    for plain in names.values():
        for name, cached in ((plain, False), (static_names()[plain], True)):
            url = f"/static/{name}"
            answer = house.browsers["nobody"].get(url, headers={"Origin": "https://evil.example"})
            assert answer.status_code == 200
            assert wanted.wrong(answer, path=url, cached=cached) == [], url
    assert live.WHITENOISE_ALLOW_ALL_ORIGINS is False


def test_pages_are_looked_at_and_not_refusals_only(house: House, record_property: Any) -> None:
    """Every tenth address, as somebody let in sees it, as somebody without the right does, and as nobody."""
    before = Counter(house.statuses)
    for name, method in sorted(ROLE_FOR)[::10]:
        if method == "GET":
            url = reverse(name, kwargs=house.objects.get(name, {"own": {}})["own"])
            for role in (ROLE_FOR[name, method], "eqa", "nobody"):
                assert house.faults_of(role, method, url) == []
    assert {200, 403} <= set(house.statuses - before)
    record_property("answers", sum(house.statuses.values()))


def test_programs_are_never_answered_in_html(house: House) -> None:
    """One renderer: JSON, whatever is asked for."""
    assert live.REST_FRAMEWORK["DEFAULT_RENDERER_CLASSES"] == ["rest_framework.renderers.JSONRenderer"]
    answer = ask(house.browsers["reception"], "GET", "/api/v1/clients/?format=api", Accept="text/html")
    assert answer["Content-Type"].split(";")[0] == "application/json"


def test_the_server_does_not_tell_its_version() -> None:
    """security.md 5.10: gunicorn's own header is its name alone."""
    assert gunicorn.SERVER == "gunicorn"


def test_a_missing_or_weaker_header_is_found(house: House) -> None:
    """The judge itself: every header taken away, and every directive loosened, is named."""
    for name in (*wanted.ALWAYS, "Strict-Transport-Security", "Content-Security-Policy", "Cache-Control"):
        answer = house.browsers["nobody"].get("/sign-in/")
        del answer.headers[name]
        assert len(wanted.wrong(answer, path="/sign-in/")) == 1, name
    for more in ("; script-src-elem *", "; style-src 'self' 'unsafe-inline'"):
        answer = house.browsers["nobody"].get("/sign-in/")
        answer["Content-Security-Policy"] += more
        assert len(wanted.wrong(answer, path="/sign-in/")) == 1, more
    for name, value in (("Server", "x/1"), ("Access-Control-Allow-Origin", "*")):
        answer = house.browsers["nobody"].get("/sign-in/")
        answer[name] = value
        assert wanted.wrong(answer, path="/sign-in/") == [f"{name} is sent"]
    answer = house.browsers["nobody"].get("/sign-in/")
    answer.set_cookie("sid", "x")
    assert len(wanted.wrong(answer, path="/sign-in/")) == 2
