"""The manager's pages: people, roles, standing, invitations; and the page an invited person opens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from clinic import clock, http, proof
from clinic import queries as desk
from clinic.access import Can
from clinic.choices import Role
from clinic.errors import DomainError
from clinic.identity import inviting, queries
from clinic.identity.forms import InviteForm, NewcomerForm, RoleForm
from clinic.identity.models import Invitation
from clinic.identity.services import people as services
from clinic.models import Membership, Staff
from clinic.services import house
from clinic.signin import NOBODY


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, and who is invited."""
    organisation = desk.organisation_for(_actor(request), Can.MANAGE_STAFF)
    context = {
        "organisation": organisation,
        "people": queries.people(organisation.id, clock.today()),
        "invitations": [
            {"row": row, "role": Role(row.role).label} for row in queries.open_invitations(organisation.id, clock.now())
        ],
    }
    return http.page(request, "identity/people.html", context)


def person_detail(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """One person: roles, standing, sessions, and what may be done."""
    actor, now = _actor(request), clock.now()
    staff = http.load(Staff, actor, Can.MANAGE_STAFF, staff_id)
    context = {
        "person": staff,
        "roles": queries.roles_of(staff, actor.organisation_id, clock.today()),
        "standing": queries.standing_of(staff, clock.today()),
        "sessions": queries.sessions_of(staff, now=now),
        "is_me": queries.is_own(staff.id, actor.staff_id),
        "form": RoleForm(),
    }
    return http.page(request, "identity/person.html", context)


def _told(request: HttpRequest, staff_id: UUID, done: str, verb: Any) -> HttpResponse:
    """Run a verb of the person's page and go back to it with what became of it."""
    try:
        verb()
        messages.success(request, done)
    except proof.ProofNeeded:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return http.redirect_to("person-detail", staff_id=staff_id)


def role_grant(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """POST: give a further role from today."""
    actor = _actor(request)
    staff = http.load(Staff, actor, Can.MANAGE_STAFF, staff_id)
    organisation = desk.organisation_for(actor, Can.MANAGE_STAFF)
    role, now = request.POST.get("role", ""), clock.now()

    def grant() -> None:
        house.grant_role(organisation, staff=staff, role=role, from_on=clock.today(), by=actor, at=now)

    return _told(request, staff_id, "The role is given.", grant)


def role_end(request: HttpRequest, staff_id: UUID, membership_id: UUID) -> HttpResponse:
    """POST: take a role away at once."""
    actor = _actor(request)
    membership = http.load(Membership, actor, Can.MANAGE_STAFF, membership_id, staff_id=staff_id)
    done = "The role is ended, from this moment."
    return _told(request, staff_id, done, lambda: house.end_role(membership, by=actor, at=clock.now()))


def sessions_end(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """POST: sign the person out everywhere."""
    actor = _actor(request)
    staff = http.load(Staff, actor, Can.MANAGE_STAFF, staff_id)
    done = "Signed out on every device."
    return _told(request, staff_id, done, lambda: services.end_sessions_of(staff, by=actor, at=clock.now()))


def factors_reset(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """POST: the person lost phone and codes and stands here; they enrol anew at the next sign-in."""
    actor = _actor(request)
    staff = http.load(Staff, actor, Can.MANAGE_STAFF, staff_id)
    done = "Factors removed. At the next sign-in a new one is added."
    return _told(request, staff_id, done, lambda: services.reset_factors(staff, by=actor, at=clock.now()))


def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody to a role; the demo shows the link, because it sends no mail."""
    actor, now = _actor(request), clock.now()
    organisation = desk.organisation_for(actor, Can.MANAGE_STAFF)
    proof.demand(actor, now)
    form = InviteForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        with http.with_refusals(form) as outcome:
            invitation, token = services.invite(organisation, by=actor, at=now, **form.cleaned_data)
        if outcome.ok:
            return _invited(request, invitation, token)
        status = outcome.status
    return http.page(request, "identity/invite.html", {"form": form}, status=status)


def _invited(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    if inviting.send(request, invitation, token):
        messages.success(request, f"Invited: {invitation.email}. The link works once, for 24 hours.")
    else:
        messages.error(request, "The mail could not be sent. Invite again when it works.")
    if not settings.DEMO:
        return http.redirect_to("people-list")
    context = {"invitation": invitation, "link": inviting.link_of(request, token)}
    return http.page(request, "identity/invited.html", context)


def invitation_withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """POST: take an invitation back."""
    actor = _actor(request)
    found = http.load(Invitation, actor, Can.MANAGE_STAFF, invitation_id)
    services.withdraw_invitation(found, by=actor, at=clock.now())
    messages.success(request, "The invitation is withdrawn.")
    return http.redirect_to("people-list")


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What an invited person opens: accept on one's own sign-in, or make one."""
    found = queries.invitation_by(token)
    if found is None:
        raise Http404
    if not found.is_open_at(clock.now()):
        return http.page(request, "identity/invitation_over.html", status=409)
    actor = _actor(request)
    form = NewcomerForm(request.POST or None, initial={"name": found.name})
    is_theirs = actor is not None and actor.kind == "staff" and request.user.email.lower() == found.email  # type: ignore[union-attr]
    is_new = actor is None and not queries.has_account(found.email)
    if request.method == "POST" and is_theirs:
        services.accept_signed_in(found, by=actor, at=clock.now())
        messages.success(request, f"You work at {found.organisation.name} now.")
        return http.redirect_to("today")
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and is_new and form.is_valid():
        with http.with_refusals(form) as outcome:
            given = {key: form.cleaned_data[key] for key in ("name", "password")}
            services.accept_newcomer(found, by=NOBODY, at=clock.now(), **given)
        if outcome.ok:
            messages.success(request, "Your account is made. Sign in with it.")
            return http.redirect_to("account_login")
        status = outcome.status
    context = {
        "invitation": found,
        "role": Role(found.role).label,
        "is_theirs": is_theirs,
        "is_new": is_new,
        "is_somebody_else": actor is not None and not is_theirs,
        "form": form,
        "here": request.path,
    }
    return http.page(request, "identity/invitation.html", context, status=status)
