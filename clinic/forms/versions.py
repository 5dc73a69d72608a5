"""The version a form was filled in on."""

from __future__ import annotations

from django import forms

from clinic.errors import VersionMissing


class VersionForm(forms.Form):
    """A form that carries the version of the record it changes. A missing version is 428, not a field error."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def given_version(self) -> int:
        """The version the person saw. Raises VersionMissing."""
        version = self.cleaned_data.get("version")
        if version is None:
            raise VersionMissing
        return int(version)
