"""A fault that is asked for: middleware of these tests only, innermost, so that the site's own error page answers."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

MARK = "X-Test-Fault"


def failing(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Raise when the request asks for it."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if MARK in request.headers:
            raise ValueError("asked for")
        return get_response(request)

    return handle
