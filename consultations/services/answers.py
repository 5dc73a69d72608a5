"""Verbs on the questionnaire: submit, confirm. Saving as it is given is in `consultations.drafts`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue import content as catalogue
from clinic.choices import AllergyStatus
from clinic.errors import RuleRefused
from clinic.models import Staff
from clinic.rules import check_move, check_version
from clinic.services import clients
from consultations import case, drafts, queries, rules, steps
from consultations.choices import ConsultationState, ResponseState, Trigger
from consultations.models import ProposedCorrection, QuestionnaireResponse
from consultations.questionnaire import Item, is_blank
from consultations.services import screen


def _require_complete(row: QuestionnaireResponse, *, with_staff: bool) -> None:
    shown, setting = drafts.questionnaire_of(row), queries.setting_of(row.consultation)
    missing = shown.blanks(row.answers, setting, with_staff=with_staff)
    if missing:
        raise RuleRefused(
            f"{len(missing)} questions still need an answer.",
            code="incomplete",
            field=missing[0].id,
            details=[{"question": item.id, "group": item.group, "wording": item.wording} for item in missing],
        )


@audit.audited
def submit_answers(
    response: QuestionnaireResponse, *, by: Actor, at: datetime, version: int | None = None
) -> QuestionnaireResponse:
    """The client (or staff asking aloud) has answered everything; differences to the record are proposed.

    Raises RuleRefused `incomplete` with the questions, TransitionRefused, StaleRecord.
    """
    drafts.require(by, response)
    row: QuestionnaireResponse = QuestionnaireResponse.objects.locked(response.pk)
    check_version(row.version, version)
    steps.require_open(row.consultation)
    check_move(rules.RESPONSE_NEXT, ResponseState(row.state), ResponseState.SUBMITTED)
    _require_complete(row, with_staff=False)
    row.state, row.submitted_at = ResponseState.SUBMITTED, at
    row.save()
    fields = _propose_corrections(row, at)
    audit.record(by, "questionnaire.submitted", row, at=at, version=row.version, corrections=fields)
    return row


def _propose_corrections(row: QuestionnaireResponse, at: datetime) -> list[str]:
    proposed = []
    for item in drafts.questionnaire_of(row).items.values():
        if item.maps_to and _differs(row, item):
            ProposedCorrection(
                organisation_id=row.organisation_id, client_id=row.client_id, response=row, field=item.maps_to,
                proposed={"value": row.answers[item.id], "question": item.id}, recorded_at=at,
            ).save()  # fmt: skip
            proposed.append(item.maps_to)
    return proposed


def _differs(row: QuestionnaireResponse, item: Item) -> bool:
    given, held = row.answers.get(item.id), getattr(row.client, item.maps_to)
    return not is_blank(given) and given not in (held, held or ["none"])


@audit.audited
def confirm_answers(
    response: QuestionnaireResponse,
    answers: Mapping[str, Any] | None = None,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> QuestionnaireResponse:
    """The practitioner goes through the answers with the client, adds the staff-only ones, and confirms them.

    Freezes the response, writes the allergy tags that the answers imply (table A10), and runs the screen. Raises
    RuleRefused `incomplete`, InvalidValue, TransitionRefused, StaleRecord.
    """
    access.require(by, Can.WRITE_CONSULTATION, response)
    row: QuestionnaireResponse = QuestionnaireResponse.objects.locked(response.pk)
    check_version(row.version, version)
    consultation = steps.locked(row.consultation)
    steps.require_open(consultation)
    check_move(rules.RESPONSE_NEXT, ResponseState(row.state), ResponseState.CONFIRMED)
    if answers:
        row.answers = {**row.answers, **drafts.checked(row, answers, by, at)}
    _require_complete(row, with_staff=True)
    row.answers = _asked_only(row)
    row.state, row.confirmed_at, row.confirmed_by = ResponseState.CONFIRMED, at, Staff.objects.get(pk=by.staff_id)
    row.save()
    _write_allergies(row, by, at)
    steps.move(consultation, ConsultationState.ANSWERED, at)
    audit.record(by, "questionnaire.confirmed", row, at=at, version=row.version)
    screen.run_screen(
        consultation, plan=queries.plans_to_screen(consultation, at), trigger=Trigger.ANSWERS, by=by, at=at
    )
    return row


def _asked_only(row: QuestionnaireResponse) -> dict[str, Any]:
    """Answers of questions that were asked; an answer whose question disappeared again is not kept."""
    asked = drafts.questionnaire_of(row).asked(row.answers, queries.setting_of(row.consultation), while_filling=True)
    names = {item.id for item in asked}
    return {name: value for name, value in row.answers.items() if name in names}


def _write_allergies(row: QuestionnaireResponse, by: Actor, at: datetime) -> None:
    shown = drafts.questionnaire_of(row)
    asked = {item.id: item for item in shown.asked(row.answers, queries.setting_of(row.consultation))}
    typed = queries.is_la_reaction_typed(row.client)
    for tag, question in case.implied_tags(shown, row.answers, asked, typed=typed):
        status = AllergyStatus.UNSURE if tag.endswith(":unsure") else AllergyStatus.ACTIVE
        bare = tag.removesuffix(":unsure")
        clients.record_allergy(
            row.client, tag=bare, words=catalogue.tags()[bare].label, detail={"question": question}, status=status,
            source="questionnaire", by=by, at=at,
        )  # fmt: skip
