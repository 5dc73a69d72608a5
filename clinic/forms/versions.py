"""The version a form was filled in on, and both versions side by side when somebody saved in the meantime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from clinic.errors import StaleRecord, VersionMissing


class VersionForm(forms.Form):
    """A form that carries the version of the record it changes. A missing version is 428, not a field error."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def given_version(self) -> int:
        """The version the person saw. Raises VersionMissing."""
        version = self.cleaned_data.get("version")
        if version is None:
            raise VersionMissing
        return int(version)


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


def _words(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)
