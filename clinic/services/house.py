"""Verbs of the house: organisations, sites, staff, roles, standing, emergency kit, content."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q

from clinic import access, audit, content, proof
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import ContentState, Role
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.keystore import keys
from clinic.models import ContentReview, ContentVersion, Credential, KitCheck, Membership, Organisation, Site, Staff
from clinic.models import Supervision as SupervisionRow
from clinic.reading import unreviewed_rows


def _only_system(by: Actor) -> None:
    if by.kind != "system":
        raise access.Refused(Can.MANAGE_STAFF, "only_at_installation")


@audit.audited
def create_organisation(
    *,
    name: str,
    kind: str,
    country: str,
    telephone: str,
    settings: dict[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Organisation:
    """Set an organisation up, with its own key. Only the installer (system) may."""
    _only_system(by)
    organisation = Organisation(
        name=name, kind=kind, country=country, telephone=telephone, settings=settings or {}, recorded_at=at
    )
    keys.create_key(organisation.id)
    organisation.save()
    audit.record(by, "organisation.created", organisation, at=at, kind=kind)
    return organisation


@audit.audited
def create_site(organisation: Organisation, *, name: str, address: str, by: Actor, at: datetime) -> Site:
    """Add a place."""
    access.require(by, Can.MANAGE_STAFF, organisation)
    site = Site(organisation=organisation, name=name.strip(), address=address.strip(), recorded_at=at)
    site.save()
    audit.record(by, "site.created", site, at=at)
    return site


@audit.audited
def create_staff(*, email: str, name: str, position: str, password: str, by: Actor, at: datetime) -> Staff:
    """Make a sign-in. One person has one sign-in for all clinics and roles. Raises InvalidValue for a weak password."""
    _only_system(by)
    staff = Staff(email=email.strip().lower(), name=name.strip(), position=position.strip())
    try:
        validate_password(password, staff)
    except ValidationError as error:
        raise InvalidValue(" ".join(error.messages), code="weak_password", field="password") from error
    staff.set_password(password)
    staff.save()
    audit.record(by, "staff.created", staff, at=at)
    return staff


def _change_standing(staff: Staff, *, signed_out_at: datetime | None = None) -> None:
    """Every session of the person takes a new key at its next request, or is over."""
    locked = Staff.objects.select_for_update().get(pk=staff.pk)
    staff.standing = locked.standing = locked.standing + 1
    if signed_out_at is not None:
        staff.signed_out_at = locked.signed_out_at = signed_out_at
    locked.save(update_fields=["standing", "signed_out_at"])


@audit.audited
def grant_role(
    organisation: Organisation, *, staff: Staff, role: str, from_on: date, by: Actor, at: datetime
) -> Membership:
    """Give a role from a day; the person's sessions take a new key. Nobody changes their own roles (SEC-A18)."""
    access.require(by, Can.MANAGE_STAFF, organisation)
    if by.staff_id == staff.id:
        raise RuleRefused("Nobody changes their own roles.", code="own_role", field="role")
    if role not in Role.values:
        raise InvalidValue("Choose a role.", code="invalid_choice", field="role")
    proof.demand(by, at)
    if Membership.objects.filter(
        organisation=organisation, staff=staff, role=role, until_on__isnull=True, ended_at__isnull=True
    ).exists():
        raise RuleRefused("This person has this role already.", code="has_role", field="role")
    membership = Membership(organisation=organisation, staff=staff, role=role, from_on=from_on, recorded_at=at)
    membership.save()
    _change_standing(staff)
    audit.record(by, "role.granted", membership, at=at, staff=staff.id, role=role)
    return membership


@audit.audited
def end_role(membership: Membership, *, by: Actor, at: datetime) -> Membership:
    """Take a role away at once (SEC-A16). With the last one every session of the person is over."""
    access.require(by, Can.MANAGE_STAFF, membership)
    if by.staff_id == membership.staff_id:
        raise RuleRefused("Nobody changes their own roles.", code="own_role", field="role")
    proof.demand(by, at)
    locked: Membership = Membership.objects.locked(membership.pk)
    if locked.ended_at is not None:
        raise TransitionRefused("This role was ended before.", code="wrong_state")
    locked.until_on, locked.ended_at = at.date(), at
    locked.save(update_fields=["until_on", "ended_at"])
    others = Membership.objects.filter(staff_id=locked.staff_id, ended_at__isnull=True).exclude(pk=locked.pk)
    is_dismissed = not others.filter(Q(until_on__isnull=True) | Q(until_on__gte=at.date())).exists()
    _change_standing(locked.staff, signed_out_at=at if is_dismissed else None)
    audit.record(by, "role.ended", locked, at=at, staff=locked.staff_id, role=locked.role)
    return locked


@audit.audited
def add_credential(
    organisation: Organisation,
    *,
    staff: Staff,
    verified_by: Staff | None = None,
    by: Actor,
    at: datetime,
    **values: Any,
) -> Credential:
    """File a qualification, registration, insurance or certificate; `verified_by` is who saw the proof, today."""
    access.require(by, Can.MANAGE_STAFF, organisation)
    if verified_by is not None and verified_by.id == staff.id:
        raise RuleRefused("Nobody verifies their own standing.", code="own_standing", field="verified_by")
    credential = Credential(
        staff=staff,
        verified_by=verified_by,
        verified_on=at.date() if verified_by else None,
        recorded_at=at,
        **values,
    )
    credential.save()
    audit.record(
        by, "credential.added", credential, at=at, organisation_id=organisation.id, kind=credential.kind, staff=staff.id
    )
    return credential


@audit.audited
def name_supervisor(
    organisation: Organisation, *, learner: Staff, supervisor: Staff, from_on: date, by: Actor, at: datetime
) -> SupervisionRow:
    """Name a learner's supervisor."""
    access.require(by, Can.MANAGE_STAFF, organisation)
    if learner.id == supervisor.id:
        raise RuleRefused("Nobody supervises themselves.", code="own_supervisor", field="supervisor")
    row = SupervisionRow(
        organisation=organisation, learner=learner, supervisor=supervisor, from_on=from_on, recorded_at=at
    )
    row.save()
    audit.record(by, "supervisor.named", row, at=at, learner=learner.id, supervisor=supervisor.id)
    return row


@audit.audited
def check_kit(
    site: Site, *, adrenaline_expires_on: date, is_complete: bool, next_due_on: date, by: Actor, at: datetime
) -> KitCheck:
    """Record a check of the emergency kit (KA07, R016)."""
    access.require(by, Can.CHECK_EMERGENCY_KIT, site)
    if by.staff_id is None:
        raise access.Refused(Can.CHECK_EMERGENCY_KIT, "not_a_person")
    check = KitCheck(
        organisation_id=site.organisation_id,
        site=site,
        checked_by_id=by.staff_id,
        checked_at=at,
        adrenaline_expires_on=adrenaline_expires_on,
        is_complete=is_complete,
        next_due_on=next_due_on,
        recorded_at=at,
    )
    check.save()
    audit.record(by, "kit.checked", check, at=at, complete=is_complete)
    return check


@audit.audited
def draft_content(organisation: Organisation, kind: str, body: Any, *, by: Actor, at: datetime) -> ContentVersion:
    """Make a new draft version of a kind of content; refused when it does not parse."""
    if by.kind != "system":
        access.require(by, Can.PUBLISH_CONTENT, organisation)
    content.parse(kind, body, organisation)
    last = ContentVersion.objects.filter(organisation=organisation, kind=kind).order_by("-number").first()
    version = ContentVersion(
        organisation=organisation,
        kind=kind,
        number=last.number + 1 if last else 1,
        body=body,
        digest=content.digest(body),
        recorded_at=at,
    )
    version.save()
    audit.record(by, "content.drafted", version, at=at, kind=kind, number=version.number)
    return version


@audit.audited
def review_content(version: ContentVersion, rows: list[str], *, by: Actor, at: datetime) -> ContentReview:
    """Sign rows of a draft as reviewed, with name and time."""
    access.require(by, Can.PUBLISH_CONTENT, version)
    if by.staff_id is None:
        raise access.Refused(Can.PUBLISH_CONTENT, "not_a_person")
    review = ContentReview(
        organisation_id=version.organisation_id,
        content=version,
        rows=sorted(rows),
        reviewer_id=by.staff_id,
        reviewed_at=at,
        recorded_at=at,
    )
    review.save()
    audit.record(by, "content.reviewed", version, at=at, rows=len(rows))
    return review


@audit.audited
def publish_content(version: ContentVersion, *, by: Actor, at: datetime) -> ContentVersion:
    """Put a version into force and retire the one before. Refused while a CC or K row has no reviewer
    (clinical-content 0.1).
    """
    access.require(by, Can.PUBLISH_CONTENT, version)
    if by.staff_id is None:
        raise access.Refused(Can.PUBLISH_CONTENT, "not_a_person")
    locked: ContentVersion = ContentVersion.objects.locked(version.pk)
    if locked.state != ContentState.DRAFT:
        raise TransitionRefused("Only a draft can be published.", code="wrong_state", field="state")
    waiting = unreviewed_rows(locked)
    if waiting:
        raise RuleRefused(
            f"{len(waiting)} rows still need a named reviewer.",
            code="rows_not_reviewed",
            details={"rows": waiting[:200]},
        )
    before = ContentVersion.objects.filter(
        organisation_id=locked.organisation_id, kind=locked.kind, state=ContentState.PUBLISHED
    ).first()
    if before is not None:
        before.state, before.retired_at = ContentState.RETIRED, at
        before.save(update_fields=["state", "retired_at"])
    locked.state, locked.published_at, locked.published_by_id = ContentState.PUBLISHED, at, by.staff_id
    locked.save(update_fields=["state", "published_at", "published_by"])
    audit.record(by, "content.published", locked, at=at, kind=locked.kind, number=locked.number)
    return locked
