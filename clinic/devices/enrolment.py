"""Which enrolled device a request comes from."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from clinic.devices import rules
from clinic.devices.models import Device
from clinic.identity import demo


def token_hash(token: str) -> str:
    """What is stored of a device's cookie, which holds 256 random bits."""
    return hashlib.sha256(f"device:{token}".encode()).hexdigest()


def device_by_cookie(request: HttpRequest) -> Device | None:
    """The device whose cookie this is, revoked or not; asked once per request."""
    if not hasattr(request, "_device"):
        token = request.COOKIES.get(settings.DEVICE_COOKIE_NAME)
        rows: Any = Device.objects.filter(token_hash=token_hash(token)) if token else Device.objects.none()
        request._device = rows.first()  # type: ignore[attr-defined]
    found: Device | None = request._device  # type: ignore[attr-defined]
    return found


def device_of(request: HttpRequest) -> Device | None:
    """The enrolled device in use, or None."""
    found = device_by_cookie(request)
    return found if found is not None and found.revoked_at is None else None


def mark_of(request: HttpRequest) -> str:
    """What a session and the log say of the device: its id, or nothing."""
    found = device_of(request)
    return str(found.id) if found else ""


def is_shared(request: HttpRequest) -> bool:
    """Whether several people use this device."""
    found = device_of(request)
    return found is not None and found.is_shared


def takes_pins(request: HttpRequest, mark: str) -> bool:
    """Whether a session of this mark opens by PIN here: on its enrolled device; in the demo, on this machine."""
    found = device_of(request)
    return str(found.id) == mark if found else not mark and demo.factor_optional(request)


def set_cookie(response: HttpResponse, token: str) -> None:
    """The device's cookie: HttpOnly, Strict, as long as browsers allow."""
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        token,
        max_age=int(rules.COOKIE_LASTS.total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
        path="/",
    )
