"""Verbs on clients: create, correct, care relations, allergies."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from clinic import access, audit, clock, rules
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import AllergyStatus, Role
from clinic.errors import InvalidValue, RuleRefused
from clinic.keystore import keys
from clinic.models import AllergyEntry, CareRelation, Client, NameGeneration, Organisation, Staff
from clinic.reading import active_allergies

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0, 1: read aloud without mistakes
CLIENT_FIELDS = (
    "legal_name", "known_as", "birth_date", "phone", "email", "address", "emergency_contact", "gp_practice", "sex",
    "needs", "language",
)  # fmt: skip


def _new_code() -> str:
    """A client code such as `K7Q-2MX`; tells nothing about the person."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"


def _touch_names(organisation_id: Any) -> None:
    NameGeneration.objects.get_or_create(organisation_id=organisation_id)
    generation = NameGeneration.objects.select_for_update().get(organisation_id=organisation_id)
    generation.number += 1
    generation.save(update_fields=["number"])


def _checked(values: dict[str, Any], at: datetime) -> dict[str, Any]:
    unknown = set(values) - set(CLIENT_FIELDS)
    if unknown:
        raise InvalidValue("Unknown field.", code="unknown_field", field=min(unknown))
    if "legal_name" in values and not str(values["legal_name"]).strip():
        raise InvalidValue("Give the client's full legal name.", code="required", field="legal_name")
    if "birth_date" in values:
        born = values["birth_date"] if isinstance(values["birth_date"], date) else _date(values["birth_date"])
        _check_age(born, at)
        values = {**values, "birth_date": born.isoformat()}
    return {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise InvalidValue("Give the date of birth as a date.", code="invalid_date", field="birth_date") from error


def _check_age(born: date, at: datetime) -> None:
    today = at.astimezone(clock.LONDON).date()
    if born > today or rules.age_on(born, today) > 120:
        raise InvalidValue("This date of birth cannot be right.", code="invalid_date", field="birth_date")
    if rules.age_on(born, today) < rules.ADULT_AGE_YEARS:
        raise RuleRefused(
            "Under 18: this clinic does not treat anyone under 18, and a parent's agreement does not change that. "
            "Nothing was recorded about this person.",
            code="under_18",
            field="birth_date",
        )


@audit.audited
def create_client(organisation: Organisation, *, by: Actor, at: datetime, **values: Any) -> Client:
    """Record a new client; `values` are CLIENT_FIELDS (`birth_date` a date or ISO text).

    Raises RuleRefused `under_18` (R001, R002), InvalidValue. The key is made before the row (decision 19).
    """
    access.require(by, Can.CREATE_CLIENT, organisation)
    checked = _checked({"legal_name": "", **values}, at)
    client = Client(organisation=organisation, code=_new_code(), recorded_at=at, **checked)
    keys.create_key(client.id)
    client.save()
    if by.staff_id and Role.LEARNER in by.roles_in(organisation.id):
        CareRelation(
            organisation=organisation, client=client, staff_id=by.staff_id, from_on=at.date(), recorded_at=at
        ).save()
    _touch_names(organisation.id)
    audit.record(by, "client.created", client, at=at)
    return client


@audit.audited
def edit_client(client: Client, *, by: Actor, at: datetime, version: int | None = None, **values: Any) -> Client:
    """Correct what identifies a client or how they are reached. Raises StaleRecord with both versions, InvalidValue."""
    access.require(by, Can.EDIT_CLIENT, client)
    locked: Client = Client.objects.locked(client.pk)
    current = {name: getattr(locked, name) for name in values if name in CLIENT_FIELDS}
    rules.check_version(
        locked.version, version, now={**current, "version": locked.version}, yours={**values, "version": version}
    )
    checked = _checked(values, at)
    changed = [name for name, value in checked.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, checked[name])
    if changed:
        locked.save()
        _touch_names(locked.organisation_id)
    audit.record(by, "client.edited", locked, at=at, fields=changed, version=locked.version)
    return locked


@audit.audited
def start_care(client: Client, *, staff: Staff, by: Actor, at: datetime) -> CareRelation:
    """Open a care relation: from now on this person treats the client (a learner then sees the chart)."""
    access.require(by, Can.BOOK_VISIT, client)
    found = CareRelation.objects.filter(client=client, staff=staff, until_on__isnull=True).first()
    if found is None:
        found = CareRelation(
            organisation_id=client.organisation_id, client=client, staff=staff, from_on=at.date(), recorded_at=at
        )
        found.save()
    audit.record(by, "care.started", client, at=at, staff=staff.id)
    return found


@audit.audited
def end_care(relation: CareRelation, *, by: Actor, at: datetime) -> CareRelation:
    """Close a care relation; the person no longer sees the chart through it."""
    access.require(by, Can.BOOK_VISIT, relation)
    locked: CareRelation = CareRelation.objects.locked(relation.pk)
    locked.until_on = at.date()
    locked.save(update_fields=["until_on"])
    audit.record(by, "care.ended", locked, at=at, staff=locked.staff_id)
    return locked


@audit.audited
def record_allergy(
    client: Client,
    *,
    tag: str,
    words: str = "",
    detail: dict[str, Any] | None = None,
    status: str = AllergyStatus.ACTIVE,
    source: str = "",
    by: Actor,
    at: datetime,
) -> AllergyEntry:
    """Put a coded allergy on the client's list; an entry with the same tag is confirmed, never doubled. An
    unsure one becomes active.
    """
    if by.kind != "client":
        access.require(by, Can.CODE_ALLERGY, client)
    for entry in active_allergies(client):
        if entry.tag == tag:
            if entry.status == AllergyStatus.UNSURE and status == AllergyStatus.ACTIVE:
                entry.status = AllergyStatus.ACTIVE
                entry.save()
            audit.record(by, "allergy.confirmed", entry, at=at)
            return entry
    entry = AllergyEntry(
        organisation_id=client.organisation_id,
        client=client,
        tag=tag,
        words=words,
        detail=detail or {},
        status=status,
        source=source,
        recorded_at=at,
    )
    entry.save()
    audit.record(by, "allergy.recorded", entry, at=at)
    return entry


@audit.audited
def correct_allergy(entry: AllergyEntry, *, reason: str, by: Actor, at: datetime) -> AllergyEntry:
    """A clinical lead takes a disputed entry off the list, with a reason; the entry stays readable (S208)."""
    access.require(by, Can.CORRECT_ALLERGY, entry)
    if not reason.strip():
        raise InvalidValue("Say why this entry is corrected.", code="required", field="reason")
    locked: AllergyEntry = AllergyEntry.objects.locked(entry.pk)
    locked.status, locked.reason = AllergyStatus.CORRECTED, reason.strip()
    locked.save()
    audit.record(by, "allergy.corrected", locked, at=at)
    return locked
