"""One's own account: factors, recovery codes, password."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from clinic import clock, http, proof
from clinic.devices import enrolment
from clinic.errors import DomainError
from clinic.identity import demo, factors, sealing
from clinic.identity.forms import FirstCodeForm, NewPasskeyForm, NewPasswordForm
from clinic.identity.services import factors as services
from clinic.models import Staff

SECRET = "new_app_secret"  # in the session, sealed, until its first code has been typed  # noqa: S105


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


def _staff(request: HttpRequest) -> Staff:
    staff: Staff = request.user  # type: ignore[assignment]
    return staff


def _ask_for_proof(request: HttpRequest) -> None:
    """Before a form is shown, so that nothing typed is lost: a person with a factor proves themselves first."""
    if factors.has_factor(_staff(request)):
        proof.demand(_actor(request), clock.now())


def account_home(request: HttpRequest) -> HttpResponse:
    """What one signs in with; for somebody without a second factor, how to add it."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    staff = _staff(request)
    found = factors.factors_of(staff)
    context = {
        "factors": found,
        "codes_left": factors.codes_left(staff),
        "must_add": not found and not demo.factor_optional(request),
        "may_remove": len(found) > 1,
        "has_app": any(factor.kind == "totp" for factor in found),
    }
    return http.page(request, "identity/account.html", context)


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The recovery codes, this once."""
    return http.page(request, "identity/codes.html", {"codes": codes})


def app_add(request: HttpRequest) -> HttpResponse:
    """Read the QR code with an authenticator app, type its first code."""
    _ask_for_proof(request)
    staff = _staff(request)
    form = FirstCodeForm(request.POST or None)
    secret = _new_secret(request, staff)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        with http.with_refusals(form) as outcome:
            codes = services.add_app(
                staff, secret=secret, code=form.cleaned_data["code"], by=_actor(request), at=clock.now()
            )
        if outcome.ok:
            request.session.pop(SECRET, None)
            messages.success(request, "The authenticator app is added.")
            return _show_codes(request, codes) if codes else http.redirect_to("account-home")
        status = outcome.status
    address, svg = factors.drawing(staff, secret)
    context = {
        "form": form,
        "secret": secret,
        "address": address,
        "drawing": f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}",
    }
    return http.page(request, "identity/app.html", context, status=status)


def _new_secret(request: HttpRequest, staff: Staff) -> str:
    with sealing.of(staff.id) as adapter:
        kept = request.session.get(SECRET) if request.method == "POST" else None
        if kept:
            return str(adapter.decrypt(kept))
        secret = factors.new_secret()
        request.session[SECRET] = adapter.encrypt(secret)
        return secret


def passkey_add(request: HttpRequest) -> HttpResponse:
    """Make a passkey: the browser asks for finger, face or PIN."""
    _ask_for_proof(request)
    staff, is_shared = _staff(request), enrolment.is_shared(request)
    form = NewPasskeyForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        with http.with_refusals(form) as outcome:
            credential = factors.checked_registration(form.cleaned_data["credential"], shared=is_shared)
            codes = services.add_passkey(
                staff, name=form.cleaned_data["name"], credential=credential, by=_actor(request), at=clock.now()
            )
        if outcome.ok:
            messages.success(request, "The passkey is added.")
            return _show_codes(request, codes) if codes else http.redirect_to("account-home")
        status = outcome.status
    context = {"form": form, "options": factors.registration_options(staff, shared=is_shared)}
    return http.page(request, "identity/passkey.html", context, status=status)


def factor_remove(request: HttpRequest, factor_id: int) -> HttpResponse:
    """POST: remove one of one's factors."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        services.remove_factor(_staff(request), factor_id, by=_actor(request), at=clock.now())
        messages.success(request, "Removed.")
    except DomainError as error:
        if isinstance(error, proof.ProofNeeded):
            raise
        messages.error(request, error.message)
    return http.redirect_to("account-home")


def codes_renew(request: HttpRequest) -> HttpResponse:
    """POST: ten new recovery codes, shown once."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return _show_codes(request, services.renew_recovery_codes(_staff(request), by=_actor(request), at=clock.now()))


def password_change(request: HttpRequest) -> HttpResponse:
    """A new password; it ends no session but this one's key changes."""
    proof.demand(_actor(request), clock.now())
    form = NewPasswordForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        with http.with_refusals(form) as outcome:
            password = form.cleaned_data["password"]
            staff = services.change_password(_staff(request), password=password, by=_actor(request), at=clock.now())
        if outcome.ok:
            update_session_auth_hash(request, staff)
            messages.success(request, "Your password is changed. Other sessions of yours are over.")
            return http.redirect_to("account-home")
        status = outcome.status
    return http.page(request, "identity/password.html", {"form": form}, status=status)
