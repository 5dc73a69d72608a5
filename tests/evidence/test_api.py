"""The API of evidence: the same verbs, shapes and refusals as the pages."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from evidence.models import Decision, Observation
from evidence.pack import FEEDBACK_FIELDS
from tests.evidence import sessions
from tests.evidence.support import Centre, all_met, decide, watch

TICKS = dict.fromkeys(("is_valid_evidence", "is_authentic", "is_current", "is_sufficient"), True)


def call(
    centre: Centre,
    role: str,
    name: str,
    body: Any = None,
    *,
    version: int | None = None,
    method: str = "post",
    **ids: Any,
) -> Any:
    """One request; the answer as (status, body)."""
    browser = Browser()
    browser.force_login(centre.world.people[role])
    headers = {"If-Match": str(version)} if version is not None else {}
    url = reverse(name, kwargs=ids)
    if method == "get":
        response = browser.get(url, headers=headers)
    else:
        response = browser.post(url, json.dumps(body or {}), content_type="application/json", headers=headers)
    return response.status_code, response.json()


def test_the_whole_way_through_the_api(centre: Centre) -> None:
    """REQ-S30 REQ-S164 REQ-S170: watch, tap, close, decide, countersign, sample, read the portfolio."""
    session = sessions.running(centre)
    status, box = call(centre, "assessor2", "api-evidence-inbox", method="get")
    assert (status, len(box["running"])) == (200, 1)
    ids = {"enrolment_id": centre.enrolment.id, "session_id": session.id}
    status, row = call(centre, "assessor2", "api-observation-open", {"how": "in_person"}, **ids)
    assert status == 201
    watched = {"observation_id": row["id"]}
    tap = {"criterion": "U4-4.9", "outcome": "met"}
    status, row = call(centre, "assessor2", "api-observation-mark", tap, version=row["version"], **watched)
    assert (status, row["seen"]) == (200, {"U4-4.9": "met"})
    status, row = call(centre, "assessor2", "api-observation-close", {}, version=row["version"], **watched)
    assert (status, row["state"]) == (200, "closed")
    sessions.sign(session)
    status, item = call(centre, "assessor2", "api-evidence-detail", method="get", item_id=row["item"])
    assert item["session"]["client_code"] == centre.world.own.code
    body = {"marks": all_met(centre.enrolment), "comments": "Calm and even.", **TICKS}
    ids = {"item_id": row["item"]}
    status, made = call(centre, "assessor2", "api-evidence-decide", body, version=item["version"], **ids)
    assert (status, made["state"]) == (201, "awaiting_countersignature")
    signed = {"decision_id": made["id"]}
    status, made = call(
        centre, "assessor", "api-decision-countersign", {"action": "agree"}, version=made["version"], **signed
    )
    assert (status, made["state"]) == (201, "effective")
    status, form = call(centre, "learner", "api-feedback-detail", method="get", **signed)
    assert set(form) == set(FEEDBACK_FIELDS)
    status, sample = call(centre, "iqa", "api-decision-sample", {"moment": "interim"}, **signed)
    assert status == 201
    body = {"result": "accept", "comments": "Agrees."}
    ids = {"sampling_id": sample["id"]}
    status, sample = call(centre, "iqa", "api-sampling-record", body, version=sample["version"], **ids)
    assert (status, sample["state"]) == (200, "sampled")
    ids = {"enrolment_id": centre.enrolment.id}
    status, shown = call(centre, "learner", "api-portfolio-detail", method="get", **ids)
    assert shown["summary"] == "Injection 1 of 3, electro 0 of 3, health and safety 1 of 4"


def test_refusals_have_their_codes(centre: Centre) -> None:
    """REQ-S164: 428 without a version, 409 when stale, 400 malformed, 422 refused, as decision 13 says."""
    session = sessions.running(centre)
    row = watch(centre, session)
    ids = {"observation_id": row.id}
    tap = {"criterion": "U4-4.9", "outcome": "met"}
    assert call(centre, "assessor", "api-observation-mark", tap, **ids)[0] == 428
    assert call(centre, "assessor", "api-observation-mark", tap, version=9, **ids)[0] == 409
    assert call(centre, "assessor", "api-observation-mark", {**tap, "grade": 1}, version=1, **ids)[0] == 400
    assert call(centre, "assessor", "api-observation-mark", {**tap, "criterion": 7}, version=1, **ids)[0] == 400
    status, problem = call(centre, "assessor", "api-observation-close", {"note": "Amara smiled."}, version=1, **ids)
    assert (status, problem["code"], problem["field"]) == (422, "names_client", "note")
    ids = {"enrolment_id": centre.enrolment.id, "session_id": session.id}
    status, problem = call(centre, "assessor2", "api-observation-open", {"how": "in_person"}, **ids)
    assert (status, problem["code"]) == (409, "already_observed")
    assert Observation.objects.get().seen == {}


def test_registration_offer_and_readings(centre: Centre) -> None:
    """REQ-S26 REQ-S27 REQ-S32 REQ-S150: the other verbs of the app."""
    world = centre.world
    body = {
        "centre": str(world.organisation.id), "learner": str(world.people["learner2"].id), "student_number": "L-2",
        "enrolled_on": "2026-11-16",
    }  # fmt: skip
    status, row = call(centre, "manager", "api-portfolio-list", body)
    assert (status, row["is_verified"]) == (201, False)
    ids = {"enrolment_id": row["id"]}
    status, row = call(centre, "manager", "api-portfolio-entry", {"seen": ["bls"]}, version=row["version"], **ids)
    assert status == 422
    session = sessions.sign(sessions.running(centre))
    ids = {"enrolment_id": centre.enrolment.id, "session_id": session.id}
    status, item = call(centre, "learner", "api-product-offer", {"assessor": str(world.people["assessor"].id)}, **ids)
    assert (status, item["kind"]) == (201, "product")
    world.organisation.refresh_from_db()
    ids = {"organisation_id": world.organisation.id}
    body = {"superficial_limit_mm": "1.50"}
    status, row = call(centre, "iqa", "api-centre-set", body, version=world.organisation.version, **ids)
    assert (status, row["superficial_limit_mm"]) == (200, "1.50")


def test_an_action_of_quality_assurance_changes_nothing_but_the_count(centre: Centre) -> None:
    """REQ-S174: the decision stays as it was made (decision 47)."""
    session = sessions.running(centre)
    row = watch(centre, session)
    sessions.sign(session)
    decision = decide(centre, row)
    before = dict(Decision.objects.get(pk=decision.pk).marks)
    status, sample = call(centre, "iqa", "api-decision-sample", {"moment": "interim"}, decision_id=decision.id)
    body = {"result": "action", "comments": "4.6 again."}
    ids = {"sampling_id": sample["id"]}
    status, sample = call(centre, "iqa", "api-sampling-record", body, version=sample["version"], **ids)
    assert (status, sample["result"]) == (200, "action")
    assert dict(Decision.objects.get(pk=decision.pk).marks) == before
