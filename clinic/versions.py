"""Both versions side by side, when somebody saved in the meantime (components/versions.html)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from clinic.errors import DomainError, StaleRecord


def version_rows(error: StaleRecord, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows for components/versions.html: every named field as it is now and as it was typed, what differs first."""
    rows = [
        {
            "label": label,
            "now": _words(error.current.get(name)),
            "yours": _words(error.yours.get(name)),
            "differs": _words(error.current.get(name)) != _words(error.yours.get(name)),
        }
        for name, label in labels.items()
        if name in error.current or name in error.yours
    ]
    return sorted(rows, key=lambda row: not row["differs"])


def rows_of(error: DomainError | None) -> list[dict[str, Any]]:
    """Rows for components/versions.html of whatever a stale save names, its version included; [] of other refusals."""
    if not isinstance(error, StaleRecord):
        return []
    names = {**error.current, **error.yours}
    return version_rows(error, {name: name.replace("_", " ").capitalize() for name in names})


def rows_between(error: DomainError | None, kept: forms.BaseForm, typed: forms.BaseForm) -> list[dict[str, Any]]:
    """The same with what differs between a form of the saved values and the form as typed, field by field."""
    if not isinstance(error, StaleRecord):
        return []
    fields = [
        {"label": field.label, "now": _field_words(kept[field.name]), "yours": _field_words(field), "differs": True}
        for field in typed
        if not field.is_hidden and _meant(kept[field.name]) != _meant(field)
    ]
    return [*fields, *(row for row in rows_of(error) if row["label"] == "Version")]


def _meant(field: forms.BoundField) -> Any:
    return field.field.to_python(field.value())


def _field_words(field: forms.BoundField) -> str:
    labels = {str(key): str(label) for key, label in getattr(field.field, "choices", ())}
    value = field.value()
    if isinstance(value, bool):
        return "Yes" if value else "No"
    parts = value if isinstance(value, (list, tuple)) else [value]
    return ", ".join(labels.get(str(part), str(part)) for part in parts if part not in (None, ""))


def _words(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)
