"""What is known of people, lots, depth and kit on a day, as plain values for the gates. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clinic.catalogue import rules as catalogue_rules
from clinic.catalogue.models import DepthLimit, Device
from clinic.choices import AllergyStatus, CredentialKind
from clinic.models import AllergyEntry, Credential, KitCheck, Membership, Staff, Supervision
from treatments.models import Lot, Session
from treatments.rules.readiness import DeviceChoice, LotChoice, Standing


@dataclass(frozen=True)
class DepthRow:
    """The clinic's own row for a technique and level (decision 31); depth in mm, None when there is no row."""

    depth_mm: float | None
    has_row: bool
    warns_only: bool


def is_in_force(row: Membership | Supervision, on: date) -> bool:
    """Whether a relation with a first and perhaps a last day holds on a day; the last day counts."""
    return row.from_on <= on and (row.until_on is None or row.until_on >= on)


def roles_on(memberships: Iterable[Membership], organisation_id: Any, on: date) -> set[str]:
    """Roles a person holds in an organisation on a day, those with a last day still to come included."""
    return {row.role for row in memberships if row.organisation_id == organisation_id and is_in_force(row, on)}


def supervisor_on(learner_id: Any, organisation_id: Any, on: date) -> Staff | None:
    """Who supervises a learner on a day: the one named last."""
    rows = Supervision.objects.filter(learner_id=learner_id, organisation_id=organisation_id, from_on__lte=on)
    named = [row for row in rows.select_related("supervisor").order_by("from_on") if is_in_force(row, on)]
    found: Staff | None = named[-1].supervisor if named else None
    return found


def credentials(staff_ids: Iterable[Any], on: date) -> dict[Any, list[Credential]]:
    """Credentials in force on a day, by person; one query."""
    found: dict[Any, list[Credential]] = {staff_id: [] for staff_id in staff_ids}
    for row in Credential.objects.filter(staff_id__in=list(found)).valid_on(on):
        found[row.staff_id].append(row)
    return found


def standing_of(rows: list[Credential], *, modality: str, technique: str) -> Standing:
    """What a person's credentials amount to for a modality and technique."""
    kinds = {row.kind for row in rows}
    insurance = [row for row in rows if row.kind == CredentialKind.INSURANCE]
    levels = [row.level for row in rows if row.kind == CredentialKind.QUALIFICATION and row.level and row.verified_on]
    return Standing(
        level=max(levels, default=None),
        is_registered=CredentialKind.REGISTRATION in kinds,
        is_insured=bool(insurance),
        insurance_covers=any(not row.covers or {modality, technique} & set(row.covers) for row in insurance),
        has_life_support=CredentialKind.BLS in kinds,
        has_anaphylaxis=CredentialKind.ANAPHYLAXIS in kinds,
    )


def depth_row(organisation_id: Any, technique: str, level: int | None) -> DepthRow:
    """The clinic's row of the highest level at or below the person's."""
    rows = {row.level: row for row in DepthLimit.objects.filter(organisation_id=organisation_id, technique=technique)}
    reached = [row for row in rows if level is not None and row <= level]
    if not reached:
        return DepthRow(None, has_row=False, warns_only=False)
    row = rows[max(reached)]
    return DepthRow(float(row.depth_mm), has_row=True, warns_only=row.action == "warn")


def lot_choice(lot: Lot, *, product_id: Any, on: date) -> LotChoice:
    """A lot as the gates see it."""
    return LotChoice(
        label=lot.number,
        is_expired=lot.is_expired(on),
        is_blocked=lot.state != "usable",
        has_stock=lot.in_stock > 0,
        matches_plan=lot.product_id == product_id,
    )


def device_choice(device: Device | None, on: date) -> DeviceChoice | None:
    """A device as the gates see it."""
    if device is None:
        return None
    return DeviceChoice(
        label=str(device),
        is_in_service=device.is_active and not device.service_overdue(on),
        safety_test_ok=not device.safety_test_overdue(on),
    )


def product_tags(lot: Lot) -> set[str]:
    """Allergen tags a lot's product carries, may carry, or has not answered (unknown counts as present)."""
    product = lot.product
    asked = {tag for tag, answer in product.tag_answers.items() if answer is not False}
    return set(catalogue_rules.certain_tags(product.ingredient_ids)) | asked


def allergies(client_id: Any) -> dict[str, str]:
    """Tags of allergy entries that count, with their words."""
    rows = AllergyEntry.objects.filter(client_id=client_id).exclude(status=AllergyStatus.CORRECTED)
    return {row.tag: row.words or row.tag for row in rows}


def kit(session: Session, at: datetime) -> tuple[bool, bool]:
    """(complete, in date) of the newest kit check of the visit's site, or of any site when there is no visit."""
    rows = KitCheck.objects.filter(organisation_id=session.organisation_id, checked_at__lte=at)
    if session.visit is not None:
        rows = rows.filter(site_id=session.visit.site_id)
    newest = rows.order_by("-checked_at").first()
    if newest is None:
        return False, False
    today = at.date()
    return newest.is_complete, newest.next_due_on >= today and newest.adrenaline_expires_on >= today
