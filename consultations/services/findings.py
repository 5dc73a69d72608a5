"""Verbs about findings: clear, override, code an allergy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue import content as catalogue
from clinic.choices import AllergyStatus
from clinic.errors import InvalidValue, TransitionRefused
from clinic.models import Staff
from clinic.services import clients
from consultations import findings, queries, rules, steps
from consultations.choices import ClearedBy, Trigger
from consultations.findings import Standing
from consultations.models import AllergyCoding, Clearance, Consultation, Override, ScreeningRun
from consultations.services import screen


def _open(run: ScreeningRun, rule: str, at: datetime) -> Standing:
    for item in findings.standing(run, steps.day(at)):
        if item.finding.rule == rule:
            if not item.is_open:
                raise TransitionRefused("This finding is not open any more.", code="wrong_state", field="finding")
            return item
    raise InvalidValue("This run has no such finding.", code="unknown_finding", field="finding")


def _require(by: Actor, can: Can, run: ScreeningRun, item: Standing) -> None:
    access.require(by, can, run)
    if by.kind != "system" and not rules.may_clear(item.finding.severity, by.roles_in(run.organisation_id)):
        raise access.Refused(can, "severity_not_yours", run)


@audit.audited
def clear_finding(run: ScreeningRun, *, rule: str, seen: str, reason: str, by: Actor, at: datetime) -> Clearance:
    """Clear an open finding by what was seen (`seen`: letter, result, seen, patch_test, prescriber, answered).

    Who may: relative lead or prescriber, defer lead, caution the treating person, absolute nobody (decision 33).
    Raises RuleRefused `absolute`, Refused (403), TransitionRefused, InvalidValue.
    """
    access.require(by, Can.CLEAR_FINDING, run)
    item = _open(run, rule, at)
    rules.check_clearable(item.finding)
    _require(by, Can.CLEAR_FINDING, run, item)
    if seen not in ClearedBy.values:
        raise InvalidValue("Say what was seen.", code="invalid_choice", field="seen")
    row = Clearance(
        organisation_id=run.organisation_id, client_id=run.client_id, consultation_id=run.consultation_id, run=run,
        finding={"rule": rule, "basis": item.basis}, seen=seen, reason=_reason(reason),
        done_by=Staff.objects.get(pk=by.staff_id), done_at=at, recorded_at=at,
    )  # fmt: skip
    row.save()
    audit.record(by, "finding.cleared", row, at=at, seen=seen)
    return row


@audit.audited
def override_finding(run: ScreeningRun, *, rule: str, reason: str, by: Actor, at: datetime) -> Override:
    """A lead or prescriber lets treatment go on against an open finding, with a typed reason.

    Raises RuleRefused `absolute`, Refused (403), TransitionRefused, InvalidValue.
    """
    access.require(by, Can.OVERRIDE_FINDING, run)
    item = _open(run, rule, at)
    rules.check_clearable(item.finding)
    _require(by, Can.OVERRIDE_FINDING, run, item)
    row = Override(
        organisation_id=run.organisation_id, client_id=run.client_id, consultation_id=run.consultation_id, run=run,
        finding={"rule": rule, "basis": item.basis}, reason=_reason(reason),
        done_by=Staff.objects.get(pk=by.staff_id), done_at=at, recorded_at=at,
    )  # fmt: skip
    row.save()
    audit.record(by, "finding.overridden", row, at=at)
    return row


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidValue("Type the reason.", code="required", field="reason")
    return reason.strip()


@audit.audited
def code_allergy(
    consultation: Consultation, *, question: str, position: int = 0, tags: Sequence[str], by: Actor, at: datetime
) -> AllergyCoding:
    """A trained person codes the client's words to allergen tags, or to none; then the rules run again (R179).

    Raises InvalidValue for an unknown tag or words that are not waiting to be coded.
    """
    access.require(by, Can.CODE_ALLERGY, consultation)
    consultation = steps.locked(consultation)
    steps.require_open(consultation)
    waiting = [
        item
        for item in queries.uncoded_allergies(consultation)
        if (item.question, item.position) == (question, position)
    ]
    if not waiting:
        raise InvalidValue("These words are not waiting to be coded.", code="unknown_words", field="question")
    for tag in tags:
        if tag not in catalogue.tags():
            raise InvalidValue("Choose tags from the list.", code="unknown_tag", field="tags")
    row = AllergyCoding(
        organisation_id=consultation.organisation_id, client_id=consultation.client_id, consultation=consultation,
        question=question, position=position, words=waiting[0].words, tags=list(tags), coded_at=at,
        coded_by=Staff.objects.get(pk=by.staff_id), recorded_at=at,
    )  # fmt: skip
    row.save()
    for tag in tags:
        clients.record_allergy(
            consultation.client, tag=tag, words=catalogue.tags()[tag].label,
            detail={"said": waiting[0].words, "question": question},
            status=AllergyStatus.ACTIVE, source="questionnaire", by=by, at=at,
        )  # fmt: skip
    audit.record(by, "allergy.coded", row, at=at)
    plans = queries.plans_to_screen(consultation, at)
    screen.run_screen(consultation, plan=plans, trigger=Trigger.ALLERGY, by=by, at=at)
    return row
