"""Pages of a consultation: what the door adds to the verbs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clinic.models import Photo
from consultations import findings, services
from consultations.models import Consultation
from tests.consultations import support
from tests.factories import NOW, World
from tests.photos import samples

PAGES = ("detail", "findings", "skin", "decision", "plan", "sign")


def browser(world: World, role: str = "practitioner") -> Browser:
    signed_in = Browser()
    signed_in.force_login(world.people[role])
    return signed_in


def url(name: str, row: Consultation, **kwargs: Any) -> str:
    return reverse(name, kwargs={"consultation_id": row.pk, **kwargs})


@pytest.fixture
def opened(world: World) -> World:
    return support.open_world(world)


@pytest.mark.parametrize("page", PAGES)
def test_every_step_has_its_page(opened: World, page: str) -> None:
    """REQ-S64."""
    row = support.planned(opened)
    assert browser(opened).get(url(f"consultation-{page}", row)).status_code == 200


def test_starting_leads_to_the_questions(opened: World) -> None:
    """REQ-S63."""
    start = reverse("consultation-start", kwargs={"client_id": opened.own.pk})
    assert "Full questionnaire" not in browser(opened).get(start).content.decode()
    values = {"kind": "full", "interest": "injection", "asked_by": "tablet"}
    answer = browser(opened).post(start, values)
    row = Consultation.objects.get(client=opened.own)
    assert answer.status_code == 303
    assert answer["Location"] == url("consultation-detail", row)


def test_questions_asked_aloud_are_saved_and_submitted(opened: World) -> None:
    """REQ-S63: the plain form works without JavaScript."""
    row = support.start(opened, interest="injection")
    response = support.saved(opened, row)
    signed_in, address = browser(opened), url("consultation-questionnaire", row)
    page = signed_in.get(address)
    assert "Which photo ID did you show us today?" in page.content.decode()
    answer = signed_in.post(address, {"shown": ["nd_fear"], "q_nd_fear": "7", "version": response.version})
    assert answer.status_code == 303
    response.refresh_from_db()
    assert response.state == "submitted"
    assert response.answers["nd_fear"] == 7


def test_missing_answers_are_named_with_status_422(opened: World) -> None:
    """REQ-S63: it cannot be skipped."""
    row = support.start(opened)
    version = row.response.version
    answer = browser(opened).post(url("consultation-questionnaire", row), {"shown": ["nd_fear"], "version": version})
    assert answer.status_code == 422
    assert "questions still need an answer" in answer.content.decode()
    assert "Is it possible for you to become pregnant at present?" in answer.content.decode()


def test_a_stale_form_is_409_and_keeps_what_was_typed(opened: World) -> None:
    row = support.start(opened)
    support.saved(opened, row)
    values = {"shown": ["go_outcome"], "q_go_outcome": "typed words", "version": 1, "move": "save"}
    answer = browser(opened).post(url("consultation-questionnaire", row), values)
    assert answer.status_code == 409
    assert "typed words" in answer.content.decode()


def test_confirming_leads_to_the_findings(opened: World) -> None:
    row = support.start(opened, interest="injection")
    response = services.submit_answers(support.saved(opened, row, nd_eaten=False), by=support.actor(opened), at=NOW)
    values = {"q_id_doc": "passport", "q_id_capacity": "yes", "version": response.version}
    signed_in = browser(opened)
    assert signed_in.post(url("consultation-confirm", row), values).status_code == 303
    page = signed_in.get(url("consultation-findings", row)).content.decode()
    assert "R221" in page
    assert "Have you eaten and drunk today? No" in page
    assert "Snack and water first" in page
    assert "Treating person" in page


def test_a_finding_is_cleared_from_the_page_by_a_lead(opened: World) -> None:
    row = support.answered(opened, gp_specialist="yes", gp_specialist_what="cardiology")
    run = findings.latest_run(row)
    assert run is not None
    address = url("finding-clear", row, run_id=run.pk)
    values = {"rule": "R094", "seen": "letter", "reason": "Letter of 1 Nov: no concern."}
    assert browser(opened).post(address, values).status_code == 403
    lead = browser(opened, "lead")
    assert lead.post(address, {**values, "reason": ""}).status_code == 422
    assert lead.post(address, values).status_code == 303
    assert "R094" not in {item.rule for item in findings.open_findings(row.client, run)}


def test_a_skin_analysis_is_recorded_from_the_page(opened: World) -> None:
    """REQ-S67."""
    row = support.answered(opened)
    values: dict[str, Any] = {"version": 0, **{f"fst_{number}": 1 for number in range(1, 11)}}
    values["pre_checks"] = support.PRE_CHECKS
    values |= {f"{scale}_{zone}": 2 for scale in ("pore", "texture", "tone") for zone in ("forehead", "cheeks", "chin")}
    signed_in = browser(opened)
    wrong = signed_in.post(url("consultation-skin", row), {**values, "clinician_type": 4, "glogau": 2})
    assert wrong.status_code == 422
    assert "differs from the score" in wrong.content.decode()
    right = signed_in.post(url("consultation-skin", row), {**values, "clinician_type": 2, "glogau": 2})
    assert right.status_code == 303
    assert row.skin_analysis.scores["score"] == 10


def test_a_program_sends_the_before_photograph_as_a_file(opened: World) -> None:
    """REQ-S192: multipart, like the page; the same refusals."""
    row, desk = support.start(opened), browser(opened)
    api = reverse("api-consultation-photograph", args=[row.id])
    picture = SimpleUploadedFile("face.jpg", samples.saved(samples.picture(640, 480)), "image/jpeg")
    assert desk.post(api, {"is_agreed": "true"}).json()["field"] == "photograph"
    sent = desk.post(api, {"photograph": picture, "is_agreed": "true"})
    assert sent.status_code == 201, sent.content
    assert Photo.objects.get().id == UUID(sent.json()["id"])


def test_refusing_a_photograph_is_recorded_and_blocks_nothing(opened: World) -> None:
    """REQ-S192."""
    row = support.answered(opened)
    signed_in = browser(opened)
    assert signed_in.post(url("consultation-photograph-refuse", row)).status_code == 303
    assert "does not want a photograph" in signed_in.get(url("consultation-skin", row)).content.decode()
    services.record_skin_analysis(row, support.skin(), by=support.actor(opened), at=NOW)
    support.decide(opened, row, "suitable", reason="Fine.")


def test_a_plan_is_drafted_agreed_and_signed_from_the_pages(opened: World) -> None:
    """REQ-S74."""
    row = support.decided(opened)
    support.insure(opened)
    product = support.make_product(opened)
    signed_in = browser(opened)
    draft = {**support.PLAN, "product": str(product.pk), "price": "420.00", "version": 0}
    assert signed_in.post(url("consultation-plan", row), draft).status_code == 303
    plan = row.plans.get()
    assert plan.price_pence == 42000
    agree = url("plan-agree", row, plan_id=plan.pk)
    assert signed_in.post(agree, {"agreed_with": "", "version": plan.version}).status_code == 422
    assert signed_in.post(agree, {"agreed_with": "Amara Okafor", "version": plan.version}).status_code == 303
    version = Consultation.objects.get(pk=row.pk).version
    assert signed_in.post(url("consultation-sign", row), {"summary": "", "version": version}).status_code == 303
    assert Consultation.objects.get(pk=row.pk).state == "signed"


def test_a_plan_out_of_the_usual_asks_for_the_reason(opened: World) -> None:
    """Decision 62."""
    row = support.decided(opened)
    draft = {**support.PLAN, "sessions": 2, "version": 0, "product": str(support.make_product(opened).pk)}
    answer = browser(opened).post(url("consultation-plan", row), draft)
    assert answer.status_code == 422
    assert "fewer than 3" in answer.content.decode()


def test_ending_without_a_decision_needs_a_reason(opened: World) -> None:
    """REQ-S63."""
    row = support.start(opened)
    signed_in = browser(opened)
    address = url("consultation-abandon", row)
    assert signed_in.post(address, {"reason": " ", "version": row.version}).status_code == 422
    assert signed_in.post(address, {"reason": "Went home", "version": row.version}).status_code == 303
    assert Consultation.objects.get(pk=row.pk).state == "abandoned"
