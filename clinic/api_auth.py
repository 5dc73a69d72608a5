"""Who asks at the API door: the person found by the middleware, after the CSRF check."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class ActorAuthentication(BaseAuthentication):
    """The person was found by the middleware; here only CSRF is enforced, for staff and for the client with
    the tablet.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The user of the session, after the CSRF check."""
        if getattr(request._request, "actor", None) is None:
            return None
        SessionAuthentication().enforce_csrf(request)
        return getattr(request._request, "user", AnonymousUser()), None


class Guarded(BasePermission):
    """Only what the guard let through."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Set by GuardMiddleware."""
        return bool(getattr(request._request, "guard_passed", False))
