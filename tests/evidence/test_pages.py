"""The pages: what the door adds. Each is opened by the person it is for."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from evidence import services
from evidence.models import Decision, EvidenceItem, Observation
from tests.evidence import sessions
from tests.evidence.support import Centre, all_met, decide, watch
from tests.factories import NOW


def browser_of(centre: Centre, role: str) -> Browser:
    """A signed-in browser."""
    browser = Browser()
    browser.force_login(centre.world.people[role])
    return browser


def see(centre: Centre, role: str, name: str, **kwargs: Any) -> str:
    """A page as text; it must answer 200."""
    response = browser_of(centre, role).get(reverse(name, kwargs=kwargs or None))
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def send(centre: Centre, role: str, name: str, data: dict[str, Any], **kwargs: Any) -> Any:
    """Post a form."""
    return browser_of(centre, role).post(reverse(name, kwargs=kwargs), data)


@pytest.fixture
def observation(centre: Centre) -> Observation:
    """A session that is watched."""
    return watch(centre, sessions.running(centre))


def test_the_assessor_goes_from_running_session_to_feedback(centre: Centre) -> None:
    """REQ-S30 REQ-S164 REQ-S170: open, tap, close, decide, read the form; every page answers."""
    session = sessions.running(centre)
    ids = {"enrolment_id": centre.enrolment.id, "session_id": session.id}
    assert "Running now" in see(centre, "assessor", "evidence-home")
    assert "Start observing" in see(centre, "assessor", "observation-open", **ids)
    assert send(centre, "assessor", "observation-open", {"how": "in_person"}, **ids).status_code == 303
    row = Observation.objects.get()
    tap = {"criterion": "U4-4.9", "outcome": "met", "was": ""}
    assert send(centre, "assessor", "observation-mark", tap, observation_id=row.id).status_code == 303
    assert "1 of 20" in see(centre, "assessor", "observation-detail", observation_id=row.id)
    row.refresh_from_db()
    close = {"note": "", "version": row.version}
    assert send(centre, "assessor", "observation-close", close, observation_id=row.id).status_code == 303
    assert "not signed yet" in see(centre, "assessor", "evidence-detail", item_id=row.item_id)
    sessions.sign(session)
    assert "Record decision" in see(centre, "assessor", "evidence-decide", item_id=row.item_id)
    assert (
        send(centre, "assessor", "evidence-decide", decision_form(centre, row), item_id=row.item_id).status_code == 303
    )
    form = see(centre, "assessor", "feedback-detail", decision_id=Decision.objects.get().id)
    assert form.count("<dt>") == 11
    assert "Injection 1 of 3, electro 0 of 3, health and safety 1 of 4" in see(
        centre, "learner", "portfolio-detail", enrolment_id=centre.enrolment.id
    )


def decision_form(centre: Centre, row: Observation, **changes: Any) -> dict[str, Any]:
    """The decision form, everything met."""
    item = EvidenceItem.objects.get(pk=row.item_id)
    marks = {f"mark:{key}": outcome for key, outcome in all_met(centre.enrolment).items()}
    ticks = dict.fromkeys(("is_valid_evidence", "is_authentic", "is_current", "is_sufficient"), "on")
    return {**marks, **ticks, "comments": "Calm and even.", "version": item.version, **changes}


def test_a_tap_with_htmx_answers_with_the_row_and_the_count(centre: Centre, observation: Observation) -> None:
    """REQ-S30: one tap changes one row."""
    url = reverse("observation-mark", kwargs={"observation_id": observation.id})
    tap = {"criterion": "U4-4.9", "outcome": "met", "was": ""}
    response = browser_of(centre, "assessor").post(url, tap, headers={"HX-Request": "true"})
    body = response.content.decode()
    assert response.status_code == 200
    assert body.count("mark-row") >= 1
    assert 'id="seen-count"' in body
    assert 'aria-pressed="true"' in body


def test_a_refused_decision_keeps_what_was_typed(centre: Centre, observation: Observation) -> None:
    """SEC-A4: 422, the field named, marks and words still there, nothing saved."""
    services.close_observation(observation, by=centre.actor("assessor"), at=NOW)
    sessions.sign(observation.item.session)
    data = decision_form(centre, observation, comments="Amara did well.")
    response = send(centre, "assessor", "evidence-decide", data, item_id=observation.item_id)
    body = response.content.decode()
    assert response.status_code == 422
    assert "gives the client away" in body
    assert "Amara did well." in body
    assert body.count(" checked>") == 20 + 4
    assert not Decision.objects.exists()


def test_a_stale_decision_shows_both_versions(centre: Centre, observation: Observation) -> None:
    """REQ-S164: 409, both versions, and the form can be sent again."""
    services.close_observation(observation, by=centre.actor("assessor"), at=NOW)
    sessions.sign(observation.item.session)
    data = decision_form(centre, observation, version=99)
    response = send(centre, "assessor", "evidence-decide", data, item_id=observation.item_id)
    assert response.status_code == 409
    assert "Somebody else saved this" in response.content.decode()
    assert 'name="version" value="1"' in response.content.decode()


def test_a_countersigner_reads_and_signs(centre: Centre) -> None:
    """REQ-S164: the inbox leads there; agreeing makes it effective."""
    session = sessions.running(centre)
    row = watch(centre, session, assessor="assessor2")
    sessions.sign(session)
    decision = decide(centre, row)
    assert "To countersign" in see(centre, "assessor", "evidence-home")
    page = see(centre, "assessor", "decision-countersign", decision_id=decision.id)
    assert "Calm, even, well explained." in page
    data = {"action": "agree", "version": decision.version}
    assert send(centre, "assessor", "decision-countersign", data, decision_id=decision.id).status_code == 303
    assert "Countersignature" in see(centre, "learner", "feedback-detail", decision_id=decision.id)


def test_quality_assurance_samples_from_its_inbox(centre: Centre) -> None:
    """REQ-S174: plan, read, record."""
    session = sessions.running(centre)
    row = watch(centre, session)
    sessions.sign(session)
    decision = decide(centre, row)
    assert "Not sampled yet" in see(centre, "iqa", "evidence-home")
    assert send(centre, "iqa", "decision-sample", {"moment": "interim"}, decision_id=decision.id).status_code == 303
    sampling = decision.samplings.get()
    assert "Record sample" in see(centre, "iqa", "sampling-detail", sampling_id=sampling.id)
    see(centre, "iqa", "evidence-detail", item_id=decision.item_id)
    data = {"result": "accept", "comments": "Agrees with the record.", "version": sampling.version}
    assert send(centre, "iqa", "sampling-detail", data, sampling_id=sampling.id).status_code == 303


def test_a_learner_offers_a_signed_session(centre: Centre) -> None:
    """REQ-S32: from the portfolio to the offer; the portfolio then says that it was not observed."""
    session = sessions.sign(sessions.running(centre))
    ids = {"enrolment_id": centre.enrolment.id, "session_id": session.id}
    assert "Signed sessions nobody observed" in see(
        centre, "learner", "portfolio-detail", enrolment_id=centre.enrolment.id
    )
    assert "Offer to assessor" in see(centre, "learner", "product-offer", **ids)
    data = {"assessor": centre.world.people["assessor"].id}
    assert send(centre, "learner", "product-offer", data, **ids).status_code == 303
    page = see(centre, "learner", "portfolio-detail", enrolment_id=centre.enrolment.id)
    assert "not observed" in page
    assert "Injection 0 of 3" in page


def test_a_cell_leads_to_its_evidence(centre: Centre) -> None:
    """REQ-S12 REQ-S175: what the criterion asks, its command word, its evidence; an unknown one is 404."""
    session = sessions.running(centre)
    row = watch(centre, session)
    sessions.sign(session)
    decide(centre, row)
    page = see(centre, "learner", "portfolio-criterion", enrolment_id=centre.enrolment.id, criterion="U4-4.9")
    assert "Assessor observation, injection" in page
    assert "“Conduct” asks" in page
    url = reverse("portfolio-criterion", kwargs={"enrolment_id": centre.enrolment.id, "criterion": "U9-1.1"})
    assert browser_of(centre, "learner").get(url).status_code == 404


def test_registration_entry_and_readings_have_their_pages(centre: Centre) -> None:
    """REQ-S26 REQ-S27 REQ-S150: register, verify, set the limit."""
    world = centre.world
    data = {"learner": world.people["learner2"].id, "student_number": "L-2", "enrolled_on": "2026-11-16"}
    browser = browser_of(centre, "manager")
    response = browser.post(reverse("learner-list"), data)
    assert response.status_code == 303
    assert browser.post(reverse("learner-list"), {**data, "student_number": "L-0001"}).status_code == 422
    entry = browser.get(response.headers["Location"])
    assert entry.status_code == 200
    limits = {"version": world.organisation.version, "coverage": "together", "disposal": "counted"}
    world.organisation.refresh_from_db()
    limits |= {"version": world.organisation.version, "superficial_limit_mm": "1.5"}
    url = reverse("centre-detail", kwargs={"organisation_id": world.organisation.id})
    assert browser.get(url).status_code == 200
    assert browser.post(url, limits).status_code == 303
    assert browser.post(url, {**limits, "superficial_limit_mm": "99"}).status_code in (409, 422)
