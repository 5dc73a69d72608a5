"""Demo mode: sign-in without a second factor, on this machine only (decision 12)."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings
from django.core.checks import Error
from django.http import HttpRequest

NAMES = ("localhost", "testserver")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this very machine."""
    plain = host.strip("[]")
    if plain in NAMES or plain.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(plain).is_loopback
    except ValueError:
        return False


def factor_optional(request: HttpRequest) -> bool:
    """Whether this request may come from somebody without a second factor: demo mode, asked from this machine."""
    return bool(settings.DEMO) and is_loopback(str(request.META.get("REMOTE_ADDR", "")))


def check_loopback(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Start-up check: demo mode with a host name of the outside world is an error."""
    if not settings.DEMO:
        return []
    outside = [host for host in settings.ALLOWED_HOSTS if not is_loopback(host)]
    message = f"MESORECORD_DEMO=1 is for this machine only; MESORECORD_HOSTS names {', '.join(outside)}."
    return [Error(message, id="identity.E001")] if outside else []
