"""SEC-A4: an assessor cannot learn who the client is from any evidence page, JSON or header."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import get_resolver, reverse

from clinic.actors import SYSTEM, acting_as
from clinic.models import Client
from clinic.registry import ROUTES
from evidence import services
from tests.evidence import sessions
from tests.evidence.support import Centre, decide, watch
from tests.factories import NOW, make_client
from tests.matrix.evidence import KIND_BY_ROUTE
from treatments.models import Session

PLANTED = {
    "legal_name": "Quillonia Vandermeersch-Obi",
    "known_as": "Quillybelle",
    "phone": "07700 900987",
    "email": "quillonia.planted@hidden.example",
    "address": "17 Zanderling Crescent, Plumstonbury, ZX9 7QY",
    "emergency_contact": "Bartholomew Yxworth 07700 900654",
    "gp_practice": "Dunmarrow Surgery at Appledram, Dr Okonjo-Feld",
}
FREE_TEXT = (
    "Jellicoe wrote this note", "Umbelline is her sister", "works at Farthingale Mill", "holiday in Ouarzazate",
    "allergic since Tollesbury", "stop because of Wexcombe", "said Mrs Hathersett", "prefers Mondsee cream",
    "met at Culverhouse", "asked Pennefather", "lives near Isbourne",
)  # fmt: skip
BORN = ("1971-03-29", "29/03/1971", "29.03.1971", "29 Mar 1971", "29 March 1971")


def planted_strings() -> list[str]:
    """Everything that must never appear: whole values, their parts, free text, birth date forms."""
    parts = [
        part
        for value in PLANTED.values()
        for part in value.replace(",", " ").split()
        if len(part) > 3 and not part.isdigit()
    ]
    words = [word for text in FREE_TEXT for word in text.split() if word[0].isupper() and len(word) > 4]
    return list(dict.fromkeys([*PLANTED.values(), *parts, *FREE_TEXT, *words, *BORN]))


def test_at_least_forty_strings_are_planted() -> None:
    """SEC-A4: the search is worth its name."""
    assert len(planted_strings()) >= 40


@pytest.fixture
def scene(centre: Centre) -> dict[str, dict[str, Any]]:
    """Evidence in every state about a client full of planted strings."""
    world = centre.world
    values = {key: value for key, value in PLANTED.items() if key != "legal_name"}
    world.own = make_client(world.organisation, PLANTED["legal_name"], born="1971-03-29", **values)
    running = _noted(sessions.running(centre))
    watched = watch(centre, _noted(sessions.running(centre)))
    services.mark_seen(watched, criterion="U4-4.9", outcome="met", by=centre.actor("assessor"), at=NOW)
    session = _noted(sessions.running(centre))
    observation = watch(centre, session)
    sessions.sign(session)
    decision = decide(centre, observation)
    waiting_session = _noted(sessions.running(centre))
    waiting = watch(centre, waiting_session, assessor="assessor2")
    sessions.sign(waiting_session)
    waiting_decision = decide(centre, waiting)
    sampling = services.plan_sample(decision, moment="interim", by=centre.actor("iqa"), at=NOW)
    appeal = services.appeal_decision(decision, reason="It was met.", by=centre.actor("learner"), at=NOW)
    product = sessions.sign(_noted(sessions.running(centre)))
    enrolment = {"enrolment_id": centre.enrolment.id}
    return {
        "enrolment": enrolment,
        "criterion": {**enrolment, "criterion": "U4-4.9"},
        "session": {**enrolment, "session_id": running.id},
        "product": {**enrolment, "session_id": product.id},
        "observation": {"observation_id": watched.id},
        "item": {"item_id": decision.item_id},
        "decision": {"decision_id": decision.id},
        "waiting": {"decision_id": waiting_decision.id},
        "sampling": {"sampling_id": sampling.id},
        "appeal": {"appeal_id": appeal.id},
        "centre": {"organisation_id": world.organisation.id},
    }


def _noted(session: Session) -> Session:
    """Free text of every kind, full of planted words."""
    session.notes, session.adapted_because = FREE_TEXT[0], FREE_TEXT[1]
    session.stop_reason, session.end_check = FREE_TEXT[5], {"seen": FREE_TEXT[2]}
    with acting_as(SYSTEM):
        session.save()
        session.consultation.summary = FREE_TEXT[3]
        session.consultation.skin_analysis.notes = FREE_TEXT[4]
        for row in (session.passes.get(), session.comfort.first(), session.ticks.first()):
            _write(row)
    return session


def _write(row: Any) -> None:
    label = row._meta.model_name
    if label == "pass":
        row.setting = {**row.setting, "reason": FREE_TEXT[6]}
        row.save()


def _addresses(scene: dict[str, dict[str, Any]]) -> list[str]:
    """Every readable address of evidence."""
    get_resolver().url_patterns  # noqa: B018 - loads every route
    found = [
        reverse("evidence-home"),
        reverse("learner-list"),
        reverse("api-evidence-inbox"),
        reverse("api-portfolio-list"),
    ]
    for route, kind in KIND_BY_ROUTE.items():
        for name in (route, f"api-{route}"):
            if name in ROUTES and "GET" in ROUTES[name].methods:
                found += [reverse(name, kwargs=kwargs) for kwargs in _kinds(scene, kind)]
    return found


def _kinds(scene: dict[str, dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    more = {"session": ["product"], "decision": ["waiting"]}.get(kind, [])
    return [scene[name] for name in (kind, *more)]


def test_no_evidence_page_or_json_names_the_client(centre: Centre, scene: dict[str, dict[str, Any]]) -> None:
    """SEC-A4: 0 hits of the planted strings in bodies and headers of every evidence address, for every role."""
    secret = [text.casefold() for text in planted_strings()]
    for role in ("assessor", "assessor2", "iqa", "eqa", "tutor", "learner", "manager"):
        browser = Browser()
        browser.force_login(centre.world.people[role])
        answered, hits = 0, []
        for url in _addresses(scene):
            response = browser.get(url)
            answered += response.status_code == 200
            text = (response.content.decode() + "\n" + str(dict(response.headers))).casefold()
            hits += [(role, url, word) for word in secret if word in text]
        assert hits == []
        assert answered >= 2


def test_the_pages_do_show_the_code(centre: Centre, scene: dict[str, dict[str, Any]]) -> None:
    """SEC-A4: the client is there, as a code and an age band."""
    browser = Browser()
    browser.force_login(centre.world.people["assessor"])
    client: Client = centre.world.own
    page = browser.get(reverse("evidence-detail", kwargs=scene["item"])).content.decode()
    assert client.code in page
    assert "50 to 59" in page
