"""Alarms of the log: the rules alone, the watch over real entries, and what the data protection lead answers (S17)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from clinic import audit, clock, frozen
from clinic.actors import SYSTEM
from clinic.errors import DomainError
from clinic.logbook import queries, rules, services, watching
from clinic.logbook.choices import AlarmKind
from clinic.logbook.rules import Act
from clinic.models import AuditEntry
from tests.factories import NOW, World, make_client, make_staff

WHO = UUID(int=5)
MORNING = NOW.astimezone(clock.LONDON)


def look(client: int, *, at: datetime = MORNING, who: UUID = WHO, action: str = "viewed.chart") -> Act:
    return Act(who, UUID(int=client), action, "done", at)


def kinds(acts: list[Act], now: datetime = MORNING) -> list[tuple[str, int]]:
    found = rules.found_in(acts, now=now, open_from=7, open_until=21)
    return [(str(one.kind), one.count) for one in found]


@pytest.mark.parametrize(("number", "expected"), [(14, []), (15, [("many_clients", 15)])])
def test_fifteen_clients_in_ten_minutes_are_many(number, expected):
    """SEC-S17: different clients count, not looks."""
    acts = [look(client) for client in range(number)]
    assert kinds([*acts, *acts]) == expected


def test_clients_of_several_people_do_not_add_up():
    assert kinds([look(client, who=UUID(int=client % 2)) for client in range(28)]) == []


@pytest.mark.parametrize(("number", "minutes", "expected"), [(9, 1, []), (10, 1, [("denials", 10)]), (10, 6, [])])
def test_ten_denials_in_five_minutes_are_a_burst(number, minutes, expected):
    """SEC-S17: 10 denials in 5 minutes by one user."""
    at = MORNING - timedelta(minutes=minutes)
    assert kinds([Act(WHO, None, "route.log-search", "denied", at)] * number) == expected


@pytest.mark.parametrize(("hour", "is_alarm"), [(6, True), (7, False), (20, False), (21, True), (3, True)])
def test_a_look_outside_opening_hours(hour, is_alarm):
    """SEC-S17: from seven until nine in the evening, by the clinic's own clock."""
    at = MORNING.replace(hour=hour, minute=59)
    assert bool(kinds([look(1, at=at)], at)) is is_alarm


def test_what_is_no_look_is_no_alarm_at_night():
    night = MORNING.replace(hour=2)
    assert kinds([look(1, at=night, action="visit.moved"), Act(WHO, None, "log.searched", "done", night)], night) == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Ann Okafor", "Amara OKAFOR", True),
        ("Ann Okafor", "Okafor Amara", False),
        ("", "Amara", False),
        ("A", "", False),
    ],
)
def test_the_same_surname(one, other, alike):
    assert rules.same_surname(one, other) is alike


def alarms_of(world: World) -> list[queries.Alarm]:
    return queries.alarms(world.actor("protection"))


@pytest.mark.django_db
class TestWatching:
    """With the database."""

    def test_many_clients_are_raised_once_a_day(self, world: World):
        """SEC-S17: visible after one round of the clock, which runs every fifteen seconds."""
        by = world.actor("practitioner")
        for number in range(rules.MANY_CLIENTS):
            audit.viewed(by, make_client(world.organisation, f"Client Number{number}"), at=NOW)
        assert [watching.watch(NOW), watching.watch(NOW)] == [1, 0]
        (alarm,) = alarms_of(world)
        assert (alarm.kind, alarm.who, alarm.times) == ("many_clients", "Practitioner Person", "15")
        assert queries.alarms(world.actor("outsider")) == []

    def test_a_relatives_record(self, world: World):
        """SEC-S17: own or relative's record; the client is named by code only."""
        cousin = make_staff("Bola Okafor", "bola@a.example", world.organisation, "practitioner")
        world.people["cousin"] = cousin
        audit.viewed(world.actor("cousin"), world.own, at=NOW)
        audit.viewed(world.actor("practitioner"), world.own, at=NOW)
        assert watching.watch(NOW) == 1
        (alarm,) = alarms_of(world)
        assert (alarm.kind, alarm.who, alarm.client_code) == ("own_record", "Bola Okafor", world.own.code)

    def test_denied_attempts_at_the_door(self, world: World):
        """SEC-S17."""
        browser = Browser()
        browser.force_login(world.people["reception"])
        for _ in range(rules.MANY_DENIALS):
            assert browser.get(reverse("log-search")).status_code == 403
        assert watching.watch(NOW) == 1
        assert [(alarm.kind, alarm.who) for alarm in alarms_of(world)] == [("denials", "Reception Person")]

    def test_old_entries_are_no_news(self, world: World):
        audit.viewed(world.actor("practitioner"), world.own, at=NOW.replace(hour=3))
        assert watching.watch(NOW) == 0

    def test_the_clinics_own_hours(self, world: World):
        world.organisation.settings = {"opening": {"from": 11, "until": 21}}
        world.organisation.save()
        audit.viewed(world.actor("practitioner"), world.own, at=NOW)
        assert watching.watch(NOW) == 1
        assert alarms_of(world)[0].kind == "out_of_hours"

    def test_a_failed_verification_is_an_alarm(self, world: World):
        """SEC-S17 SEC-D8: the data protection lead of every organisation sees it."""
        with frozen.suspended(), connection.cursor() as cursor:
            cursor.execute("UPDATE clinic_auditentry SET action = 'x' WHERE action = 'client.created'")
        with pytest.raises(CommandError):
            call_command("verify_records")
        assert [alarm.kind for alarm in alarms_of(world)] == ["verification"]

    def test_an_answer_closes_an_alarm(self, world: World):
        """SEC-S17: the answer is an entry, and the answered alarm goes below the open ones."""
        old = services.raise_alarm(world.organisation, AlarmKind.DENIALS, by=SYSTEM, at=NOW, times=10)
        services.raise_alarm(world.organisation, AlarmKind.VERIFICATION, by=SYSTEM, at=NOW, faults=1)
        browser = Browser()
        browser.force_login(world.people["protection"])
        answered = browser.post(reverse("alarm-answer", args=[old.id]), {"answer": "explained"})
        assert (answered.status_code, answered["Location"]) == (303, reverse("alarm-list"))
        assert [(a.kind, a.answer, a.answered_by) for a in alarms_of(world)] == [
            ("verification", "", ""),
            ("denials", "Explained: part of the work", "Data protection lead Person"),
        ]
        entry = AuditEntry.objects.get(action=services.ACKNOWLEDGED)
        assert (entry.object_id, entry.actor_id) == (old.id, world.people["protection"].id)

    def test_an_answer_through_the_api(self, world: World):
        alarm = services.raise_alarm(world.organisation, AlarmKind.DENIALS, by=SYSTEM, at=NOW, times=10)
        browser = Browser()
        browser.force_login(world.people["protection"])
        address, sent = reverse("api-alarm-answer", args=[alarm.id]), {"answer": "incident"}
        assert browser.post(address, sent, content_type="application/json").status_code == 201
        again = browser.post(address, sent, content_type="application/json")
        assert (again.status_code, again.json()["code"]) == (409, "already_answered")
        (shown,) = browser.get(reverse("api-alarm-list")).json()["alarms"]
        assert (shown["kind"], shown["answer"]) == ("denials", "An incident; recorded elsewhere")

    @pytest.mark.parametrize(("answer", "code"), [("nothing", "invalid_choice"), ("explained", "unknown_alarm")])
    def test_what_cannot_be_answered(self, world: World, answer, code):
        """SEC-A8: an unknown answer; an alarm of another organisation."""
        theirs = services.raise_alarm(world.other_organisation, AlarmKind.DENIALS, by=SYSTEM, at=NOW, times=10)
        with pytest.raises(DomainError) as refused:
            services.acknowledge(world.organisation, theirs.id, answer=answer, by=world.actor("protection"), at=NOW)
        assert refused.value.code == code

    def test_an_answer_nobody_chose_stays_on_the_page(self, world: World):
        alarm = services.raise_alarm(world.organisation, AlarmKind.DENIALS, by=SYSTEM, at=NOW, times=10)
        browser = Browser()
        browser.force_login(world.people["protection"])
        page = browser.post(reverse("alarm-answer", args=[alarm.id]), {})
        assert page.status_code == 422
        assert "Choose what came of it." in page.content.decode()
