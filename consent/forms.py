"""Shapes of the consent forms; rules stay in `rules` and `services`."""

from __future__ import annotations

from typing import Any

from django import forms

from clinic.models import Staff
from consent.choices import ConversationHow, InformationForm


class OfferForm(forms.Form):
    """What was given, how, and who will treat."""

    form = forms.ChoiceField(
        label="How the information was given", choices=InformationForm.choices, widget=forms.RadioSelect
    )
    performer = forms.ModelChoiceField(label="Who will treat", queryset=Staff.objects.none())
    note = forms.CharField(label="What was given besides the text", max_length=500, required=False)

    def __init__(self, *args: Any, performers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["performer"].queryset = performers  # type: ignore[attr-defined]


_DOUBT = [("no", "No reason to doubt"), ("yes", "I have a doubt")]


class CapacityForm(forms.Form):
    """Capacity is presumed; a doubt asks for support given and the four parts (decision 50)."""

    doubt = forms.ChoiceField(
        label="Is there any reason to doubt that the client can decide?", choices=_DOUBT, widget=forms.RadioSelect
    )
    support = forms.CharField(
        label="What support was given", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    understands = forms.BooleanField(label="Can understand the information", required=False)
    retains = forms.BooleanField(label="Can remember it long enough to decide", required=False)
    weighs = forms.BooleanField(label="Can weigh it", required=False)
    communicates = forms.BooleanField(label="Can tell us the decision", required=False)

    def capacity(self) -> dict[str, Any]:
        """The judgement as the services take it."""
        clean = self.cleaned_data
        if clean["doubt"] == "no":
            return {"doubt": False}
        parts = {name: bool(clean[name]) for name in ("understands", "retains", "weighs", "communicates")}
        return {"doubt": True, "support": clean["support"], **parts}


class ConversationForm(CapacityForm):
    """The talk of the person who treats."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    how = forms.ChoiceField(label="How you spoke", choices=ConversationHow.choices, widget=forms.RadioSelect)
    matters = forms.CharField(
        label="What matters to this client", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Hopes, fears, work, an occasion: what this person would find significant.",
    )  # fmt: skip
    questions = forms.CharField(
        label="Questions asked, and answers", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    interpreter = forms.CharField(label="Interpreter's name", max_length=120, required=False)
    interpreter_is_family = forms.BooleanField(label="The interpreter is family or a friend", required=False)
    interpreter_note = forms.CharField(
        label="Why the client insists on this interpreter", max_length=500, required=False
    )
    field_order = ("version", "how", "matters", "questions", "interpreter", "interpreter_is_family", "interpreter_note")

    def said(self) -> dict[str, Any]:
        """Arguments of `record_conversation`."""
        names = ("how", "matters", "questions", "interpreter", "interpreter_is_family", "interpreter_note")
        return {**{name: self.cleaned_data[name] for name in names}, "capacity": self.capacity()}


class ShortenForm(forms.Form):
    """The lead's reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Reason for shortening the time to think", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Stays visible on the screen and on the client's paper.",
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """How the client took it back."""

    how = forms.ChoiceField(label="How the client told you", choices=ConversationHow.choices)
    reason = forms.CharField(label="In the client's words", max_length=1000, required=False)


class PermissionForm(forms.Form):
    """A new answer to one permission."""

    code = forms.CharField(max_length=6)
    answer = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])
