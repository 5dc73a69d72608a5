"""Forms of sign-in and account."""

from __future__ import annotations

from typing import Any

from django import forms

from clinic.choices import Role
from clinic.models import Staff


def _password(label: str, autocomplete: str, **kwargs: Any) -> forms.CharField:
    attrs = {"autocomplete": autocomplete}
    return forms.CharField(label=label, strip=False, max_length=256, widget=forms.PasswordInput(attrs=attrs), **kwargs)


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="Six digits of the authenticator app, or a recovery code.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": "Type the code."},
    )


class FirstCodeForm(CodeForm):
    """The first code of a new authenticator app."""

    code = forms.CharField(
        label="Code the app shows now",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Type the six digits the app shows."},
    )


class PasskeyForm(forms.Form):
    """What the browser answers about a passkey; filled by the page's script."""

    credential = forms.JSONField(
        widget=forms.HiddenInput, error_messages={"required": "The passkey did not answer.", "invalid": "Try again."}
    )


class NewPasskeyForm(PasskeyForm):
    """A new passkey and what to call it."""

    name = forms.CharField(
        label="Name of this passkey", max_length=60, help_text="Where it lives: “My phone”, “Blue key”.", required=False
    )


class PasswordProofForm(forms.Form):
    """The password once more."""

    password = _password("Password", "current-password", error_messages={"required": "Type your password."})


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    password = _password(
        "New password",
        "new-password",
        help_text="At least 15 characters; three or four unrelated words are good. No names.",
        error_messages={"required": "Type the new password."},
    )
    again = _password("The same again", "new-password", error_messages={"required": "Type it again."})

    def clean(self) -> dict[str, Any] | None:
        """Both are the same."""
        given = super().clean()
        if given and given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", "The two are not the same.")
        return given


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    name = forms.CharField(label="Name", max_length=120, required=False)
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="The link goes there. Somebody who has a sign-in already keeps it.",
        error_messages={"required": "Type the address.", "invalid": "This is not an e-mail address."},
    )
    role = forms.ChoiceField(
        label="Role",
        choices=Role.choices,
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose one."},
    )


class RoleForm(forms.Form):
    """A further role."""

    role = forms.ChoiceField(
        label="Role",
        choices=Role.choices,
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose one."},
    )


class ReasonForm(forms.Form):
    """Why the glass is broken."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the record and read by the data protection lead.",
        error_messages={"required": "Say why, in a few words."},
    )


class CloseChartForm(ReasonForm):
    """Why a chart is closed, and who goes on treating."""

    treated_by = forms.ModelChoiceField(
        label="Who treats this client",
        queryset=Staff.objects.none(),
        help_text="They keep the chart; everybody else sees name, contact and visits.",
        error_messages={"required": "Name who treats.", "invalid_choice": "Choose somebody of this clinic."},
    )
    field_order = ("treated_by", "reason")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["treated_by"]
        field.queryset = people


class NewcomerForm(NewPasswordForm):
    """Name and password of somebody new."""

    name = forms.CharField(
        label="Your name", max_length=120, error_messages={"required": "Type your name as it stands on records."}
    )
    field_order = ("name", "password", "again")
