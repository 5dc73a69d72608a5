"""Shapes of the erasure pages."""

from __future__ import annotations

from django import forms

from clinic.erasure.choices import Ground


class FindForm(forms.Form):
    """A client by code."""

    code = forms.CharField(label="Client code", max_length=12, error_messages={"required": "Type the client's code."})


class HoldForm(forms.Form):
    """Why a hold is placed or lifted."""

    hold_reason = forms.CharField(
        label="Reason", max_length=400, error_messages={"required": "Say what the hold is for, or why it is lifted."}
    )


class EraseForm(forms.Form):
    """The decision."""

    ground = forms.ChoiceField(
        label="Ground", choices=Ground.choices, error_messages={"required": "Choose the ground."}
    )
    source = forms.CharField(
        label="Where the wish or the order came from, and when",
        max_length=200,
        error_messages={"required": "Say where the wish or the order came from, and when."},
    )
    reason = forms.CharField(
        label="Why the record may be erased",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the record may be erased."},
    )
    despite_retention = forms.CharField(
        label="Why it need not be kept until the end of its time",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    code = forms.CharField(
        label="Type the client's code again",
        max_length=12,
        error_messages={"required": "Type the client's code exactly as shown."},
    )
