"""What narrows the log, the same for the page and for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from clinic import queries as desk
from clinic.actors import Actor
from clinic.logbook import queries
from clinic.logbook.choices import Answer


class Moment(forms.CharField):
    """An instant with its time zone, as the link to the next page has it."""

    def to_python(self, value: Any) -> Any:
        """Raises ValidationError `invalid_date`."""
        text = super().to_python(value)
        try:
            moment = parse_datetime(text) if text else None
        except ValueError:
            moment = None
        if text and (moment is None or moment.tzinfo is None):
            raise forms.ValidationError("This is not a moment in time.", code="invalid_date")
        return moment


class SearchForm(forms.Form):
    """Every field is optional; days are included on both ends."""

    outcome = forms.ChoiceField(choices=[("", "All"), *((o, o.capitalize()) for o in queries.OUTCOMES)], required=False)
    staff = forms.UUIDField(required=False)
    client = forms.UUIDField(required=False)
    code = forms.CharField(required=False, max_length=40)
    action = forms.CharField(required=False, max_length=40)
    from_on = forms.DateField(required=False)
    to_on = forms.DateField(required=False)
    before = Moment(required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_code(self) -> str:
        """Raises ValidationError `unknown_code` when no client has it."""
        code: str = self.cleaned_data["code"]
        self.found = queries.client_with_code(self.actor, code) if code else None
        if code and self.found is None:
            raise forms.ValidationError("No client has this code.", code="unknown_code")
        return code

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError `wrong_order` when the days are the wrong way round."""
        values = super().clean() or {}
        first, last = values.get("from_on"), values.get("to_on")
        if first and last and last < first:
            raise forms.ValidationError(
                {"to_on": forms.ValidationError("This is before the first day.", "wrong_order")}
            )
        return values

    def search(self) -> queries.Search:
        """The valid form as a search."""
        given = self.cleaned_data
        since: datetime | None = desk.day_bounds(given["from_on"])[0] if given["from_on"] else None
        until: datetime | None = desk.day_bounds(given["to_on"])[1] if given["to_on"] else None
        return queries.Search(
            outcome=given["outcome"], action=given["action"], staff_id=given["staff"],
            client_id=given["client"] or self.found, since=since, until=until, before=given["before"],
        )  # fmt: skip


class AnswerForm(forms.Form):
    """What came of an alarm."""

    answer = forms.ChoiceField(choices=Answer.choices, error_messages={"required": "Choose what came of it."})
