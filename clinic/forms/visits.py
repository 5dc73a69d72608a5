"""Booking a visit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms

from clinic import clock, queries
from clinic.choices import VisitKind
from clinic.forms.clients import DateInput


class TimeInput(forms.TimeInput):
    """The browser's own time field."""

    input_type = "time"


class VisitForm(forms.Form):
    """What for, where, with whom, when, how long."""

    kind = forms.ChoiceField(
        label="What for",
        choices=VisitKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the visit is for."},
    )
    site: Any = forms.ModelChoiceField(
        label="Where", queryset=None, empty_label=None, error_messages={"required": "Choose a place."}
    )
    practitioner: Any = forms.ModelChoiceField(
        label="With", queryset=None, empty_label="Choose", error_messages={"required": "Choose who sees the client."}
    )
    on = forms.DateField(label="Day", widget=DateInput(), error_messages={"required": "Choose a day."})
    planned_time = forms.TimeField(
        label="Time", widget=TimeInput(format="%H:%M"), error_messages={"required": "Choose a time."}
    )
    planned_minutes = forms.IntegerField(
        label="Planned time",
        min_value=5,
        max_value=480,
        initial=45,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"min_value": "Plan between 5 and 480 minutes.", "max_value": "Plan between 5 and 480 minutes."},
    )
    note = forms.CharField(label="Note for the desk", max_length=200, required=False, help_text="Nothing clinical.")

    def __init__(self, *args: Any, organisation_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = queries.sites(organisation_id)  # type: ignore[attr-defined]
        self.fields["practitioner"].queryset = queries.practitioners(organisation_id)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What goes to the service; day and time become one instant."""
        given = dict(self.cleaned_data)
        moment = datetime.combine(given.pop("on"), given.pop("planned_time"), tzinfo=clock.LONDON)
        return {**given, "planned_at": moment.astimezone(UTC)}
