"""Who reaches which evidence: the policy and its twin, tagged and untagged, withdrawn, sealed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from clinic import access, frozen, verification
from clinic.access import Can
from clinic.choices import Role
from evidence import exports, services
from evidence.models import Decision, Enrolment, EvidenceItem, Observation
from tests.evidence import sessions
from tests.evidence.support import Centre, decide, enrol, watch
from tests.factories import NOW

VERBS = [Can.READ_EVIDENCE, Can.DECIDE_EVIDENCE, Can.COUNTERSIGN, Can.SAMPLE_DECISIONS]
PEOPLE = [*Role.values, "assessor2", "learner2", "colleague", "outsider"]


@pytest.fixture
def scene(centre: Centre) -> Centre:
    """Evidence watched, decided, awaiting, sampled, of two learners."""
    for learner, client in (("learner", "own"), ("learner2", "colleague")):
        row = centre.enrolment if learner == "learner" else enrol(centre.world, "learner2", "L-0002")
        beside = Centre(centre.world, row)
        watch(beside, sessions.running(beside, learner=learner, client=client))
        for assessor in ("assessor", "assessor2"):
            session = sessions.running(beside, learner=learner, client=client)
            observation = watch(beside, session, assessor=assessor)
            sessions.sign(session)
            decide(beside, observation)
    effective = Decision.objects.filter(state="effective").first()
    services.plan_sample(effective, moment="interim", by=centre.actor("iqa"), at=NOW)
    return centre


def test_visible_to_is_the_twin_of_the_policy(scene: Centre) -> None:
    """SEC-S3: exactly the rows on which the verb is allowed, for every verb, person and kind of row."""
    for who in PEOPLE:
        actor = scene.actor(who)
        for model in (EvidenceItem, Observation, Decision):
            for can in VERBS:
                allowed = {row.pk for row in model.objects.all() if access.may(actor, can, row)}
                seen = set(model.objects.visible_to(actor, can).values_list("pk", flat=True))
                assert seen == allowed, (who, model.__name__, can)


def test_portfolios_follow_the_policy(scene: Centre) -> None:
    """SEC-S3: the same for registrations."""
    for who in PEOPLE:
        actor = scene.actor(who)
        for can in (Can.READ_PORTFOLIO, Can.ENROL_LEARNER, Can.OPEN_OBSERVATION, Can.OFFER_EVIDENCE):
            allowed = {row.pk for row in Enrolment.objects.all() if access.may(actor, can, row)}
            assert set(Enrolment.objects.visible_to(actor, can).values_list("pk", flat=True)) == allowed, (who, can)


def test_evidence_not_offered_is_not_there(centre: Centre) -> None:
    """SEC-A3: an assessor opens only what is theirs; once the countersignature is done by another, the next is 404."""
    session = sessions.running(centre)
    observation = watch(centre, session, assessor="assessor2")
    url = reverse("evidence-detail", kwargs={"item_id": observation.item_id})
    browser = Browser()
    browser.force_login(centre.world.people["assessor"])
    assert browser.get(url).status_code == 404
    sessions.sign(session)
    decision = decide(centre, observation)
    assert browser.get(url).status_code == 200
    services.countersign(decision, action="agree", by=centre.actor("assessor"), at=NOW)
    assert browser.get(url).status_code == 200
    other = Browser()
    other.force_login(centre.world.people["learner2"])
    assert other.get(url).status_code == 404


def test_a_withdrawn_permission_takes_the_session_out_of_view(centre: Centre) -> None:
    """SEC-A3 REQ-S30: decision 46; the page and the API show what was decided, and nothing of the session."""
    session = sessions.running(centre)
    observation = watch(centre, session)
    sessions.sign(session)
    decide(centre, observation)
    sessions.withdraw(centre.world.own, "P5a")
    browser = Browser()
    browser.force_login(centre.world.people["assessor"])
    ids = {"item_id": observation.item_id}
    page = browser.get(reverse("evidence-detail", kwargs=ids)).content.decode()
    assert "withdrew the permission" in page
    assert "Deepest point" not in page
    body = browser.get(reverse("api-evidence-detail", kwargs=ids)).json()
    assert (body["is_withheld"], body["session"]) == (True, None)
    ids = {"observation_id": observation.id}
    assert centre.world.own.code not in browser.get(reverse("observation-detail", kwargs=ids)).content.decode()


def test_sealed_decisions_verify_and_tampering_is_named(centre: Centre) -> None:
    """REQ-S164: observation, decision, countersignature and form are sealed; a changed row is found by name."""
    session = sessions.running(centre)
    observation = watch(centre, session, assessor="assessor2")
    sessions.sign(session)
    decision = decide(centre, observation)
    services.countersign(decision, action="agree", by=centre.actor("assessor"), at=NOW)
    assert [fault for fault in verification.seal_faults() if "evidence" in fault] == []
    with frozen.suspended(), connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_decision SET position = 'qualified'")
    assert any(str(decision.id) in fault for fault in verification.seal_faults())


def test_the_export_tells_a_client_how_their_record_was_used(centre: Centre) -> None:
    """REQ-S30: who watched, when, and that it was decided; the learner's marks are not theirs."""
    session = sessions.running(centre)
    observation = watch(centre, session)
    sessions.sign(session)
    decide(centre, observation)
    found = dict(exports.of_client(centre.world.own))
    (row,) = found.values()
    assert row["observation"]["assessor"] == "Assessor Person"
    assert row["decisions"][0]["state"] == "effective"
    assert "marks" not in str(row)
