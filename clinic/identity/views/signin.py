"""The second step of signing in, signing in with a passkey alone, and proving again who one is."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme

from clinic import clock, http
from clinic.errors import DomainError
from clinic.identity import answering, demo, factors, sessions
from clinic.identity.forms import CodeForm, PasskeyForm, PasswordProofForm
from clinic.models import Staff

FEW_CODES = 3


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Where to go on to: an address of this site, or the default (SEC-C14)."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return default


@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
def second_step(request: HttpRequest) -> HttpResponse:
    """After the password: a passkey, a code of the app, or a recovery code."""
    stage = request._login_stage  # type: ignore[attr-defined]
    staff: Staff = stage.login.user
    form, status = _answer(request, staff)
    if form is None:
        left = factors.codes_left(staff)
        if left <= FEW_CODES:
            messages.warning(request, f"{left} recovery codes are left. Make new ones on your account page.")
        response: HttpResponse = stage.exit()
        return response
    return http.page(request, "identity/second_step.html", _choices(staff, form), status=status)


def _choices(staff: Staff, form: Any) -> dict[str, Any]:
    """What the page offers: the question for a passkey if there is one, the code field if there is an app."""
    has_passkey = factors.has_passkey(staff)
    return {
        "form": form if isinstance(form, CodeForm) else CodeForm(),
        "errors_of": form,
        "question": factors.question(staff) if has_passkey else None,
        "has_app": factors.has_app(staff),
    }


def _answer(request: HttpRequest, staff: Staff) -> tuple[Any, int]:
    """(None, 200) when the answer was right; else the form to show, with its errors, and the status."""
    if request.method != "POST":
        return CodeForm(), 200
    form: Any = PasskeyForm(request.POST) if "credential" in request.POST else CodeForm(request.POST)
    if not form.is_valid():
        return form, 422
    try:
        if isinstance(form, PasskeyForm):
            answering.by_passkey(request, staff, form.cleaned_data["credential"])
        else:
            answering.by_code(request, staff, form.cleaned_data["code"])
    except DomainError as error:
        form.add_error(None, error.message)
        return form, error.status
    return None, 200


def passkey_signin(request: HttpRequest) -> HttpResponse:
    """GET: the question, for the page's script. POST: the passkey's answer signs in, without password."""
    if request.method in ("GET", "HEAD"):
        return JsonResponse({"options": factors.question()})
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "POST"])
    form = PasskeyForm(request.POST)
    if form.is_valid():
        try:
            staff = answering.by_passkey(request, None, form.cleaned_data["credential"], alone=True)
            response: HttpResponse = perform_login(request, Login(user=staff, redirect_url=safe_next(request)))
            return response
        except DomainError as error:
            form.add_error(None, error.message)
    messages.error(request, "The passkey was not accepted. Use another, or e-mail and password.")
    return http.redirect_to("account_login")


def prove(request: HttpRequest) -> HttpResponse:
    """Say again who you are; then on with what you were doing."""
    staff: Any = request.user
    form, status = _prove(request, staff)
    if form is None:
        sessions.proved(request, clock.now())
        response = HttpResponse(status=303)
        response["Location"] = safe_next(request)
        return response
    context = {
        **_choices(staff, form),
        "password_form": PasswordProofForm() if demo.factor_optional(request) else None,
        "next": safe_next(request),
    }
    return http.page(request, "identity/prove.html", context, status=status)


def _prove(request: HttpRequest, staff: Staff) -> tuple[Any, int]:
    if request.method != "POST" or "password" not in request.POST:
        return _answer(request, staff)
    form = PasswordProofForm(request.POST)
    if not form.is_valid():
        return form, 422
    try:
        answering.by_password(request, staff, form.cleaned_data["password"])
    except DomainError as error:
        form.add_error(None, error.message)
        return form, error.status
    return None, 200
