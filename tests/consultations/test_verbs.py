"""Verbs of a consultation: what each does, what each refuses, what the log says."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404

from clinic.actors import Actor
from clinic.errors import InvalidValue, RuleRefused, StaleRecord, TransitionRefused
from clinic.models import AllergyEntry, AuditEntry
from clinic.services import clients
from consultations import findings, queries, services
from consultations.models import Consultation, PlanSupersession, ProposedCorrection, QuestionnaireResponse, ScreeningRun
from consultations.plans import ScreenPlan
from tests.consultations import support
from tests.factories import NOW, TODAY, World


@pytest.fixture
def opened(world: World) -> World:
    return support.open_world(world)


def handed(world: World, response: QuestionnaireResponse) -> Actor:
    return Actor(kind="client", client_id=world.own.pk, document_id=response.pk, organisation_id=world.organisation.pk)


def open_rules(row: Consultation) -> set[str]:
    return {item.rule for item in findings.open_findings(row.client, findings.latest_run(row)) if not item.awaits_facts}


# starting and answering -----------------------------------------------------------------------------------------------
def test_only_one_consultation_is_open_at_a_time(opened: World) -> None:
    support.start(opened)
    with pytest.raises(TransitionRefused, match="still open"):
        support.start(opened)


def test_a_reassessment_needs_a_recent_full_questionnaire(opened: World) -> None:
    """RULE-R009."""
    with pytest.raises(InvalidValue) as refused:
        support.start(opened, kind="reassessment")
    assert refused.value.code == "full_needed"


@pytest.mark.parametrize("role", ["reception", "manager", "assessor", "prescriber"])
def test_who_may_not_start(opened: World, role: str) -> None:
    with pytest.raises(PermissionDenied):
        support.start(opened, by=opened.actor(role))


def test_another_clinic_sees_nothing(opened: World) -> None:
    with pytest.raises(Http404):
        support.start(opened, by=opened.actor("outsider"))


def test_saving_an_answer_leaves_no_log_entry_and_no_history(opened: World) -> None:
    """Decision 20."""
    response = support.start(opened).response
    before = AuditEntry.objects.count(), QuestionnaireResponse.history.count()
    services.save_answers(response, {"nd_fear": 3}, by=handed(opened, response), at=NOW)
    assert (AuditEntry.objects.count(), QuestionnaireResponse.history.count()) == before


def test_a_stale_save_shows_both_versions(opened: World) -> None:
    response = support.start(opened).response
    services.save_answers(response, {"nd_fear": 3}, by=support.actor(opened), at=NOW, version=1)
    with pytest.raises(StaleRecord) as refused:
        services.save_answers(response, {"nd_fear": 4}, by=support.actor(opened), at=NOW, version=1)
    assert refused.value.current["answers"]["nd_fear"] == 3
    assert refused.value.yours["answers"] == {"nd_fear": 4}


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"nd_fear": 11}, "invalid_answer"), ({"nd_feer": 3}, "unknown_question"),
        ({"id_doc": "passport"}, "staff_only"),
        ({"mh_heart": ["none", "other"]}, "invalid_answer"), ({"id_dob": "yesterday"}, "invalid_answer"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_by_name(opened: World, answers: dict[str, Any], code: str) -> None:
    """Decision 50: staff-only questions are never a client's."""
    response = support.start(opened).response
    with pytest.raises(InvalidValue) as refused:
        services.save_answers(response, answers, by=handed(opened, response), at=NOW)
    assert (refused.value.code, refused.value.field) == (code, next(iter(answers)))


def test_a_client_reaches_no_other_document(opened: World) -> None:
    response = support.start(opened).response
    other = Actor(kind="client", client_id=opened.own.pk, document_id=opened.own.pk)
    with pytest.raises(PermissionDenied):
        services.save_answers(response, {"nd_fear": 3}, by=other, at=NOW)


def test_submitting_half_names_the_questions(opened: World) -> None:
    """REQ-S63."""
    response = support.start(opened).response
    with pytest.raises(RuleRefused) as refused:
        services.submit_answers(response, by=handed(opened, response), at=NOW)
    assert refused.value.code == "incomplete"
    assert refused.value.details[0].keys() == {"question", "group", "wording"}


def test_a_client_may_decline_the_questionnaire_and_the_path_ends(opened: World) -> None:
    """REQ-S63."""
    row = support.start(opened)
    by = handed(opened, row.response)
    ended = services.abandon_consultation(row, reason="The client declined the questionnaire.", by=by, at=NOW)
    assert ended.state == "abandoned"
    with pytest.raises(TransitionRefused):
        services.save_answers(row.response, {"nd_fear": 3}, by=support.actor(opened), at=NOW)


def test_a_different_contact_becomes_a_proposed_correction(opened: World) -> None:
    """Decision 24: each fact is entered once."""
    row = support.answered(opened, id_contact="07700 900555")
    correction = ProposedCorrection.objects.get(response__consultation=row, field="phone")
    services.resolve_correction(correction, accept=True, by=support.actor(opened), at=NOW)
    opened.own.refresh_from_db()
    assert opened.own.phone == "07700 900555"
    with pytest.raises(TransitionRefused):
        services.resolve_correction(correction, accept=False, by=support.actor(opened), at=NOW)


def test_answers_write_allergy_tags_by_themselves(opened: World) -> None:
    """REQ-S208: table A10."""
    support.answered(opened, al_food=["fish"], al_latex="unsure")
    entries = {entry.tag: entry.status for entry in AllergyEntry.objects.for_client(opened.own)}
    assert entries == {"fish": "active", "latex": "unsure"}


def test_confirmed_answers_are_frozen_in_the_database(opened: World) -> None:
    row = support.answered(opened)
    response = row.response
    response.answers = {}
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        response.save()


# findings -------------------------------------------------------------------------------------------------------------
def test_words_about_an_allergy_stop_until_they_are_coded(opened: World) -> None:
    """RULE-R179."""
    row = support.answered(opened, al_any="yes", al_list=[{"what": "salmon", "severity": "mild"}])
    assert "R179" in open_rules(row)
    services.code_allergy(row, question="al_list", position=0, tags=["fish"], by=support.actor(opened), at=NOW)
    assert "R179" not in open_rules(row)
    assert "fish" in queries.allergy_tags(opened.own)
    with pytest.raises(InvalidValue):
        services.code_allergy(row, question="al_list", position=0, tags=[], by=support.actor(opened), at=NOW)


@pytest.mark.parametrize(
    ("answers", "rule", "allowed"),
    [
        ({"sk_lesion": "yes"}, "R083", ()),
        ({"mh_bleed": "yes"}, "R070", ("lead", "prescriber")),
        ({"in_skin": "yes"}, "R110", ("lead",)),
        ({"nd_eaten": False}, "R221", ("lead", "practitioner", "learner")),
    ],
)
def test_who_may_clear_a_finding(opened: World, answers: dict[str, Any], rule: str, allowed: tuple[str, ...]) -> None:
    """Decision 33: absolute nobody, relative lead or prescriber, defer lead, caution the treating person."""
    run = findings.latest_run(support.answered(opened, **answers))
    assert run is not None
    for role in ("practitioner", "learner", "prescriber", "lead", "reception"):
        able = role in allowed or (role == "prescriber" and rule == "R221")
        try:
            with transaction.atomic():
                services.clear_finding(run, rule=rule, seen="seen", reason="Seen.", by=opened.actor(role), at=NOW)
                transaction.set_rollback(True)
            done = True
        except (PermissionDenied, RuleRefused):
            done = False
        assert done == able, role


def test_a_stop_is_never_overridden(opened: World) -> None:
    """REQ-S208."""
    run = findings.latest_run(support.answered(opened, sk_lesion="yes"))
    assert run is not None
    with pytest.raises(RuleRefused, match="nobody can clear it"):
        services.override_finding(run, rule="R083", reason="Please.", by=opened.actor("lead"), at=NOW)


def test_an_override_holds_with_its_reason_and_is_logged(opened: World) -> None:
    row = support.answered(opened, mh_bleed="yes")
    run = findings.latest_run(row)
    assert run is not None
    services.override_finding(run, rule="R070", reason="Haematology agrees.", by=opened.actor("lead"), at=NOW)
    assert "R070" not in open_rules(row)
    assert AuditEntry.objects.filter(action="finding.overridden", client_id=opened.own.pk).count() == 1
    with pytest.raises(TransitionRefused):
        services.override_finding(run, rule="R070", reason="Again.", by=opened.actor("lead"), at=NOW)


def test_a_run_is_never_changed(opened: World) -> None:
    run = findings.latest_run(support.answered(opened))
    assert run is not None
    run.findings = []
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        run.save()


def test_a_session_screens_with_its_own_facts(opened: World) -> None:
    """RULE-R016 RULE-R005: what nobody recorded stops a session; what is recorded decides."""
    row = support.signed(opened)
    plan = ScreenPlan(modality="injection", on=TODAY, technique="T01", zones=("forehead",), is_session=True)
    run = services.run_screen(row, plan=plan, trigger="session", by=support.actor(opened), at=NOW)
    assert {"R005", "R016"} <= {item["rule"] for item in run.findings}
    known = {"f.consent_valid_for_plan": True, "f.emergency_ready": True}
    sure = ScreenPlan(
        modality="injection", on=TODAY, technique="T01", zones=("forehead",), is_session=True, facts=known
    )
    run = services.run_screen(row, plan=sure, trigger="session", by=support.actor(opened), at=NOW)
    assert not {"R005", "R016"} & {item["rule"] for item in run.findings}


# decision, plan, signature --------------------------------------------------------------------------------------------
def test_suitable_is_refused_while_a_stop_is_open_and_names_it(opened: World) -> None:
    """REQ-S64."""
    row = support.answered(opened, sk_lesion="yes")
    with pytest.raises(RuleRefused) as refused:
        support.decide(opened, row, "suitable", reason="Try.")
    assert refused.value.details == [{"rule": "R083", "message": "Unexplained skin lesion in the area"}]
    support.decide(opened, row, "refer", reason="GP for the lesion.")
    done = services.sign_consultation(row, by=support.actor(opened), at=NOW)
    assert done.state == "signed"


def test_a_stop_for_current_alone_leaves_injection_possible(opened: World) -> None:
    """RULE-R040: undecided clients are screened for both."""
    row = support.answered(opened, interest="undecided", el_device="yes")
    assert "R040" in open_rules(row)
    support.decide(opened, row, "suitable", reason="Injection only.")


def test_a_plan_with_an_allergen_cannot_be_agreed(opened: World) -> None:
    """RULE-R180 REQ-S208."""
    clients.record_allergy(opened.own, tag="fish", by=support.actor(opened), at=NOW)
    row = support.decided(opened)
    product = support.make_product(opened, ("I03",))
    plan = services.draft_plan(row, product=product, by=support.actor(opened), at=NOW, **support.PLAN)
    with pytest.raises(RuleRefused, match="R180"):
        services.agree_plan(plan, agreed_with="Amara Okafor", by=support.actor(opened), at=NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sessions": 2}, "sessions_reason"), ({"sessions": 16}, "sessions_reason"), ({"sessions": 0}, "sessions"),
        ({"interval_days": 0}, "interval_days"), ({"zones": ["nose_tip"]}, "zones"), ({"zones": []}, "zones"),
        ({"technique": "T14"}, "technique"), ({"protocol": "L15"}, "protocol"), ({"modality": "laser"}, "modality"),
        ({"price_pence": -1}, "price"),
    ],
)  # fmt: skip
def test_a_plan_out_of_bounds_is_refused_by_field(opened: World, change: dict[str, Any], field: str) -> None:
    """Decision 62: a reason under 3 and over 15."""
    row = support.decided(opened)
    with pytest.raises(InvalidValue) as refused:
        services.draft_plan(
            row, product=support.make_product(opened), by=support.actor(opened), at=NOW, **{**support.PLAN, **change}
        )
    assert refused.value.field == field


def test_signing_needs_analysis_and_agreed_plan(opened: World) -> None:
    """REQ-S70."""
    support.insure(opened)
    row = support.answered(opened)
    support.decide(opened, row, "suitable", reason="Fine.")
    with pytest.raises(RuleRefused) as refused:
        services.sign_consultation(row, by=support.actor(opened), at=NOW)
    assert len(refused.value.details) == 2


def test_a_signed_consultation_cannot_be_edited(opened: World) -> None:
    """REQ-S75."""
    row = support.signed(opened)
    assert AuditEntry.objects.filter(action="record.sealed", object_id=row.pk).count() == 1
    with pytest.raises(TransitionRefused):
        support.decide(opened, row, "decline", reason="No.")
    row.summary = "Changed"
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        row.save()


def test_a_reassessment_starts_from_the_last_answers_and_asks_for_the_visit(opened: World) -> None:
    """Decision 24: only what changed is asked again."""
    support.signed(opened)
    row = support.start(opened, kind="reassessment", interest="injection")
    response = row.response
    assert response.answers["mh_heart"] == ["none"]
    assert "vc_plan" not in response.answers
    asked = {item.id for item in queries.questionnaire_of(response).blanks(response.answers, queries.setting_of(row))}
    assert {"vc_plan", "vc_change", "dc_true"} <= asked
    assert "mh_heart" not in asked


def test_a_later_agreed_plan_replaces_the_earlier_one(opened: World) -> None:
    """REQ-S74."""
    support.signed(opened)
    row = support.start(opened, kind="reassessment", interest="injection")
    response = support.saved(opened, row)
    response = services.submit_answers(response, by=support.actor(opened), at=NOW)
    services.confirm_answers(response, support.STAFF_ONLY, by=support.actor(opened), at=NOW)
    support.decide(opened, row, "suitable", reason="Goes on.")
    product = support.make_product(opened, ("I18",))
    plan = services.draft_plan(row, product=product, by=support.actor(opened), at=NOW, **support.PLAN)
    services.agree_plan(plan, agreed_with="Amara Okafor", by=support.actor(opened), at=NOW)
    assert PlanSupersession.objects.count() == 1
    assert [found.pk for found in queries.agreed_plans(opened.own)] == [plan.pk]


def test_runs_are_numbered_and_the_newest_counts(opened: World) -> None:
    row = support.decided(opened)
    numbers = sorted(ScreeningRun.objects.filter(consultation=row).values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    latest = findings.latest_run(row)
    assert latest is not None
    assert latest.number == numbers[-1]
