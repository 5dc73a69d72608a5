"""What every page carries: four style sheets, the import map, no inline code, the demo bar, a way in and out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import override_settings
from django.urls import reverse

from config import staticfiles
from config.templatetags import frame
from tests.factories import PASSWORD

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_no_template_holds_inline_style_or_script(path):
    """SEC-A31: the policy forbids it, so it would silently not work."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\son[a-z]+\s*=|\sstyle\s*=|hx-on|javascript:|<style|<script(?![^>]*\bsrc=)", text)


def test_a_page_has_four_style_sheets_and_a_policy_without_unsafe(browse):
    response = browse("reception").get(reverse("client-list"))
    page = response.content.decode()
    assert len(re.findall(r'rel="stylesheet"', page)) == 4
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert f'<script type="importmap" nonce="{nonce.group(1)}">' in page
    assert '"allowEval":false' in page
    assert '"historyCacheSize":0' in page


def test_only_listed_files_of_packages_are_served():
    finder = staticfiles.NodeModulesFinder()
    assert finder.find("vendor/inter-latin.woff2")
    assert finder.find("bootstrap-icons/package.json") is None
    assert finder.find("vendor/../package.json") is None
    assert {name for name, _ in finder.list([])} == set(staticfiles.SERVED)


def test_a_kind_of_content_is_named_in_words():
    assert frame.in_words("adverse_events") == "Adverse events"


def test_an_icon_is_decoration_unless_it_is_given_a_name():
    assert 'aria-hidden="true"' in frame.icon("people")
    assert 'aria-label="People &amp; places"' in frame.icon("people", "People & places")
    with pytest.raises(ValueError, match="not the name"):
        frame.icon("../../secret")


def test_the_demo_bar_is_on_every_page_of_the_demo_and_nowhere_else(browse, client):
    assert "demo-bar" in browse("reception").get(reverse("client-list")).content.decode()
    with override_settings(DEMO=False):
        page = client.get(reverse("account_login")).content.decode()
    assert "demo-bar" not in page
    assert "Demo sign-ins" not in page


def test_a_person_signs_in_with_e_mail_and_password(client, world):
    wrong = client.post(reverse("account_login"), {"login": "reception@a.example", "password": "not this one at all"})
    assert "You are not signed in" in wrong.content.decode()
    right = client.post(reverse("account_login"), {"login": "reception@a.example", "password": PASSWORD})
    assert right.status_code == 302
    assert client.get("/").status_code == 200


def test_signing_out_is_a_post_and_ends_the_session(browse):
    browser = browse("reception")
    assert browser.get(reverse("account_logout")).status_code == 405
    response = browser.post(reverse("account_logout"))
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert browser.get("/").headers["Location"].startswith("/sign-in/")


def test_the_rail_shows_what_a_role_may_open(browse):
    reception = browse("reception").get(reverse("client-list")).content.decode()
    assert ">Clinic<" not in reception
    assert ">Clinic<" in browse("manager").get("/").content.decode()
    assert ">Clients<" not in browse("manager").get("/").content.decode()


@pytest.mark.parametrize("name", ["400", "403", "404", "409", "422", "428", "500", "503", "507"])
def test_an_error_page_stands_alone(name, rf):
    """An error page never needs the database, a person, or an error object."""
    request = rf.get("/")
    request.actor = None
    page = Template(f'{{% extends "{name}.html" %}}').render(Context({"request": request}))
    assert "<h1>" in page
    assert "Back to the start" in page or "Open again" in page
