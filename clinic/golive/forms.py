"""Shapes of the going-live page."""

from __future__ import annotations

from django import forms


class CopyForm(forms.Form):
    """Who keeps a copy."""

    holder = forms.CharField(
        label="Who keeps this copy", max_length=120, error_messages={"required": "Say who keeps this copy."}
    )


class CheckForm(forms.Form):
    """A copy from its medium, and its pass phrase from paper."""

    file = forms.FileField(
        label="The copy, from its medium", error_messages={"required": "Choose the file on the medium."}
    )
    phrase = forms.CharField(
        label="Its pass phrase, from paper",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Type the pass phrase from paper."},
    )
