"""Client forms: the record of who somebody is, the search, the allergy list."""

from __future__ import annotations

from typing import Any

from django import forms

from clinic.forms.versions import VersionForm

SEXES = [
    ("", "Not recorded"),
    ("female", "Female"),
    ("male", "Male"),
    ("intersex", "Intersex"),
    ("prefer to discuss", "Prefers to discuss"),
]
LANGUAGES = [("en-GB", "English"), ("cy", "Welsh"), ("pl", "Polish"), ("ar", "Arabic")]
NEEDS = [
    ("interpreter", "Interpreter"),
    ("easy read", "Easy read"),
    ("large print", "Large print"),
    ("hearing loop", "Hearing loop"),
    ("step-free access", "Step-free access"),
    ("other", "Other help"),
]


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class ClientForm(VersionForm):
    """Who the client is and how to reach them."""

    legal_name = forms.CharField(
        label="Full legal name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Give the client's full legal name."},
    )
    known_as = forms.CharField(label="Likes to be called", max_length=60, required=False)
    birth_date = forms.DateField(
        label="Date of birth",
        widget=DateInput(attrs={"autocomplete": "off"}),
        help_text="Clients are 18 or over.",
        error_messages={"required": "Give the date of birth.", "invalid": "Give the date of birth as a date."},
    )
    sex = forms.ChoiceField(label="Sex for safety checks", choices=SEXES, required=False)
    phone = forms.CharField(
        label="Telephone",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="E-mail",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "This e-mail address is not complete."},
    )
    address = forms.CharField(label="Address", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    emergency_contact = forms.CharField(
        label="Emergency contact", max_length=160, required=False, help_text="Name, relationship, telephone."
    )
    gp_practice = forms.CharField(label="GP practice", max_length=160, required=False)
    language = forms.ChoiceField(label="Language", choices=LANGUAGES, initial="en-GB")
    needs = forms.MultipleChoiceField(label="Needs", choices=NEEDS, required=False, widget=forms.CheckboxSelectMultiple)

    def values(self) -> dict[str, Any]:
        """What goes to the service."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in ClientForm.base_fields and name != "version"
        }

    @classmethod
    def labels(cls) -> dict[str, str]:
        """Names of the fields as people read them."""
        return {name: str(field.label) for name, field in cls.base_fields.items() if name != "version"}


class NewClientForm(ClientForm):
    """A new client; `is_new_person` says that nobody in the list of possible duplicates is this person."""

    is_new_person = forms.BooleanField(label="None of these: this is somebody else", required=False)


class SearchForm(forms.Form):
    """The search; sent by POST, so that no name is ever part of an address."""

    query = forms.CharField(label="Find a client", max_length=120, required=False)
