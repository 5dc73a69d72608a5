"""Reads of consent: the gate before a session, the answer to a separate permission, what a screen shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from clinic import clock, content, providers
from clinic.catalogue import content as catalogue
from clinic.models import Client, Organisation
from consent import rules
from consent.choices import ConsentState, ConversationKind
from consent.models import ClientPermission, Consent, ConsentConversation, ReflectionShortening
from consent.rules import Cover, Earlier, Hours, Reason, Signing
from consent.texts import SETTINGS, ConsentTexts

KIND = "consent_texts"


@dataclass(frozen=True)
class ConsentStanding:
    """Whether a treatment may go ahead on the ground of consent, and why not.

    `cooling_off_hours` is what still has to be waited for in all: 0 once the lead shortened it (`asked_hours` stays).
    `confirmed_at` is the performer's own talk or confirmation on this day, or None (decision 51).
    """

    ok: bool
    reasons: tuple[Reason, ...]
    consent: Consent | None = None
    hours_since_info: float | None = None
    cooling_off_hours: int = 0
    asked_hours: int = 0
    is_shortened: bool = False
    is_first_course: bool = True
    confirmed_at: datetime | None = None


def texts_of(organisation: Any) -> tuple[Any, ConsentTexts]:
    """The published consent texts of a clinic and their version. Raises RuleRefused `content_not_published`."""
    version = content.published(organisation, KIND)
    return version, content.parsed(version)


def hours_of(organisation: Organisation, texts: ConsentTexts) -> Hours:
    """The clinic's reflection times."""
    return rules.hours_from({name: texts.settings[name].value for name in SETTINGS}, organisation.settings)


def _rows(client: Client) -> list[Consent]:
    """All consents of a client, newest first, with what belongs to them; a fixed number of queries."""
    rows = Consent.objects.for_client(client).defer("content__body")
    rows = rows.select_related("product", "performer", "document", "content", "plan")
    return list(rows.prefetch_related("withdrawals", "conversations", "shortenings").order_by("-info_given_at", "-id"))


def consents_of(client: Client) -> list[Consent]:
    """All consents of a client, newest first."""
    return _rows(client)


def is_withdrawn(consent: Consent, at: datetime | None = None) -> bool:
    """Whether the client has withdrawn this consent."""
    return any(at is None or row.withdrawn_at <= at for row in consent.withdrawals.all())


def standing_word(consent: Consent) -> str:
    """State with withdrawal counted in."""
    return "withdrawn" if is_withdrawn(consent) else str(consent.state)


def conversation_of(
    consent: Consent, performer_id: UUID | None = None, at: datetime | None = None
) -> ConsentConversation | None:
    """The newest talk before treatment that the performer (or the given person) recorded, by `at` when given.

    A confirmation on the day is no talk: whoever takes over records their own before start (decision 51).
    """
    rows = _said(consent, performer_id or consent.performer_id, at)
    return _newest(row for row in rows if row.kind == ConversationKind.BEFORE)


def sealed_conversation(consent: Consent) -> ConsentConversation | None:
    """The talk that the sealed paper holds: the newest one when the client decided; of an open consent the newest."""
    return conversation_of(consent, at=consent.decided_at)


def _said(consent: Consent, who: UUID, at: datetime | None) -> list[ConsentConversation]:
    rows = [row for row in consent.conversations.all() if row.performer_id == who]
    return [row for row in rows if at is None or row.recorded_at <= at]


def _newest(rows: Iterable[ConsentConversation]) -> ConsentConversation | None:
    return max(rows, key=lambda row: (row.held_at, row.recorded_at), default=None)


def shortening_of(consent: Consent, at: datetime | None = None) -> ReflectionShortening | None:
    """The lead's shortening of the reflection time, by `at` when given."""
    rows = [row for row in consent.shortenings.all() if at is None or row.shortened_at <= at]
    return max(rows, key=lambda row: row.shortened_at, default=None)


def experience_of(client: Client, at: datetime, hours: Hours) -> tuple[Cover, ...]:
    """What the client has been treated with under consents that still stand; it shortens the reflection time."""
    treated = providers.treated(client)
    rows = [row for row in _rows(client) if row.state == ConsentState.GIVEN]
    found = [
        _earlier(row, [moment for plan, moment in treated if plan == row.plan_id and moment <= at]) for row in rows
    ]
    return tuple(row.cover for row in found if rules.shortens_reflection(row, at, hours))


def _earlier(consent: Consent, treated: list[datetime]) -> Earlier:
    taken_back = min((row.withdrawn_at for row in consent.withdrawals.all()), default=None)
    given_at = consent.decided_at or consent.info_given_at
    return Earlier(consent.cover, given_at, taken_back, max(treated, default=None))


def signing_case(consent: Consent, at: datetime) -> Signing:
    """What is known at the moment somebody wants to sign."""
    conversation = conversation_of(consent, at=at)
    return Signing(
        has_conversation=conversation is not None,
        capacity=conversation.capacity if conversation else {},
        hours_since_info=rules.hours_since(consent.info_given_at, at),
        cooling_off=consent.cooling_off_hours,
        is_shortened=shortening_of(consent) is not None,
    )


def why_not_sign(consent: Consent, at: datetime) -> tuple[Reason, ...]:
    """Why the signature is not open yet."""
    if consent.state != ConsentState.OFFERED:
        return (Reason("wrong_state", f"This consent is already {consent.state_label.lower()}."),)
    return rules.why_not_sign(signing_case(consent, at))


def consent_standing(
    client: Client,
    *,
    product: Any,
    technique: str,
    zones: Iterable[str],
    performer: Any,
    at: datetime,
    last_treated_at: datetime | None = None,
) -> ConsentStanding:
    """Whether a valid consent covers this product, technique, zones and performer at this instant (R005, R006, H08).

    `product` and `performer` are records or ids; `last_treated_at` the last session of this kind, so that six
    months count from it. All reasons are given, of the consent that comes nearest.
    """
    known = catalogue.techniques().get(technique)
    wanted = Cover(known.modality if known else "", getattr(product, "id", product), technique, frozenset(zones))
    narrow = Consent.objects.for_client(client).prefetch_related("withdrawals", "conversations", "shortenings")
    rows = [row for row in narrow.order_by("-info_given_at", "-id") if row.info_given_at <= at]
    given = [row for row in rows if row.state == ConsentState.GIVEN and (row.decided_at or at) <= at]
    standing = [row for row in given if not is_withdrawn(row, at)]
    if not standing:
        return ConsentStanding(False, (_nothing(rows, given, at),))
    _, texts = texts_of(client.organisation_id)
    hours = hours_of(client.organisation, texts)
    performer_id = getattr(performer, "id", performer)
    judged = [
        _judged(row, wanted, performer_id=performer_id, at=at, hours=hours, last_treated_at=last_treated_at)
        for row in standing
    ]
    return min(judged, key=lambda found: (len(found.reasons), standing.index(found.consent)))


def _nothing(rows: list[Consent], given: list[Consent], at: datetime) -> Reason:
    if given:
        return Reason("withdrawn", "The client has withdrawn their consent.")
    if rows and rows[0].state == ConsentState.DECLINED:
        return Reason("declined", "The client has declined.")
    if rows:
        return Reason("not_signed", "Information was given; the client has not signed yet.")
    return Reason("no_consent", "There is no consent for this treatment yet.")


def _judged(
    consent: Consent,
    wanted: Cover,
    *,
    performer_id: UUID,
    at: datetime,
    hours: Hours,
    last_treated_at: datetime | None,
) -> ConsentStanding:
    reasons = [*rules.not_covered(consent.cover, wanted)]
    newest = max(filter(None, (consent.decided_at, last_treated_at)), default=consent.info_given_at)
    if rules.is_too_old(newest, at, hours):
        reasons.append(Reason("too_old", "More than six months have passed; consent is asked afresh."))
    newest_said = _newest(_said(consent, performer_id, at))
    if conversation_of(consent, performer_id, at) is None or newest_said is None:
        reasons.append(Reason("other_performer", "The person who treats has not recorded their own conversation."))
    else:
        reasons += rules.capacity_reasons(newest_said.capacity)
    since = rules.hours_since(consent.info_given_at, at)
    is_shortened = shortening_of(consent) is not None
    if since < consent.cooling_off_hours and not is_shortened:
        reasons.append(Reason("reflection_time", "Time to think is not over yet."))
    today = newest_said and newest_said.held_at.astimezone(clock.LONDON).date() == at.astimezone(clock.LONDON).date()
    return ConsentStanding(
        ok=not reasons,
        reasons=tuple(reasons),
        consent=consent,
        hours_since_info=since,
        cooling_off_hours=0 if is_shortened else consent.cooling_off_hours,
        asked_hours=consent.cooling_off_hours,
        is_shortened=is_shortened,
        is_first_course=consent.cooling_off_hours in (hours.first_injection, hours.first_electro),
        confirmed_at=newest_said.held_at if newest_said and today else None,
    )


def permissions(client: Client, at: datetime | None = None) -> Mapping[str, bool | None]:
    """The newest answer to every separate permission of a client."""
    rows = ClientPermission.objects.for_client(client)
    if at is not None:
        rows = rows.filter(decided_at__lte=at)
    return {row.code: row.answer for row in rows.order_by("decided_at", "recorded_at", "is_withdrawal", "id")}


def permission(client: Client, code: str, at: datetime | None = None) -> bool | None:
    """The client's standing answer to one permission; None when never asked or not answered."""
    rows = ClientPermission.objects.for_client(client).filter(code=code)
    if at is not None:
        rows = rows.filter(decided_at__lte=at)
    newest = rows.order_by("-decided_at", "-recorded_at", "-is_withdrawal", "-id").first()
    return None if newest is None else newest.answer


def opens_at(consent: Consent) -> datetime:
    """When the reflection time of a consent is over."""
    return consent.info_given_at + timedelta(hours=consent.cooling_off_hours)
