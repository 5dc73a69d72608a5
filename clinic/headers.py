"""The headers every answer carries, whatever it is: a page, a refusal, a file, a style sheet (security.md 5.10).

`SecurityMiddleware` and django-csp set theirs by the settings; what neither knows is set here.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

FILE_POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PERMISSIONS = "camera=(self), geolocation=(), microphone=()"


def protect(request: HttpRequest, response: HttpResponseBase) -> None:
    """Nothing is cached but static files whose name changes with their content; nothing is drawn elsewhere."""
    is_static = request.path.startswith(settings.STATIC_URL)
    if not (is_static and "immutable" in response.get("Cache-Control", "")):
        response["Cache-Control"] = "no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Permissions-Policy"] = PERMISSIONS


def protect_file(response: HttpResponseBase) -> None:
    """A file of a client: shown or saved, it runs nothing and stands in no frame."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = FILE_POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
