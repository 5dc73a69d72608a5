"""The HTML door of the evidence app."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest

from clinic.actors import Actor
from clinic.errors import StaleRecord
from clinic.http import Outcome
from clinic.versions import rows_of


def actor_of(request: HttpRequest) -> Actor:
    """Who asks; the guard has let nobody else through."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def versions_after(outcome: Outcome | None, form: Form, record: Any) -> list[dict[str, Any]]:
    """Both versions after a stale save, for components/versions.html; the form gets the fresh version to save again."""
    error = outcome.error if outcome else None
    if not isinstance(error, StaleRecord):
        return []
    record.refresh_from_db()
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(record.version)
    form.data = data
    return [row for row in rows_of(error) if row["label"] != "Version"]
