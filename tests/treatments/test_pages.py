"""The doors of treatments: pages and API in each state, their status codes, and query counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clinic import clock
from clinic.models import Organisation
from tests.factories import NOW, World
from tests.treatments import support
from treatments import geometry, screens, services
from treatments.choices import Phase
from treatments.models import Pass, Session

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def desk(world: World) -> Browser:
    """The practitioner's browser."""
    found = Browser()
    found.force_login(world.people["practitioner"])
    return found


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    """The clock of the day."""
    with clock.set_to(LATER):
        yield


MAKERS: dict[str, Callable[[World], Session]] = {
    "prepared": support.make_ready,
    "started": support.make_started,
    "finished": support.make_finished,
    "signed": support.make_signed,
}


@pytest.mark.parametrize("state", list(MAKERS))
def test_the_session_page_in_each_state(world: World, desk: Browser, state: str) -> None:
    session = MAKERS[state](world)
    page = desk.get(f"/sessions/{session.id}/")
    assert page.status_code == 200
    text = page.content.decode()
    words = {
        "prepared": "Start session", "started": "Finish session", "finished": "Waste and safety review",
        "signed": "This record does not change any more",
    }  # fmt: skip
    assert words[state] in text
    assert desk.get(f"/courses/{session.course_id}/").status_code == 200
    assert desk.get(f"/clients/{session.client_id}/courses/").status_code == 200
    assert desk.get(f"/clients/{session.client_id}/sessions/").status_code == 200
    assert desk.get("/courses/").status_code == 200
    assert desk.get("/lots/").status_code == 200
    assert desk.get(f"/clients/{session.client_id}/").status_code == 200


def test_a_page_says_why_a_session_cannot_start(world: World, desk: Browser) -> None:
    session = support.make_ready(world)
    services.tick(session, items="KA01", phase="preparation", is_done=False, by=world.actor("practitioner"), at=LATER)
    text = desk.get(f"/sessions/{session.id}/").content.decode()
    assert "Identity and age checked against photo ID" in text
    assert "disabled" in text.split("Start session")[0][-120:]


def _post(desk: Browser, session: Session, verb: str, **values: Any) -> Any:
    return desk.post(f"/sessions/{session.id}/{verb}/", values)


def test_the_forms_of_a_session_do_what_they_say(world: World, desk: Browser) -> None:
    session = support.make_ready(world)
    version = session.version
    assert _post(desk, session, "start").status_code == 428
    stale = _post(desk, session, "start", version=version - 1)
    assert stale.status_code == 409
    assert f'<td class="theirs">{version}</td><td class="yours">{version - 1}</td>' in stale.content.decode()
    assert _post(desk, session, "start", version=version).status_code == 303
    lot = session.lot_uses.get().lot_id
    hand = {"zone": "forehead", "lot": lot, "depth_mm": "0.8", "volume_per_point_ml": "0.01", "spacing_mm": "12"}
    assert _post(desk, session, "fill", **hand).status_code == 303
    assert _post(desk, session, "fill", **{**hand, "zone": "nose_tip"}).status_code == 422
    assert _post(desk, session, "fill", **{**hand, "depth_mm": "deep"}).status_code == 422
    assert _post(desk, session, "fill", **hand, at_centre="on").status_code == 303
    assert _post(desk, session, "comfort", score="3").status_code == 303
    assert _post(desk, session, "comfort", score="12").status_code == 422
    started = support.fresh(session)
    assert _post(desk, session, "finish", version=started.version).status_code == 422
    assert _post(desk, session, "pause", version=started.version).status_code == 303
    paused = support.fresh(session)
    assert _post(desk, session, "pause", version=paused.version).status_code == 409
    assert _post(desk, session, "stop", version=paused.version, reason="").status_code == 422
    assert _post(desk, session, "stop", version=paused.version, reason="Enough for today.").status_code == 303
    assert _post(desk, session, "review", waste=["KD01"], words="Fine.").status_code == 303
    assert _post(desk, session, "dance").status_code == 404
    kind = {"kind": "E04", "grade": "1", "description": "A bruise."}
    assert _post(desk, session, "event", **kind).status_code == 303
    assert desk.get(f"/sessions/{session.id}/").status_code == 200


def test_preparation_by_forms(world: World, desk: Browser) -> None:
    support.make_house(world)
    support.make_standing(world)
    course = support.make_course(world)
    answer = desk.post(f"/courses/{course.id}/sessions/")
    assert answer.status_code == 303
    session = Session.objects.get()
    lot = support.make_lot(world, course.plan.product)
    hazards = {
        f"{row}_{name}_{part}": "2"
        for row in (f"HZ{number:02}" for number in range(1, 15))
        for name in ("before", "after")
        for part in ("likelihood", "harm")
    }
    steps: list[tuple[str, dict[str, Any]]] = [
        ("confirm", {"kind": "consent", "outcome": "yes"}),
        ("confirm", {"kind": "capacity", "outcome": "no_doubt"}),
        ("confirm", {"kind": "answers", "outcome": "unchanged"}),
        ("tick", {"items": ["KA01", "KA02"], "phase": "preparation"}),
        ("hazards", hazards),
        ("lot", {"lot": lot.id, "drawn_ml": "2"}),
        ("declare", {"declared": "on", "version": session.version}),
    ]
    for verb, values in steps:
        assert _post(desk, session, verb, **values).status_code == 303, verb
    assert _post(desk, session, "zones", zones=["forehead"], version=support.fresh(session).version).status_code == 303
    assert _post(desk, session, "tick", phase="preparation").status_code == 422
    assert support.fresh(session).for_assessment


# API ------------------------------------------------------------------------------------------------------------------
def _api(desk: Browser, method: str, path: str, body: Any = None, **headers: str) -> Any:
    more = {f"HTTP_{key}": value for key, value in headers.items()}
    call = getattr(desk, method)
    return call(f"/api/v1{path}", data=json.dumps(body or {}), content_type="application/json", **more)


def test_points_over_the_api(world: World, desk: Browser) -> None:
    session = support.make_started(world)
    path = f"/sessions/{session.id}/passes/"
    body = {
        "zone": "forehead", "lot": str(session.lot_uses.get().lot_id), "depth_mm": 0.8, "volume_per_point_ml": 0.01,
        "anatomy_digest": geometry.anatomy().digest, "points": [p.row() for p in geometry.fill_zone("forehead", 15)],
    }  # fmt: skip
    first = _api(desk, "post", path, body, IDEMPOTENCY_KEY="one")
    again = _api(desk, "post", path, body, IDEMPOTENCY_KEY="one")
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert Pass.objects.count() == 1
    one = f"{path}{first.json()['id']}/"
    assert _api(desk, "put", one, body).status_code == 428
    assert _api(desk, "put", one, body, IF_MATCH='"9"').status_code == 409
    fewer = {**body, "points": body["points"][:1]}
    changed = _api(desk, "put", one, fewer, IF_MATCH=f'"{first.json()["version"]}"')
    assert (changed.status_code, changed.json()["count"]) == (200, 1)
    assert _api(desk, "post", path, {**body, "colour": "red"}).status_code == 400
    assert _api(desk, "post", path, {**body, "points": [["a"]]}).status_code == 422
    assert _api(desk, "post", path, {**body, "zone": "nose_tip"}).json()["code"] == "zone_blocked"


def test_verbs_over_the_api(world: World, desk: Browser) -> None:
    session = support.make_ready(world)
    path = f"/sessions/{session.id}"
    shown = desk.get(f"/api/v1{path}/").json()
    assert {gate["level"] for gate in shown["readiness"]} <= {"ok", "warn"}
    assert _api(desk, "post", f"{path}/start/").status_code == 428
    started = _api(desk, "post", f"{path}/start/", IF_MATCH=f'"{shown["version"]}"')
    assert (started.status_code, started.json()["state"]) == (200, "started")
    assert _api(desk, "post", f"{path}/comfort/", {"score": "3"}).status_code == 400
    assert _api(desk, "post", f"{path}/comfort/", {"score": 3}).status_code == 200
    refused = _api(desk, "post", f"{path}/finish/", IF_MATCH=f'"{started.json()["version"]}"')
    assert (refused.status_code, refused.json()["code"]) == (422, "not_finished")
    assert _api(desk, "post", f"{path}/tick/", {"items": ["KC10"], "phase": "treatment"}).status_code == 200


def test_lots_over_the_api(world: World, desk: Browser) -> None:
    from tests.consultations import support as consultations

    lot = support.make_lot(world, consultations.make_product(world))
    assert desk.get("/api/v1/lots/").json()["lots"][0]["in_stock"] == "5.000"
    path = f"/lots/{lot.id}/quarantine/"
    assert _api(desk, "post", path, {"reason": "Cloudy."}, IF_MATCH='"1"').json()["state"] == "quarantined"
    body = {
        "product": str(lot.product_id), "site": str(world.site.id), "number": "B7",
        "expires_on": "2027-09-01", "units": 2,
    }  # fmt: skip
    assert _api(desk, "post", "/lots/", body).status_code == 201


# query counts ---------------------------------------------------------------------------------------------------------
def _count(desk: Browser, path: str) -> int:
    with CaptureQueriesContext(connections["default"]) as found:
        assert desk.get(path).status_code == 200
    return len(found)


def test_the_session_page_asks_no_more_with_more_points_and_passes(world: World, desk: Browser) -> None:
    session = support.make_started(world)
    support.place(session, world)
    desk.get(f"/sessions/{session.id}/")
    few = _count(desk, f"/sessions/{session.id}/")
    support.place(session, world, zone="cheek_left")
    for minute in range(4):
        services.record_comfort(session, score=1, by=world.actor("practitioner"), at=LATER + timedelta(minutes=minute))
    support.tick_phase(session, Phase.TREATMENT, world.actor("practitioner"))
    assert _count(desk, f"/sessions/{session.id}/") <= few
    assert few <= 75


def test_the_page_says_that_a_clinic_has_not_gone_live(world: World) -> None:
    """The gate of the API stands on the page too, with the way to what clears it."""
    session = support.make_ready(world)
    actor = world.actor("practitioner")
    open_house = screens.session_screen(session, actor, LATER, csrf="")
    assert "going_live" not in [gate["gate"] for gate in open_house["gates"]]
    session.organisation = Organisation.objects.create(name="Not open yet", kind="clinic")
    gate = screens.session_screen(session, actor, LATER, csrf="")["gates"][0]
    assert (gate["gate"], gate["level"], gate["url"]) == ("going_live", "block", "/clinic/")
