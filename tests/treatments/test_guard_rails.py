"""The output warning (D16) and the skin check interval (D18) of electro treatment (clinical-content.md D)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from clinic import clock
from clinic.access import Refused
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.models import AuditEntry
from tests.factories import NOW, World
from tests.treatments import support
from tests.treatments.test_electro_and_stock import SETTING, clear_all, make_electro
from treatments import queries, services
from treatments.choices import Phase
from treatments.models import Session
from treatments.rules import electro

D16 = electro.Limit("D16", "output_warning", "output warning", "mA, V", 10, None)
STRONG = {**SETTING, "voltage_v": 24}


def after(minutes: float) -> Any:
    """A moment of the session's clock."""
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def running(world: World) -> Session:
    """A running electro session, started at NOW."""
    support.make_house(world)
    support.make_standing(world)
    session = make_electro(world)
    clear_all(world, session)
    return services.start_session(support.fresh(session), by=world.actor("practitioner"), at=NOW)


@pytest.fixture
def desk(world: World) -> Browser:
    """The practitioner's browser."""
    found = Browser()
    found.force_login(world.people["practitioner"])
    return found


# the output warning ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"current_ma": 10.0, "voltage_v": 10.0}, []),
        ({"current_ma": 10.1}, ["current_ma"]),
        ({"voltage_v": 10.5}, ["voltage_v"]),
        ({"peak_voltage_v": 54.0, "current_ma": 12.0}, ["current_ma", "peak_voltage_v"]),
        ({"pulse_amplitude_v": 60.0}, ["pulse_amplitude_v"]),
        ({"carrier_frequency_khz": 80.0}, []),
    ],
)
def test_an_output_above_ten_is_found(values: dict[str, float], found: list[str]) -> None:
    """D16: above 10 mA rms or 10 V at the output; ten itself is not above."""
    assert [row.parameter for row in electro.strong_outputs(values, [D16])] == found


def test_a_strong_output_is_never_recorded_silently(world: World, running: Session) -> None:
    """D16: the phase is refused, naming each finding, until somebody says they have seen it; a reason is not enough."""
    by = world.actor("practitioner")
    values: dict[str, Any] = {"mode": "iontophoresis", "setting": {**STRONG, "reason": "Thick skin."}}
    with pytest.raises(RuleRefused) as refusal:
        services.record_phase(running, **values, by=by, at=after(1))
    assert (refusal.value.code, refusal.value.field) == ("output_warning", "output_seen")
    assert "voltage 24 V" in refusal.value.message
    assert not running.phases.exists()
    row = services.record_phase(running, **values, output_seen=True, by=by, at=after(1))
    kept = row.setting["output_warning"]
    assert kept["seen_by"] == str(by.staff_id)
    assert kept["above"] == [{"parameter": "voltage_v", "value": 24.0, "unit": "V", "limit": 10.0}]
    assert "D16" in row.setting["warnings"]
    facts = AuditEntry.objects.filter(action="session.phase_recorded").latest("seq").facts
    assert "24" not in json.dumps({key: value for key, value in facts.items() if key != "device"})


def test_a_weak_output_keeps_no_warning_even_when_ticked(world: World, running: Session) -> None:
    by = world.actor("practitioner")
    row = services.record_phase(running, mode="iontophoresis", setting=SETTING, output_seen=True, by=by, at=after(1))
    assert "output_warning" not in row.setting
    assert "D16" not in row.setting["warnings"]


def test_the_page_shows_the_output_warning_and_keeps_what_was_typed(
    world: World, running: Session, desk: Browser
) -> None:
    """D16: shown, acknowledged, and then on the record of the phase."""
    typed = {"mode": "iontophoresis", "polarity": "negative", "area_cm2": "12.5", "current_ma": "1", "minutes": "4",
             "voltage_v": "24"}  # fmt: skip
    with clock.set_to(after(1)):
        page = desk.post(f"/sessions/{running.id}/phase/", typed)
        text = page.content.decode()
        assert page.status_code == 422
        assert "voltage 24 V" in text
        assert 'name="output_seen"' in text
        assert 'value="12.5"' in text
        assert desk.post(f"/sessions/{running.id}/phase/", {**typed, "output_seen": "on"}).status_code == 303
        assert "Output above 10 mA or 10 V, seen" in desk.get(f"/sessions/{running.id}/").content.decode()


def test_the_api_acknowledges_the_output_warning(world: World, running: Session, desk: Browser) -> None:
    """D16, by the other door."""
    sent = {"mode": "iontophoresis", **STRONG}
    url = f"/api/v1/sessions/{running.id}/phase/"
    with clock.set_to(after(1)):
        refused = desk.post(url, json.dumps(sent), content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (422, "output_warning")
        done = desk.post(url, json.dumps({**sent, "output_seen": True}), content_type="application/json")
    assert done.status_code == 200
    assert done.json()["phases"][0]["output_warning"]["above"][0]["value"] == 24


# the skin check interval ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("checks", "until", "gaps"),
    [
        ([], 300, []),
        ([], 301, [(0, 301)]),
        ([120, 420], 700, []),
        ([120, 421, 500], 900, [(120, 421), (500, 900)]),
        ([500, 100], 600, [(100, 500)]),
    ],
)
def test_gaps_longer_than_the_limit_are_found(checks: list[int], until: int, gaps: list[tuple[int, int]]) -> None:
    """D18: at most 5 minutes of treatment without a look at the skin; five minutes itself is no gap."""
    assert [(gap.from_s, gap.to_s) for gap in electro.skin_gaps(checks, until_s=until, limit_s=300)] == gaps


def test_a_skin_check_keeps_its_time_on_the_sessions_clock(world: World, running: Session) -> None:
    """D18: before the first phase it belongs to the session, then to the phase; pauses do not count."""
    by = world.actor("practitioner")
    services.look_at_skin(running, seen="calm", by=by, at=after(2))
    services.record_phase(running, mode="iontophoresis", setting=SETTING, by=by, at=after(3))
    services.pause_session(running, by=by, at=after(4))
    services.resume_session(running, by=by, at=after(14))
    services.look_at_skin(running, seen="pink", note="Forehead.", by=by, at=after(16))
    watch = queries.skin_watch(support.fresh(running), after(17))
    assert watch is not None
    assert [(look.ran_s, look.seen, look.phase) for look in watch.looks] == [(120, "calm", None), (360, "pink", 1)]
    assert (watch.since_s, watch.due_s, watch.limit_s, watch.gaps) == (60, 120, 300, ())
    assert AuditEntry.objects.filter(action="session.skin_checked").count() == 2
    assert "pink" not in json.dumps([row.facts for row in AuditEntry.objects.filter(action="session.skin_checked")])


def test_stinging_before_the_first_phase_pauses_too(world: World, running: Session) -> None:
    services.look_at_skin(running, seen="stinging", by=world.actor("practitioner"), at=after(2))
    assert support.fresh(running).state == "paused"


def test_a_skin_check_names_what_is_wrong(world: World, running: Session) -> None:
    """Unknown words, a session that does not run, somebody at the desk."""
    by = world.actor("practitioner")
    with pytest.raises(InvalidValue):
        services.look_at_skin(running, seen="green", by=by, at=after(2))
    with pytest.raises(Refused):
        services.look_at_skin(running, seen="calm", by=world.actor("reception"), at=after(2))
    services.stop_session(running, reason="The client asked.", by=by, at=after(3))
    with pytest.raises(TransitionRefused):
        services.look_at_skin(running, seen="calm", by=by, at=after(4))


def test_an_injection_session_has_no_skin_interval(world: World) -> None:
    session = support.make_started(world)
    with pytest.raises(RuleRefused):
        services.look_at_skin(session, seen="calm", by=world.actor("practitioner"), at=after(2))
    assert queries.skin_watch(session, after(2)) is None


def test_the_page_shows_the_timer_and_the_review_shows_the_gaps(world: World, running: Session, desk: Browser) -> None:
    """D18: a timer while it runs; what was missed is on the record, not hidden."""
    by = world.actor("practitioner")
    with clock.set_to(after(1)):
        assert desk.post(f"/sessions/{running.id}/skin/", {"seen": "calm"}).status_code == 303
    services.record_phase(running, mode="iontophoresis", setting=SETTING, by=by, at=after(1))
    with clock.set_to(after(4)):
        text = desk.get(f"/sessions/{running.id}/").content.decode()
        assert 'data-seconds="180" data-running="yes" data-due="120" data-over="300"' in text
    with clock.set_to(after(8)):
        sent = json.dumps({"seen": "pink"})
        url = f"/api/v1/sessions/{running.id}/skin/"
        done = desk.post(url, sent, content_type="application/json").json()["skin"]
        assert done["gaps"] == [{"from_s": 60, "to_s": 480}]
        assert [look["ran_s"] for look in done["checks"]] == [60, 480]
    services.record_comfort(running, score=1, by=by, at=after(9))
    support.tick_phase(running, Phase.TREATMENT, by)
    finished = services.finish_session(running, by=by, at=after(9))
    with clock.set_to(after(10)):
        text = desk.get(f"/sessions/{finished.id}/").content.decode()
    assert "From 1:00 to 8:00" in text
    assert "Slightly pink" in text
