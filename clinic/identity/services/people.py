"""Verbs on people: invite, accept, withdraw; end somebody's sessions; start somebody's factors afresh."""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404

from clinic import access, audit, proof
from clinic.access import Can
from clinic.actors import SYSTEM, Actor
from clinic.choices import Role
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.identity import rules
from clinic.identity.models import Invitation, RecoveryCode
from clinic.middleware import actor_of_staff
from clinic.models import Membership, Organisation, Staff
from clinic.services import house


@audit.audited
def invite(
    organisation: Organisation, *, email: str, role: str, by: Actor, at: datetime, name: str = ""
) -> tuple[Invitation, str]:
    """Invite an address to a role, for 24 hours, once; returns the token for the link. An older open invitation of the
    same address to the same role is withdrawn. Whether there is such a person already is not told.
    """
    access.require(by, Can.MANAGE_STAFF, organisation)
    proof.demand(by, at)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidValue("This is not an e-mail address.", code="invalid_email", field="email") from error
    if role not in Role.values:
        raise InvalidValue("Choose a role.", code="invalid_choice", field="role")
    if Staff.objects.filter(pk=by.staff_id, email=address).exists():
        raise RuleRefused("Nobody changes their own roles.", code="own_role", field="email")
    for old in Invitation.objects.filter(organisation=organisation, email=address, role=role):
        if old.is_open_at(at):
            old.withdrawn_at = at
            old.save(update_fields=["withdrawn_at"])
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        organisation=organisation,
        email=address,
        name=name.strip(),
        role=role,
        token_hash=rules.invitation_hash(token),
        invited_by_id=by.staff_id if by.kind == "staff" else None,
        expires_at=at + rules.INVITATION_LASTS,
        recorded_at=at,
    )
    invitation.save()
    audit.record(by, "invitation.made", invitation, at=at, role=role)
    return invitation, token


@audit.audited
def withdraw_invitation(invitation: Invitation, *, by: Actor, at: datetime) -> Invitation:
    """Take an open invitation back."""
    access.require(by, Can.MANAGE_STAFF, invitation)
    locked = _open(invitation, at)
    locked.withdrawn_at = at
    locked.save(update_fields=["withdrawn_at"])
    audit.record(by, "invitation.withdrawn", locked, at=at)
    return locked


def _open(invitation: Invitation, at: datetime) -> Invitation:
    """The invitation, locked. Raises TransitionRefused when it was used, withdrawn or is too old."""
    locked: Invitation = Invitation.objects.locked(invitation.pk)
    if not locked.is_open_at(at):
        raise TransitionRefused("This invitation is over. Ask for a new one.", code="invitation_over")
    return locked


def _take_up(invitation: Invitation, staff: Staff, at: datetime) -> Membership:
    """The role, given by the invitation: its maker stood by it with proof."""
    held = Membership.objects.filter(
        organisation_id=invitation.organisation_id, staff=staff, role=invitation.role, ended_at__isnull=True
    )
    membership = held.filter(until_on__isnull=True).first() or house.grant_role(
        invitation.organisation, staff=staff, role=invitation.role, from_on=at.date(), by=SYSTEM, at=at
    )
    invitation.accepted_at, invitation.accepted_by = at, staff
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    result: Membership = membership
    return result


@audit.audited
def accept_signed_in(invitation: Invitation, *, by: Actor, at: datetime) -> Membership:
    """The invited person, on their own sign-in, takes the role: one person, one account. Raises Http404 for others."""
    staff = Staff.objects.filter(pk=by.staff_id, is_active=True).first()
    if staff is None or staff.email.lower() != invitation.email:
        raise Http404
    membership = _take_up(_open(invitation, at), staff, at)
    audit.record(by, "invitation.accepted", invitation, at=at, role=membership.role)
    return membership


@audit.audited
def accept_newcomer(invitation: Invitation, *, name: str, password: str, by: Actor, at: datetime) -> Staff:
    """Somebody without an account makes one with the invited address and takes the role. Raises RuleRefused when the
    address has an account: it is accepted there, after signing in.
    """
    locked = _open(invitation, at)
    if Staff.objects.filter(email__iexact=locked.email).exists():
        raise RuleRefused("Sign in with your own account to accept.", code="has_account")
    staff = house.create_staff(
        email=locked.email, name=name, position=Role(locked.role).label, password=password, by=SYSTEM, at=at
    )
    _take_up(locked, staff, at)
    audit.record(actor_of_staff(staff), "invitation.accepted", locked, at=at, role=locked.role)
    return staff


@audit.audited
def end_own_session(staff: Staff, session_id: int, *, by: Actor, at: datetime) -> None:
    """End one of one's own sessions. Raises Http404 for anybody else's."""
    found = UserSession.objects.filter(pk=session_id, user_id=by.staff_id).first()
    if found is None or staff.id != by.staff_id:
        raise Http404
    found.end()
    audit.record(by, "session.ended", staff, at=at)


@audit.audited
def end_sessions_of(staff: Staff, *, by: Actor, at: datetime) -> Staff:
    """End every session of a person, on every device. By a manager of a clinic the person works in."""
    access.require(by, Can.MANAGE_STAFF, staff)
    locked = _signed_out(staff, at)
    audit.record(by, "sessions.ended", locked, at=at)
    return locked


def _signed_out(staff: Staff, at: datetime) -> Staff:
    locked: Staff = Staff.objects.select_for_update().get(pk=staff.pk)
    locked.standing, locked.signed_out_at = locked.standing + 1, at
    locked.save(update_fields=["standing", "signed_out_at"])
    for row in UserSession.objects.filter(user_id=staff.pk):
        row.end()
    return locked


@audit.audited
def reset_factors(staff: Staff, *, by: Actor, at: datetime) -> Staff:
    """Phone and codes are lost, the person stands before the manager: all factors go, all sessions end, and the person
    enrols anew after the next password. The manager chooses no secret and cannot do it to themselves.
    """
    access.require(by, Can.MANAGE_STAFF, staff)
    if by.staff_id == staff.id:
        raise RuleRefused("Another manager does this for you.", code="own_factors")
    proof.demand(by, at)
    Authenticator.objects.filter(user_id=staff.pk).delete()
    RecoveryCode.objects.filter(staff_id=staff.pk).delete()
    locked = _signed_out(staff, at)
    audit.record(by, "factors.reset", locked, at=at)
    return locked
