"""A permission taken back counts at once: no more marks, no head of the session; and nobody hears of other sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic.errors import RuleRefused
from evidence import services
from tests.evidence import sessions
from tests.evidence.support import Centre, decide, watch
from tests.evidence.test_api import call
from tests.evidence.test_pages import browser_of, see, send
from tests.factories import NOW, make_client
from tests.matrix.evidence import far_world


@pytest.mark.parametrize("code", ["P5a", "P9b"])
def test_every_mark_asks_for_the_permissions_again(centre: Centre, code: str) -> None:
    """SEC-A4: decision 45; presence and use as evidence stand at each mark, closing stays possible."""
    observation = watch(centre, sessions.running(centre))
    by, later = centre.actor("assessor"), NOW + timedelta(minutes=2)
    services.mark_seen(observation, criterion="U4-4.9", outcome="met", by=by, at=NOW - timedelta(minutes=1))
    sessions.withdraw(observation.client, code)
    with pytest.raises(RuleRefused) as refusal:
        services.mark_seen(observation, criterion="U4-4.8", outcome="met", by=by, at=later)
    assert refusal.value.code == "permission_withdrawn"
    page = see(centre, "assessor", "observation-detail", observation_id=observation.id)
    assert "no longer agrees" in page
    tap = {"criterion": "U4-4.8", "outcome": "met", "was": ""}
    assert send(centre, "assessor", "observation-mark", tap, observation_id=observation.id).status_code == 422
    closed = services.close_observation(observation, by=by, at=later)
    assert closed.seen == {"U4-4.9": "met"}


def test_decide_countersign_and_inbox_withhold_the_head(centre: Centre) -> None:
    """SEC-A4: decision 46; neither code, age band nor day once the client took the permission back."""
    session = sessions.running(centre)
    row = watch(centre, session, assessor="assessor2")
    sessions.sign(session)
    decision = decide(centre, row)
    second = sessions.running(centre)
    other = watch(centre, second)
    services.close_observation(other, by=centre.actor("assessor"), at=NOW)
    sessions.sign(second)
    code = centre.world.own.code
    ids = {"decision_id": decision.id}
    assert code in see(centre, "assessor", "decision-countersign", **ids)
    assert code in see(centre, "assessor", "evidence-decide", item_id=other.item_id)
    assert code in see(centre, "assessor", "evidence-home")
    sessions.withdraw(centre.world.own, "P5a")
    assert code not in see(centre, "assessor", "decision-countersign", **ids)
    assert code not in see(centre, "assessor", "evidence-decide", item_id=other.item_id)
    home = see(centre, "assessor", "evidence-home")
    assert code not in home
    assert "client withheld" in home


def opening(centre: Centre, session: object) -> dict[str, object]:
    """The address of the page that opens an observation."""
    return {"enrolment_id": centre.enrolment.id, "session_id": session.id}  # type: ignore[attr-defined]


@pytest.mark.parametrize("why", ["signed", "undeclared"])
def test_a_session_that_cannot_be_watched_is_not_there(centre: Centre, why: str) -> None:
    """SEC-A3: decisions 41, 42; code and age band are shown of running, declared sessions only."""
    session = sessions.running(centre, declared=why != "undeclared")
    if why == "signed":
        sessions.sign(session)
    browser = browser_of(centre, "assessor")
    url = f"/evidence/portfolios/{centre.enrolment.id}/sessions/{session.id}/observe/"
    assert browser.get(url).status_code == 404
    assert browser.post(url, {"how": "in_person"}).status_code == 404
    status, _ = call(centre, "assessor", "api-observation-open", {"how": "in_person"}, **opening(centre, session))
    assert status == 404


def test_a_session_of_another_clinic_is_out_of_reach(centre: Centre) -> None:
    """SEC-A3: decision 4; evidence crosses clinics only by a grant."""
    world = centre.world
    far = far_world(world)
    away = make_client(far.organisation, "Ines Away", phone="07700 900177")
    world.extra["away"] = away
    world.own, kept = away, world.own
    session = sessions.running(centre)
    world.own = kept
    with pytest.raises(RuleRefused) as refusal:
        watch(centre, session)
    assert refusal.value.code == "not_their_session"
    url = f"/evidence/portfolios/{centre.enrolment.id}/sessions/{session.id}/observe/"
    assert browser_of(centre, "assessor").get(url).status_code == 404
    assert away.code not in see(centre, "assessor", "evidence-home")


def test_a_refused_session_is_neither_listed_nor_shown(centre: Centre) -> None:
    """SEC-A4: decision 45; once the client said no, the running session is no assessor's business."""
    session = sessions.running(centre)
    code = centre.world.own.code
    assert code in see(centre, "assessor", "evidence-home")
    sessions.withdraw(session.client, "P9b")
    assert code not in see(centre, "assessor", "evidence-home")
    page = see(centre, "assessor", "observation-open", **opening(centre, session))
    assert code not in page
    assert "took a permission back" in page
