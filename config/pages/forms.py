"""Shapes of the pages that need every app."""

from __future__ import annotations

from typing import Any

from django import forms

from clinic.choices import AllergyStatus


class AllergyForm(forms.Form):
    """A coded allergy. The list of tags comes from the shipped content."""

    tag = forms.ChoiceField(label="Allergic to", error_messages={"required": "Choose what the client is allergic to."})
    words = forms.CharField(
        label="In the client's words", max_length=200, required=False, help_text="What happened, when, how bad."
    )
    status = forms.ChoiceField(
        label="How sure",
        choices=[(AllergyStatus.ACTIVE, "Certain"), (AllergyStatus.UNSURE, "Unsure: counts as yes")],
        widget=forms.RadioSelect,
        initial=AllergyStatus.ACTIVE,
        error_messages={"required": "Say how sure this is."},
    )

    def __init__(self, *args: Any, tags: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tag"].choices = [("", "Choose"), *tags]  # type: ignore[attr-defined]


class CorrectionForm(forms.Form):
    """Why an entry comes off the list."""

    reason = forms.CharField(
        label="Why it is corrected", max_length=300, error_messages={"required": "Say why this entry is corrected."}
    )
