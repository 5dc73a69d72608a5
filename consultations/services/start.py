"""Verbs that begin and end a consultation before it is concluded, and proposed corrections of the client record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clinic import access, audit, content
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, TransitionRefused
from clinic.golive import queries as golive
from clinic.models import Client, Staff, Visit
from clinic.rules import check_version
from clinic.services import clients
from consultations import drafts, queries, rules, steps
from consultations.choices import AskedBy, ConsultationKind, ConsultationState, ModalityInterest, ResponseState
from consultations.models import Consultation, ProposedCorrection, QuestionnaireResponse
from consultations.questionnaire import Questionnaire

DECLINED = "The client declined the questionnaire."
SAFE_TO_COPY = frozenset({"always", "electro"})  # A15 is asked anew at every visit


@audit.audited
def start_consultation(
    client: Client,
    *,
    kind: str,
    practitioner: Staff,
    visit: Visit | None = None,
    interest: str = ModalityInterest.UNDECIDED,
    asked_by: str = AskedBy.TABLET,
    by: Actor,
    at: datetime,
) -> Consultation:
    """Open a consultation with an empty (or, on return, prefilled) questionnaire of the version in force.

    `kind` full or reassessment; `interest` injection, electro or undecided; `asked_by` tablet or aloud. Its response is
    `consultation.response`. A re-assessment needs a full questionnaire not older than 183 days (R009).
    Raises InvalidValue, TransitionRefused `already_open`, RuleRefused `content_not_published`, `clinic_not_open`.
    """
    access.require(by, Can.START_CONSULTATION, client)
    golive.require_open(client.organisation_id)
    _check_start(client, kind, interest, asked_by, visit)
    previous = queries.latest_confirmed(client)
    _check_currency(client, kind, at)
    version = content.published(client.organisation_id, "questionnaire")
    consultation = Consultation(
        organisation_id=client.organisation_id, client=client, kind=kind, interest=interest, practitioner=practitioner,
        visit=visit, started_at=at, recorded_at=at,
    )  # fmt: skip
    consultation.save()
    shown = content.parsed(version)
    before = dict(previous.answers) if previous else {}
    QuestionnaireResponse(
        organisation_id=client.organisation_id, client=client, consultation=consultation, content=version,
        asked_by=asked_by, previous=before, answers=_prefilled(client, shown, before), recorded_at=at,
    ).save()  # fmt: skip
    audit.record(by, "consultation.started", consultation, at=at, kind=kind)
    return consultation


def _check_start(client: Client, kind: str, interest: str, asked_by: str, visit: Visit | None) -> None:
    for field, value, allowed in (
        ("kind", kind, ConsultationKind.values),
        ("interest", interest, ModalityInterest.values),
        ("asked_by", asked_by, AskedBy.values),
    ):
        if value not in allowed:
            raise InvalidValue("Choose one of the options.", code="invalid_choice", field=field)
    if visit is not None and visit.client_id != client.id:
        raise InvalidValue("This visit is another client's.", code="other_client", field="visit")
    if queries.open_consultation(client) is not None:
        raise TransitionRefused(
            "A consultation of this client is still open. Finish it or end it first.", code="already_open"
        )


def _check_currency(client: Client, kind: str, at: datetime) -> None:
    if kind == ConsultationKind.REASSESSMENT and rules.needs_full(queries.last_full_on(client), steps.day(at)):
        raise InvalidValue(
            "The last full questionnaire is missing or older than 6 months: start a full consultation.",
            code="full_needed",
            field="kind",
        )


def _prefilled(client: Client, shown: Questionnaire, before: dict[str, Any]) -> dict[str, Any]:
    """Facts of the client record, and on return the answers of last time (never those of A15 and A16)."""
    answers: dict[str, Any] = {}
    asked = {group.id: group.asked for group in shown.groups}
    for item in shown.items.values():
        if item.id in before and asked[item.group] in SAFE_TO_COPY and item.group != "A16" and not item.is_staff_only:
            answers[item.id] = before[item.id]
        if item.maps_to:
            value = getattr(client, item.maps_to, None)
            if value:
                answers[item.id] = value
    if answers.get("id_sex") not in shown.items["id_sex"].options:
        answers.pop("id_sex", None)
    known = set(shown.items["id_needs"].options)
    if not set(answers.get("id_needs") or ["?"]) <= known:
        answers.pop("id_needs", None)
    return answers


@audit.audited
def abandon_consultation(
    consultation: Consultation, *, reason: str, by: Actor, at: datetime, version: int | None = None
) -> Consultation:
    """End a consultation without a decision: the client does not go on (a declined questionnaire has its own verb).

    By staff, or by the client with the tablet. Raises TransitionRefused, InvalidValue.
    """
    access.require(by, _own_verb(by), consultation)
    if not reason.strip():
        raise InvalidValue("Say why the consultation ends here.", code="required", field="reason")
    row = steps.locked(consultation, version)
    steps.move(row, ConsultationState.ABANDONED, at, abandon_reason=reason.strip())
    audit.record(by, "consultation.abandoned", row, at=at, version=row.version)
    return row


@audit.audited
def decline_questionnaire(
    response: QuestionnaireResponse, *, words: str = "", by: Actor, at: datetime, version: int | None = None
) -> QuestionnaireResponse:
    """The client declines the questionnaire: recorded with the time, and the consultation ends here (S63).

    It is compulsory and cannot be skipped, only declined; no reason is asked of the client, `words` holds what they
    said. By staff, or by the client with the tablet. Raises TransitionRefused once the answers are confirmed or the
    consultation is closed, StaleRecord.
    """
    drafts.require(by, response)
    row: QuestionnaireResponse = QuestionnaireResponse.objects.locked(response.pk)
    check_version(row.version, version)
    steps.require_open(row.consultation)
    if row.state == ResponseState.CONFIRMED:
        raise TransitionRefused("The answers are confirmed already.", code="wrong_state", field="state")
    row.declined_at = at
    row.save()
    reason = f"{DECLINED} {words.strip()[:1000]}".strip()
    abandon_consultation(row.consultation, reason=reason, by=by, at=at)
    audit.record(by, "questionnaire.declined", row, at=at, version=row.version)
    return row


def _own_verb(by: Actor) -> Can:
    return Can.ANSWER_HANDED if by.kind == "client" else Can.WRITE_CONSULTATION


@audit.audited
def resolve_correction(
    correction: ProposedCorrection, *, accept: bool, by: Actor, at: datetime, version: int | None = None
) -> ProposedCorrection:
    """Take a client's correction of their own record over, or leave the record as it is (decision 24).

    Raises TransitionRefused when it was resolved already; the refusals of `edit_client` when the value cannot be taken.
    """
    access.require(by, Can.EDIT_CLIENT, correction)
    row: ProposedCorrection = ProposedCorrection.objects.locked(correction.pk)
    if row.resolved_at is not None:
        raise TransitionRefused("This was settled already.", code="wrong_state", field="state")
    if accept:
        clients.edit_client(row.client, by=by, at=at, **{row.field: row.proposed["value"]})
    row.resolved_at, row.is_accepted = at, accept
    row.save()
    audit.record(by, "correction.resolved", row, at=at, field=row.field, accepted=accept)
    return row
