"""The API door of consultations: versions, shapes and statuses (decision 13)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations import findings, services
from consultations.models import Consultation
from tests.consultations import support
from tests.consultations.test_pages import browser, url
from tests.factories import World


@pytest.fixture
def opened(world: World) -> World:
    return support.open_world(world)


def send(signed_in: Browser, method: str, address: str, body: Any, version: int | None = None) -> Any:
    headers = {"If-Match": f'"{version}"'} if version is not None else {}
    return getattr(signed_in, method)(address, body, content_type="application/json", headers=headers)


def test_the_whole_path_through_the_api(opened: World) -> None:
    """REQ-S63 REQ-S64 REQ-S74: a page and an API for each verb."""
    me = browser(opened)
    address = reverse("api-client-consultations", kwargs={"client_id": opened.own.pk})
    begun = send(me, "post", address, {"kind": "full", "interest": "injection"})
    assert begun.status_code == 201
    row = Consultation.objects.get(pk=begun.json()["id"])
    answers = url("api-consultation-answers", row)
    state = me.get(answers).json()
    assert "when" in state["groups"][4]["items"][0]
    saved = send(me, "put", answers, {"answers": support.healthy()}, state["version"])
    assert saved.status_code == 200, saved.json()
    submitted = send(me, "post", url("api-consultation-submit", row), {}, saved.json()["version"])
    confirmed = send(me, "post", url("api-consultation-confirm", row), {}, submitted.json()["version"])
    assert confirmed.json()["state"] == "confirmed"
    skin = {f"fst_{number}": 1 for number in range(1, 11)} | {"clinician_type": 2, "glogau": 2}
    support.insure(opened)
    skin["pre_checks"] = list(support.PRE_CHECKS)
    skin |= {f"{scale}_{zone}": 2 for scale in ("pore", "texture", "tone") for zone in ("forehead", "cheeks", "chin")}
    assert send(me, "post", url("api-consultation-skin", row), skin).status_code == 201
    version = me.get(url("api-consultation-detail", row)).json()["version"]
    decision = support.decision_body()
    assert send(me, "post", url("api-consultation-decision", row), decision, version).status_code == 201
    plan = {**support.PLAN, "product": str(support.make_product(opened).pk)}
    drafted = send(me, "put", url("api-consultation-plan", row), plan)
    assert drafted.status_code == 200, drafted.json()
    body = drafted.json()["plan"]
    agree = url("api-plan-agree", row, plan_id=body["id"])
    assert send(me, "post", agree, {"agreed_with": "Amara Okafor"}, body["version"]).status_code == 200
    version = me.get(url("api-consultation-detail", row)).json()["version"]
    signed = send(me, "post", url("api-consultation-sign", row), {}, version)
    assert signed.json()["state"] == "signed"


def test_answers_without_a_version_are_428_and_stale_ones_409(opened: World) -> None:
    row = support.start(opened)
    me, address = browser(opened), url("api-consultation-answers", row)
    assert send(me, "put", address, {"answers": {"nd_fear": 1}}).status_code == 428
    assert send(me, "put", address, {"answers": {"nd_fear": 1}}, 1).status_code == 200
    stale = send(me, "put", address, {"answers": {"nd_fear": 2}}, 1)
    assert stale.status_code == 409
    assert stale.json()["details"]["current"]["answers"]["nd_fear"] == 1


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"answers": {"nd_fear": 99}}, 422, "nd_fear"),
        ({"answers": {"unheard": 1}}, 422, "unheard"),
        ({"answers": {}, "extra": 1}, 400, "extra"),
        ({}, 400, "answers"),
        ({"answers": "none"}, 400, "answers"),
    ],
)
def test_bad_answers_name_their_field(opened: World, body: Any, status: int, field: str) -> None:
    row = support.start(opened)
    refused = send(browser(opened), "put", url("api-consultation-answers", row), body, 1)
    assert (refused.status_code, refused.json()["field"]) == (status, field)


def test_findings_have_the_fields_of_the_command(opened: World) -> None:
    row = support.answered(opened, mh_bleed="yes")
    body = browser(opened).get(url("api-consultation-findings", row)).json()
    found = next(item for item in body["findings"] if item["rule"] == "R070")
    assert found["who_may_clear"] == "lead or prescriber"
    assert found["fired_by"] == ["mh_bleed"]
    assert found["is_open"] is True
    refusal = send(browser(opened), "post", url("api-finding-clear", row, run_id=body["run"]),
                   {"rule": "R070", "seen": "letter", "reason": "Letter."})  # fmt: skip
    assert refusal.status_code == 403
    cleared = send(browser(opened, "lead"), "post", url("api-finding-clear", row, run_id=body["run"]),
                   {"rule": "R070", "seen": "letter", "reason": "Letter."})  # fmt: skip
    assert cleared.status_code == 201


def test_a_refused_decision_lists_the_findings(opened: World) -> None:
    row = support.answered(opened, sk_lesion="yes")
    body = support.decision_body()
    refused = send(browser(opened), "post", url("api-consultation-decision", row), body, row.version)
    assert refused.status_code == 422
    assert refused.json()["code"] == "open_findings"
    assert refused.json()["details"][0]["rule"] == "R083"


def count(signed_in: Browser, address: str) -> int:
    signed_in.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert signed_in.get(address).status_code == 200
    return len(captured)


def test_pages_ask_as_many_questions_of_the_database_however_much_there_is(opened: World) -> None:
    """Query counts are constant in the number of findings, runs and consultations."""
    few = support.answered(opened)
    me = browser(opened)
    pages = ("consultation-findings", "consultation-detail", "consultation-decision")
    before = [count(me, url(page, few)) for page in pages]
    listing = reverse("client-consultations", kwargs={"client_id": opened.own.pk})
    before_list = count(me, listing)
    services.abandon_consultation(few, reason="Again.", by=support.actor(opened), at=support.NOW)
    many = support.answered(
        opened,
        mh_bleed="yes",
        mh_liver="yes",
        nd_eaten=False,
        gp_specialist="yes",
        rx_anticoag="apixaban",
        in_skin="yes",
    )
    services.record_skin_analysis(many, support.skin(), by=support.actor(opened), at=support.NOW)
    run = findings.latest_run(many)
    assert run is not None
    for rule in ("R070", "R079"):
        services.override_finding(run, rule=rule, reason="Seen.", by=opened.actor("lead"), at=support.NOW)
    assert [count(me, url(page, many)) for page in pages] == before
    assert count(me, listing) == before_list
