"""The published description of the API: one operation per route and method, named as the route registry names it.

What a verb takes is read where it is checked: the serializer a view hands to `self.parsed`, the version it asks for
with `self.version()`. So the description cannot drift from the code. Answers are plain objects; refusals share a shape.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from clinic.registry import ROUTES

ALWAYS = {401: "Nobody is signed in.", 403: "The role does not allow this verb.", 404: "Not there, or not visible."}
WRITING = {
    400: "Malformed, or an unknown field.",
    409: "Wrong state, or the record was changed meanwhile; `code` says which.",
    422: "An invalid value, or a rule refused it.",
    503: "The access log or the key store is away; nothing was changed.",
}
NO_VERSION = {428: "The version of the record is missing (If-Match)."}


class Problem(serializers.Serializer[Any]):
    """The body of every refusal."""

    code = serializers.CharField(help_text="Stable; for programs.")
    message = serializers.CharField(help_text="For people.")
    field = serializers.CharField(allow_null=True, help_text="The field it is about, if it is about one.")
    details = serializers.JSONField(allow_null=True)

    class Meta:
        ref_name = "Problem"


@cache
def names() -> dict[str, str]:
    """Route names by path as the description writes it: `/api/v1/clients/{client_id}/`."""
    return dict(_named(get_resolver(), "/"))


def _named(resolver: URLResolver, before: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in resolver.url_patterns:
        path = before + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(entry.pattern))
        found += [(path, entry.name or "")] if isinstance(entry, URLPattern) else _named(entry, path)
    return found


@cache
def _calls(handler: Any) -> dict[str, ast.Call]:
    """Calls of methods of `self` inside a handler, by the method's name."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(handler)))
    return {
        node.func.attr: node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_self(node.func.value)
    }


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _resolved(node: ast.expr, scope: dict[str, Any]) -> Any:
    """What a plain or dotted name stands for in the handler's module; None for anything else."""
    if isinstance(node, ast.Name):
        return scope.get(node.id)
    return getattr(_resolved(node.value, scope), node.attr, None) if isinstance(node, ast.Attribute) else None


class VerbSchema(AutoSchema):
    """One operation, from the route registry and the handler."""

    def _handler(self) -> Any:
        handler = getattr(self.view, self.method.lower())
        return getattr(handler, "__func__", handler)

    def _takes_version(self) -> bool:
        return "version" in _calls(self._handler())

    def get_operation_id(self) -> str:
        """The route's name and the method."""
        name = names().get(self.path, self.path).removeprefix("api-")
        return f"{name}-{self.method.lower()}"

    def get_tags(self) -> list[str]:
        """The first word of the address."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """The session of a signed-in person; hand-over routes use the tablet's cookie."""
        route = ROUTES.get(names().get(self.path, ""))
        if route is not None and route.audience == "public":
            return []
        return [{"handover" if route is not None and route.audience == "handed" else "session": []}]

    def get_summary(self) -> str:
        """What the class says it is."""
        return (inspect.getdoc(type(self.view)) or "").split("\n")[0]

    def get_description(self) -> str:  # type: ignore[override]
        """What the handler says it does, and the verb of the policy it needs."""
        route = ROUTES.get(names().get(self.path, ""))
        verb = route.methods.get(self.method) if route is not None else None
        said = inspect.getdoc(self._handler()) or ""
        return f"{said}\n\nVerb of the policy: `{verb}`." if verb else said

    def get_override_parameters(self) -> list[Any]:
        """Versions and repeatable requests travel in headers."""
        found = []
        if self._takes_version():
            found.append(
                OpenApiParameter("If-Match", str, "header", required=True, description="The version you read.")
            )
        if self.method == "POST":
            said = "Repeats the stored answer when the same request comes again."
            found.append(OpenApiParameter("Idempotency-Key", str, "header", description=said))
        return found

    def get_request_serializer(self) -> Any:
        """The serializer the handler parses with; any object when it chooses one by the address."""
        if self.method == "GET" or "parsed" not in _calls(self._handler()):
            return None
        scope = inspect.unwrap(self._handler()).__globals__
        found = _resolved(_calls(self._handler())["parsed"].args[0], scope)
        is_serializer = inspect.isclass(found) and issubclass(found, serializers.BaseSerializer)
        return found if is_serializer else OpenApiTypes.OBJECT

    def get_response_serializers(self) -> Any:
        """The good answer, and the refusals that can happen here."""
        made = [word.value for word in _answer(self._handler()) if word.arg == "status"]
        status = made[0].value if made and isinstance(made[0], ast.Constant) else 200
        refusals = ALWAYS | (WRITING if self.method != "GET" else {}) | (NO_VERSION if self._takes_version() else {})
        problems = {code: OpenApiResponse(Problem, description=text) for code, text in refusals.items()}
        return {status: OpenApiResponse(OpenApiTypes.OBJECT, description="Done."), **problems}

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        kind = serializer if inspect.isclass(serializer) else type(serializer)
        words = [word.title() for word in kind.__module__.split(".") if word not in ("api", "serializers", "shapes")]
        return name if kind is Problem else "".join(words) + name


def _answer(handler: Any) -> list[ast.keyword]:
    call = _calls(handler).get("respond")
    return call.keywords if call is not None else []
