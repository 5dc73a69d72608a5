"""The manager's devices, one's own PIN, and the lock page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from clinic import clock, http, proof
from clinic import queries as desk
from clinic.access import Can
from clinic.devices import enrolment, locking, pins, queries, waiting
from clinic.devices.forms import EnrolForm, NewPinForm, PinForm
from clinic.devices.models import Device
from clinic.devices.services import devices as services
from clinic.devices.services import pins as pin_services
from clinic.errors import DomainError
from clinic.identity.views.signin import safe_next


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


def device_list(request: HttpRequest) -> HttpResponse:
    """Every device of the clinic; which of them this is."""
    organisation = desk.organisation_for(_actor(request), Can.MANAGE_STAFF)
    context = {
        "organisation": organisation,
        "devices": queries.devices(organisation.id),
        "here": enrolment.device_of(request),
    }
    return http.page(request, "devices/list.html", context)


def device_enrol(request: HttpRequest) -> HttpResponse:
    """Enrol the very tablet this page is open on."""
    actor, now = _actor(request), clock.now()
    organisation = desk.organisation_for(actor, Can.MANAGE_STAFF)
    proof.demand(actor, now)
    form = EnrolForm(request.POST or None, sites=queries.sites(organisation.id))
    if request.method == "POST" and form.is_valid():
        with http.with_refusals(form) as outcome:
            device, token = services.enrol_device(organisation, by=actor, at=now, **form.cleaned_data)
        if outcome.ok:
            request.session[locking.DEVICE] = str(device.id)
            messages.success(request, f"This is {device.label} from now on. Everybody signs in on it anew.")
            response = http.redirect_to("tablet-list")
            enrolment.set_cookie(response, token)
            return response
    status = 422 if request.method == "POST" else 200
    return http.page(request, "devices/enrol.html", {"form": form, "here": enrolment.device_of(request)}, status=status)


def device_revoke(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """POST: a device is lost, sold or broken."""
    actor = _actor(request)
    device = http.load(Device, actor, Can.MANAGE_STAFF, device_id)
    try:
        services.revoke_device(device, by=actor, at=clock.now())
        messages.success(request, f"{device.label} is off the list. Every session on it is over.")
    except DomainError as error:
        messages.error(request, error.message)
    return http.redirect_to("tablet-list")


def pin_set(request: HttpRequest) -> HttpResponse:
    """One's own PIN."""
    proof.demand(_actor(request), clock.now())
    staff: Any = request.user
    form = NewPinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with http.with_refusals(form) as outcome:
            pin_services.set_pin(staff, form.cleaned_data["pin"], by=_actor(request), at=clock.now())
        if outcome.ok:
            messages.success(request, "Your PIN is set. It opens the lock of this clinic's tablets.")
            return http.redirect_to("account-home")
    status = 422 if request.method == "POST" else 200
    return http.page(request, "devices/pin.html", {"form": form, "has_pin": pins.has_pin(staff)}, status=status)


def lock(request: HttpRequest) -> HttpResponse:
    """POST: lock now."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not locking.is_locked(request):
        staff: Any = request.user
        locking.lock(request, clock.now())
        pin_services.note_locked(staff, by=_actor(request), at=clock.now())
    return http.redirect_to("unlock")


def _on_to(address: str) -> HttpResponse:
    response = HttpResponse(status=303)
    response["Location"] = address
    return response


def unlock(request: HttpRequest) -> HttpResponse:
    """The lock page: a PIN goes on with what was open, a sign-in begins anew."""
    staff: Any = request.user
    if not locking.is_locked(request):
        return _on_to(safe_next(request))
    form = PinForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            back = str(request.session.get(waiting.RETURN_TO) or "/")
            locking.unlock(request, staff, form.cleaned_data["pin"])
            request.session.pop(waiting.RETURN_TO, None)
            return _on_to(safe_next(request, back))
        except locking.SessionDied as error:
            messages.error(request, error.message)
            return http.redirect_to("account_login")
        except DomainError as error:
            form.add_error("pin", error.message)
            status = error.status
    context = {
        "form": form,
        "takes_pin": locking.can_take_pin(request, staff),
        "whose": staff.initials,
        "next": safe_next(request),
    }
    return http.page(request, "devices/locked.html", context, status=status)
