"""Shapes of the aftercare forms."""

from __future__ import annotations

from django import forms

from aftercare.choices import Channel, Reached, Report


class ComposeForm(forms.Form):
    """What the treating person adds to the sheet, while it is a draft."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ph_product = forms.CharField(
        label="Skin pH restored with", max_length=120, required=False, help_text="The mist or gel of pH 4.5–5.5 used."
    )
    note = forms.CharField(
        label="A note for this client", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class IssueForm(forms.Form):
    """How the client gets the sheet."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(label="How the client gets it", choices=Channel.choices, widget=forms.RadioSelect)


class ReasonForm(forms.Form):
    """Why the client did not acknowledge it themselves."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Why the client did not acknowledge it on the tablet", max_length=500)


class ReportForm(forms.Form):
    """What the client reports."""

    kind = forms.ChoiceField(label="What is reported", choices=Report.choices)
    words = forms.CharField(label="In the client's words", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    is_growing = forms.BooleanField(label="It is growing", required=False)


class CheckInForm(forms.Form):
    """What came of asking."""

    follow_up = forms.CharField(max_length=10, widget=forms.HiddenInput)
    reached = forms.ChoiceField(label="The client", choices=Reached.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="In the client's words",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed when the client answered.",
    )
    kind = forms.ChoiceField(
        label="Is anything wrong?",
        choices=[("", "Nothing to report"), *Report.choices],
        required=False,
        help_text="Pain, inflammation, allergy, and swelling that grows or lasts over 36 hours open an event at once.",
    )
    is_growing = forms.BooleanField(label="The swelling is growing", required=False)


class CloseForm(forms.Form):
    """Signing carries the version of the session."""

    version = forms.IntegerField(widget=forms.HiddenInput)
