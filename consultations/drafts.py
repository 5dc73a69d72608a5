"""Answers saved one by one while a questionnaire is open: no log entry and no history (decision 20).

Both start when it is submitted (`consultations.services.submit_answers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from clinic import access, content
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue
from clinic.rules import check_move, check_version
from consultations import answers as checks
from consultations import rules, steps
from consultations.choices import ResponseState
from consultations.models import QuestionnaireResponse
from consultations.questionnaire import Questionnaire, is_blank


def verb(by: Actor) -> Can:
    """What answering is to this person."""
    return Can.ANSWER_HANDED if by.kind == "client" else Can.WRITE_CONSULTATION


def require(by: Actor, response: QuestionnaireResponse) -> None:
    """Refuse another client's document, and anything but the one that was handed over."""
    access.require(by, verb(by), response)
    if by.kind == "client" and by.document_id != response.pk:
        raise access.Refused(verb(by), "other_document", response)


def save_answers(
    response: QuestionnaireResponse,
    answers: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> QuestionnaireResponse:
    """Merge answers into an open questionnaire; null clears one. No log entry and no history (decision 20).

    Raises TransitionRefused once submitted (staff may still complete it until it is confirmed), StaleRecord,
    InvalidValue naming the question.
    """
    require(by, response)
    with transaction.atomic():
        row: QuestionnaireResponse = QuestionnaireResponse.objects.locked(response.pk)
        _check_writable(row, by)
        yours: dict[str, object] = {"version": version, "answers": dict(answers)}
        check_version(row.version, version, now={"version": row.version, "answers": row.answers}, yours=yours)
        given = checked(row, answers, by, at)
        row.answers = {key: value for key, value in {**row.answers, **given}.items() if not is_blank(value)}
        row.saved_at = at
        row.save_without_historical_record(update_fields=["answers", "saved_at"])  # type: ignore[attr-defined]
    return row


def _check_writable(row: QuestionnaireResponse, by: Actor) -> None:
    steps.require_open(row.consultation)
    if row.state == ResponseState.CONFIRMED or (by.kind == "client" and row.state != ResponseState.OPEN):
        check_move(rules.RESPONSE_NEXT, ResponseState(row.state), ResponseState.SUBMITTED)


def checked(row: QuestionnaireResponse, answers: Mapping[str, Any], by: Actor, at: datetime) -> dict[str, Any]:
    """Answers in canonical form. Raises InvalidValue naming the question."""
    shown = questionnaire_of(row)
    for name in answers:
        item = shown.items.get(name)
        if item is not None and item.is_staff_only and by.kind == "client":
            raise InvalidValue("This question is for the practitioner.", code="staff_only", field=name)
    try:
        return checks.check(shown, answers, steps.day(at))
    except checks.AnswerError as error:
        code = "unknown_question" if error.question not in shown.items else "invalid_answer"
        raise InvalidValue(error.reason, code=code, field=error.question) from error


def questionnaire_of(row: QuestionnaireResponse) -> Questionnaire:
    """The questionnaire the response was given with."""
    parsed: Questionnaire = content.parsed(row.content)
    return parsed
