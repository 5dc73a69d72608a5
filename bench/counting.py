"""Counts the statements of each request, of both databases together, and how many of them write, into headers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponseBase


def count_statements(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Outermost middleware, so that session and sign-in are counted too."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        count = writes = 0

        def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal count, writes
            count += not sql.startswith(("SAVEPOINT", "RELEASE", "PRAGMA"))
            writes += sql.startswith(("INSERT", "UPDATE", "DELETE"))
            return execute(sql, params, many, context)

        with ExitStack() as stack:
            for alias in connections:
                stack.enter_context(connections[alias].execute_wrapper(counted))
            response = get_response(request)
        response["X-Statements"] = str(count)
        response["X-Writes"] = str(writes)
        return response

    return handle
