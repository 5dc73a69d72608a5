"""Sites and their emergency kit."""

from __future__ import annotations

from django import forms

from clinic.forms.clients import DateInput


class SiteForm(forms.Form):
    """A place of the clinic."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Name the site."})
    address = forms.CharField(label="Address", max_length=240, required=False)


class KitCheckForm(forms.Form):
    """A check of the emergency kit."""

    adrenaline_expires_on = forms.DateField(
        label="Adrenaline expires", widget=DateInput(), error_messages={"required": "Read the date off the ampoule."}
    )
    next_due_on = forms.DateField(
        label="Next check due", widget=DateInput(), error_messages={"required": "Say when it is checked next."}
    )
    is_complete = forms.BooleanField(
        label="Complete: adrenaline and needles, airway, telephone works, seal intact", required=False
    )
