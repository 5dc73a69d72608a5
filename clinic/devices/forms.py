"""Forms of devices and of the lock."""

from __future__ import annotations

from typing import Any

from django import forms

from clinic.devices import rules
from clinic.models import Site


class EnrolForm(forms.Form):
    """The tablet in the manager's hands."""

    label = forms.CharField(
        label="Name of this device",
        max_length=60,
        help_text="What stands on its back: “Room 2, tablet A”.",
        error_messages={"required": "Say which tablet this is."},
    )
    site = forms.ModelChoiceField(
        label="Site",
        queryset=Site.objects.none(),
        error_messages={"required": "Choose a site.", "invalid_choice": "Choose a site of this clinic."},
    )
    is_shared = forms.BooleanField(
        label="Shared: several people use it, or clients hold it (locks after 3 minutes)", required=False, initial=True
    )

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["site"]
        field.queryset = sites


def _pin(label: str, autocomplete: str, **kwargs: Any) -> forms.CharField:
    attrs = {"autocomplete": autocomplete, "inputmode": "numeric", "pattern": "[0-9]*"}
    return forms.CharField(
        label=label,
        max_length=rules.PIN_DIGITS,
        widget=forms.PasswordInput(attrs=attrs),
        error_messages={"required": "Type six digits.", "max_length": "A PIN has six digits."},
        **kwargs,
    )


class PinForm(forms.Form):
    """The PIN that opens the lock."""

    pin = _pin("PIN", "off")


class NewPinForm(forms.Form):
    """A new PIN, twice."""

    pin = _pin("New PIN", "off", help_text="Six digits; no rows, repeats or dates.")
    again = _pin("The same again", "off")

    def clean(self) -> dict[str, Any] | None:
        """Both are the same."""
        given = super().clean()
        if given and given.get("pin") and given.get("again") and given["pin"] != given["again"]:
            self.add_error("again", "The two are not the same.")
        return given
