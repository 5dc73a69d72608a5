"""The whole permission policy: verbs, grants, and one pure decision.

`decide(subject, can, resource)` is pure: it reads nothing but its arguments. Deny wins; what is not granted is denied.
`scope` answers the same question for whole tables and is used by `visible_to`, the decision's twin.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from clinic.actors import Actor
from clinic.choices import Role

HANDED_ROLE = "client"


class Relation(StrEnum):
    """How a person stands to a record."""

    MEMBER = "member"  # works in the organisation the record belongs to
    TREATING = "treating"  # has an open care relation with the client
    OWN = "own"  # the record is about, or belongs to, this very person (own portfolio, own log)
    OFFERED = "offered"  # the evidence was offered or assigned to this person
    SAMPLED = "sampled"  # the decision is in this person's sample
    HANDED = "handed"  # the client who holds the tablet for this document
    CLOSED = "closed"  # works in the clinic, but this client's chart is closed to all who do not treat them
    GLASS = "glass"  # broke the glass of this closed chart less than fifteen minutes ago


class Can(StrEnum):
    """Every verb of the system. A misspelt verb is an AttributeError, not a True."""

    # people and diary
    SIGN_OUT = "sign_out"
    FIND_CLIENT = "find_client"
    READ_CONTACT = "read_contact"
    CREATE_CLIENT = "create_client"
    EDIT_CLIENT = "edit_client"
    READ_VISITS = "read_visits"
    BOOK_VISIT = "book_visit"
    MOVE_VISIT = "move_visit"
    HAND_OVER = "hand_over"
    # chart
    READ_CHART = "read_chart"
    READ_PHOTO = "read_photo"
    TAKE_PHOTO = "take_photo"
    START_CONSULTATION = "start_consultation"
    WRITE_CONSULTATION = "write_consultation"
    CLEAR_FINDING = "clear_finding"
    OVERRIDE_FINDING = "override_finding"
    PRESCRIBE = "prescribe"
    CODE_ALLERGY = "code_allergy"
    CORRECT_ALLERGY = "correct_allergy"
    CLOSE_CHART = "close_chart"
    REOPEN_CHART = "reopen_chart"
    BREAK_GLASS = "break_glass"
    SIGN_CONSULTATION = "sign_consultation"
    # consent
    OFFER_CONSENT = "offer_consent"
    SHORTEN_REFLECTION = "shorten_reflection"
    WITHDRAW_CONSENT = "withdraw_consent"
    READ_DOCUMENT = "read_document"
    # treatments
    START_COURSE = "start_course"
    RUN_SESSION = "run_session"
    SIGN_SESSION = "sign_session"
    REPORT_EVENT = "report_event"
    READ_STOCK = "read_stock"
    MANAGE_STOCK = "manage_stock"
    READ_CATALOGUE = "read_catalogue"
    MANAGE_CATALOGUE = "manage_catalogue"
    CHECK_EMERGENCY_KIT = "check_emergency_kit"
    # aftercare
    ISSUE_AFTERCARE = "issue_aftercare"
    PRINT_SHEET = "print_sheet"
    # evidence
    READ_PORTFOLIO = "read_portfolio"
    OFFER_EVIDENCE = "offer_evidence"
    ENROL_LEARNER = "enrol_learner"
    OPEN_OBSERVATION = "open_observation"
    READ_EVIDENCE = "read_evidence"
    DECIDE_EVIDENCE = "decide_evidence"
    COUNTERSIGN = "countersign"
    SAMPLE_DECISIONS = "sample_decisions"
    APPEAL_DECISION = "appeal_decision"
    ANSWER_APPEAL = "answer_appeal"
    SET_CENTRE = "set_centre"
    # house
    READ_STAFF = "read_staff"
    MANAGE_STAFF = "manage_staff"
    READ_CONTENT = "read_content"
    PUBLISH_CONTENT = "publish_content"
    READ_LOG = "read_log"
    READ_OWN_LOG = "read_own_log"
    READ_WHO_LOOKED = "read_who_looked"
    ACKNOWLEDGE_ALARM = "acknowledge_alarm"
    EXPORT_RECORDS = "export_records"
    ERASE_CLIENT = "erase_client"
    # the client with the tablet
    ANSWER_HANDED = "answer_handed"
    SIGN_HANDED = "sign_handed"


_EVERYONE = {Can.SIGN_OUT, Can.READ_OWN_LOG}
_DESK = {
    Can.FIND_CLIENT, Can.READ_CONTACT, Can.CREATE_CLIENT, Can.EDIT_CLIENT, Can.READ_VISITS, Can.BOOK_VISIT,
    Can.MOVE_VISIT, Can.HAND_OVER, Can.PRINT_SHEET,
}  # fmt: skip
_CHART = {
    Can.READ_CHART, Can.READ_PHOTO, Can.TAKE_PHOTO, Can.START_CONSULTATION, Can.WRITE_CONSULTATION, Can.CLEAR_FINDING,
    Can.CODE_ALLERGY, Can.SIGN_CONSULTATION, Can.OFFER_CONSENT, Can.WITHDRAW_CONSENT, Can.READ_DOCUMENT,
    Can.START_COURSE, Can.RUN_SESSION, Can.SIGN_SESSION, Can.REPORT_EVENT, Can.ISSUE_AFTERCARE,
}  # fmt: skip
# A closed chart: the desk still knows who comes and when; nothing clinical, and no new paper.
_CLOSED = {Can.FIND_CLIENT, Can.READ_CONTACT, Can.READ_VISITS, Can.MOVE_VISIT}
_HOUSE = {Can.READ_STOCK, Can.READ_CATALOGUE, Can.READ_STAFF, Can.READ_CONTENT, Can.CHECK_EMERGENCY_KIT}

GRANTS: dict[tuple[str, Relation], frozenset[Can]] = {
    (Role.PRACTITIONER, Relation.MEMBER): frozenset(_EVERYONE | _DESK | _CHART | _HOUSE | {Can.MANAGE_STOCK}),
    (Role.LEARNER, Relation.MEMBER): frozenset(
        _EVERYONE | _HOUSE | {Can.READ_VISITS, Can.CREATE_CLIENT, Can.BOOK_VISIT, Can.MOVE_VISIT}
    ),
    (Role.LEARNER, Relation.TREATING): frozenset(_DESK | _CHART),
    (Role.LEARNER, Relation.OWN): frozenset(
        {Can.READ_PORTFOLIO, Can.OFFER_EVIDENCE, Can.READ_EVIDENCE, Can.APPEAL_DECISION}
    ),
    (Role.RECEPTION, Relation.MEMBER): frozenset(_EVERYONE | _DESK),
    (Role.LEAD, Relation.MEMBER): frozenset(
        _EVERYONE | _DESK | _CHART | _HOUSE
        | {Can.OVERRIDE_FINDING, Can.CORRECT_ALLERGY, Can.SHORTEN_REFLECTION, Can.PUBLISH_CONTENT, Can.MANAGE_STOCK,
           Can.MANAGE_CATALOGUE, Can.CLOSE_CHART, Can.READ_WHO_LOOKED}
    ),
    (Role.PRACTITIONER, Relation.CLOSED): frozenset(_CLOSED),
    (Role.RECEPTION, Relation.CLOSED): frozenset(_CLOSED | {Can.BOOK_VISIT}),
    (Role.LEAD, Relation.CLOSED): frozenset(_CLOSED | {Can.CLOSE_CHART, Can.BREAK_GLASS}),
    (Role.LEAD, Relation.GLASS): frozenset({Can.READ_CHART, Can.READ_PHOTO, Can.READ_DOCUMENT}),
    (Role.LEARNER, Relation.CLOSED): frozenset({Can.READ_VISITS, Can.MOVE_VISIT}),
    (Role.PRESCRIBER, Relation.CLOSED): frozenset({Can.FIND_CLIENT, Can.READ_CONTACT, Can.READ_VISITS}),
    (Role.MANAGER, Relation.CLOSED): frozenset({Can.READ_VISITS, Can.EXPORT_RECORDS}),
    (Role.PROTECTION, Relation.CLOSED): frozenset(
        {Can.READ_LOG, Can.READ_WHO_LOOKED, Can.EXPORT_RECORDS, Can.ERASE_CLIENT, Can.REOPEN_CHART}
    ),
    (Role.PRESCRIBER, Relation.MEMBER): frozenset(
        _EVERYONE | _HOUSE
        | {Can.FIND_CLIENT, Can.READ_CONTACT, Can.READ_VISITS, Can.READ_CHART, Can.READ_PHOTO, Can.READ_DOCUMENT,
           Can.OVERRIDE_FINDING, Can.CLEAR_FINDING, Can.PRESCRIBE}
    ),
    (Role.MANAGER, Relation.MEMBER): frozenset(
        _EVERYONE | _HOUSE
        | {Can.READ_VISITS, Can.MANAGE_STAFF, Can.MANAGE_STOCK, Can.MANAGE_CATALOGUE, Can.ENROL_LEARNER,
           Can.SET_CENTRE, Can.EXPORT_RECORDS}
    ),
    (Role.ASSESSOR, Relation.MEMBER): frozenset(
        _EVERYONE | {Can.OPEN_OBSERVATION, Can.READ_PORTFOLIO, Can.ENROL_LEARNER}
    ),
    (Role.ASSESSOR, Relation.OFFERED): frozenset({Can.READ_EVIDENCE, Can.DECIDE_EVIDENCE, Can.COUNTERSIGN}),
    (Role.IQA, Relation.MEMBER): frozenset(
        _EVERYONE | {Can.READ_PORTFOLIO, Can.SAMPLE_DECISIONS, Can.ANSWER_APPEAL, Can.SET_CENTRE}
    ),
    (Role.IQA, Relation.SAMPLED): frozenset({Can.READ_EVIDENCE}),
    (Role.EQA, Relation.MEMBER): frozenset(_EVERYONE | {Can.READ_PORTFOLIO}),
    (Role.TUTOR, Relation.MEMBER): frozenset(_EVERYONE | {Can.READ_PORTFOLIO}),
    (Role.PROTECTION, Relation.MEMBER): frozenset(
        _EVERYONE
        | {Can.READ_LOG, Can.READ_WHO_LOOKED, Can.ACKNOWLEDGE_ALARM, Can.EXPORT_RECORDS, Can.ERASE_CLIENT,
           Can.REOPEN_CHART, Can.READ_CONTENT}
    ),
    (HANDED_ROLE, Relation.HANDED): frozenset({Can.ANSWER_HANDED, Can.SIGN_HANDED}),
}  # fmt: skip


@dataclass(frozen=True)
class Resource:
    """What a record is to a person: its organisation, the relations that hold, and reasons that forbid
    whatever is granted.
    """

    organisation_id: UUID | None
    relations: frozenset[Relation]
    denials: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Allow:
    """Yes."""


@dataclass(frozen=True)
class Deny:
    """No, and why."""

    reason: str


def decide(subject: Actor, can: Can, resource: Resource) -> Allow | Deny:
    """May this person do this to that? Pure. Deny wins; unknown is deny; no relation means nothing."""
    if resource.denials:
        return Deny(min(resource.denials))
    roles = _roles(subject, resource.organisation_id)
    if any(can in GRANTS.get((role, relation), ()) for role in roles for relation in resource.relations):
        return Allow()
    return Deny("not_granted" if resource.relations else "no_relation")


def _roles(subject: Actor, organisation_id: UUID | None) -> frozenset[str]:
    if subject.kind == "client":
        return frozenset({HANDED_ROLE})
    if subject.kind == "staff":
        return frozenset(subject.roles_in(organisation_id))
    return frozenset()


def could(subject: Actor, can: Can) -> bool:
    """Whether the verb is granted to any role of this person at all (function level)."""
    roles: set[str] = (
        {HANDED_ROLE} if subject.kind == "client" else {r for held in subject.roles.values() for r in held}
    )
    return any(can in grants for (role, _), grants in GRANTS.items() if role in roles)


@dataclass(frozen=True)
class Scope:
    """Organisations in which a verb holds for every record, and those in which it holds for treated clients only; for
    clients whose chart is closed, and for those whose glass is broken, the organisations stand apart.
    """

    everywhere: frozenset[UUID]
    treating: frozenset[UUID]
    closed: frozenset[UUID] = frozenset()
    glass: frozenset[UUID] = frozenset()


def scope(subject: Actor, can: Can) -> Scope:
    """Where a verb is granted to this person. An empty scope is nothing, never all."""
    if subject.kind != "staff":
        return Scope(frozenset(), frozenset())
    everywhere = _organisations(subject, can, Relation.MEMBER)
    treating = _organisations(subject, can, Relation.TREATING)
    closed = _organisations(subject, can, Relation.CLOSED)
    return Scope(everywhere, treating - everywhere, closed, _organisations(subject, can, Relation.GLASS))


def _organisations(subject: Actor, can: Can, relation: Relation) -> frozenset[UUID]:
    """Where a role of this person grants the verb under a relation."""
    held = subject.roles.items()
    return frozenset(org for org, roles in held if any(can in GRANTS.get((role, relation), ()) for role in roles))


def member_resource(actor: Actor, organisation_id: UUID) -> Resource:
    """A record of an organisation that is not about a client."""
    member = actor.kind == "staff" and bool(actor.roles_in(organisation_id))
    return Resource(organisation_id, frozenset({Relation.MEMBER}) if member else frozenset())


def client_resource(actor: Actor, organisation_id: UUID, client_id: UUID) -> Resource:
    """A record about a client: member of its clinic, treating person, or the client with the tablet."""
    relations: set[Relation] = set()
    if actor.kind == "client":
        relations |= {Relation.HANDED} if actor.client_id == client_id else set()
    elif actor.roles_in(organisation_id):
        relations.add(Relation.CLOSED if client_id in actor.closed else Relation.MEMBER)
        relations |= {Relation.TREATING} if client_id in actor.treating else set()
        relations |= {Relation.GLASS} if client_id in actor.closed & actor.glass else set()
    return Resource(organisation_id, frozenset(relations))


class Refused(PermissionDenied):
    """A denial with the verb and the reason, for the log."""

    def __init__(self, can: Can, reason: str, record: Any = None) -> None:
        super().__init__(reason)
        self.can, self.reason, self.record = can, reason, record


def may(actor: Actor, can: Can, record: Any) -> bool:
    """Whether the verb is allowed on a record."""
    return actor.kind == "system" or isinstance(decide(actor, can, record.resource_for(actor)), Allow)


def require(actor: Actor, can: Can, record: Any) -> None:
    """Refuse unless allowed. Raises Http404 without any relation to the record, else Refused (403)."""
    if actor.kind == "system":
        return
    resource = record.resource_for(actor)
    decision = decide(actor, can, resource)
    if isinstance(decision, Deny):
        if not resource.relations:
            raise Http404
        raise Refused(can, decision.reason, record)
