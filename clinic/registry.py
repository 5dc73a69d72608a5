"""The route registry: every address declares who may use it, per method. What is not declared is refused.

    urlpatterns = [route("clients/", views.client_list, name="client-list", get=Can.FIND_CLIENT)]

Audiences: a verb per method (members of staff), `signed_in=True` (any active member of staff), `handed=True`
(the client with
the tablet), `public=True` (nobody signed in; only sign-in, health and the like).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.checks import Error
from django.urls import URLPattern, URLResolver, get_resolver, path

from clinic.access import Can


@dataclass(frozen=True)
class Route:
    """One address: its name, audience, and the verb each method needs."""

    name: str
    audience: str
    methods: dict[str, Can] = field(default_factory=dict)


ROUTES: dict[str, Route] = {}
_METHODS = ("get", "post", "put", "patch", "delete")


def _as_view(view: Any) -> Callable[..., Any]:
    handler: Callable[..., Any] = view.as_view() if hasattr(view, "as_view") else view
    return handler


def route(
    pattern: str,
    view: Any,
    *,
    name: str,
    get: Can | None = None,
    post: Can | None = None,
    put: Can | None = None,
    patch: Can | None = None,
    delete: Can | None = None,
    public: tuple[str, ...] | bool = False,
    handed: bool = False,
    signed_in: bool = False,
    **defaults: Any,
) -> URLPattern:
    """Declare one address. `public` may name the methods that are open; True opens GET and POST."""
    verbs = {key.upper(): can for key, can in zip(_METHODS, (get, post, put, patch, delete), strict=True) if can}
    audience = "public" if public else "handed" if handed else "signed_in" if signed_in else "staff"
    if name in ROUTES and ROUTES[name] != Route(name, audience, verbs):
        raise ValueError(f"The route {name} is declared twice.")
    ROUTES[name] = Route(name, audience, verbs)
    return path(pattern, _as_view(view), name=name, kwargs=defaults or None)


def walk(resolver: URLResolver | None = None) -> list[URLPattern]:
    """Every address of the site."""
    found: list[URLPattern] = []
    for entry in (resolver or get_resolver()).url_patterns:
        found += walk(entry) if isinstance(entry, URLResolver) else [entry]
    return found


def check_routes(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Start-up check: an address without an entry in the registry is an error."""
    errors = []
    for pattern in walk():
        if pattern.name not in ROUTES:
            errors.append(Error(f"The address {pattern.pattern} is not in the route registry.", id="clinic.E001"))
        elif ROUTES[pattern.name].audience == "staff" and not ROUTES[pattern.name].methods:
            errors.append(Error(f"The route {pattern.name} names no verb.", id="clinic.E001"))
    return errors
