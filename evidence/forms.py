"""Shapes of what people send: registration, entry, readings, observation, decision, countersignature, sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from clinic.models import Organisation, Staff
from evidence.choices import AppealOutcome, CountersignAction, Coverage, DisposalReading, How, Moment, SamplingResult
from evidence.pack import Pack
from evidence.services.deciding import Judgement

MARK = "mark:"


def marks_of(data: Mapping[str, Any]) -> dict[str, str]:
    """The marks of a posted form: one field `mark:<criterion>` each."""
    return {name[len(MARK) :]: str(value) for name, value in data.items() if name.startswith(MARK) and value}


class VersionForm(forms.Form):
    """A form about a record that others may change meanwhile."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class EnrolForm(forms.Form):
    """Register a learner."""

    learner = forms.ModelChoiceField(queryset=Staff.objects.none(), label="Learner", empty_label="Choose a learner")
    student_number = forms.CharField(max_length=40, label="Student number")
    enrolled_on = forms.DateField(label="Registered on", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, centre: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        learners = Staff.objects.filter(memberships__organisation=centre, memberships__role="learner", is_active=True)
        self.fields["learner"].queryset = learners.distinct().order_by("name")  # type: ignore[attr-defined]


class EntryForm(VersionForm):
    """Which proofs of the entry requirements were seen."""

    seen = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Proof seen", choices=()
    )

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].choices = list(pack.entry)  # type: ignore[attr-defined]


class ReadingForm(VersionForm):
    """How the centre reads what the qualification leaves open."""

    superficial_limit_mm = forms.DecimalField(
        required=False, max_digits=4, decimal_places=2, label="Superficial means down to",
        help_text="The deepest point that still counts. Without it no injection session counts.",
    )  # fmt: skip
    coverage = forms.ChoiceField(
        choices=Coverage.choices, widget=forms.RadioSelect, label="Four observations of health and safety"
    )
    disposal = forms.ChoiceField(
        choices=DisposalReading.choices, widget=forms.RadioSelect, label="Disposal must be met in"
    )
    reassessment_counts = forms.BooleanField(required=False, label="A complete re-assessment counts as consultation")
    live_video = forms.BooleanField(required=False, label="Watching by live video is accepted")


class ObserveForm(forms.Form):
    """How the assessor watches."""

    how = forms.ChoiceField(choices=How.choices, widget=forms.RadioSelect, label="I watch", initial=How.IN_PERSON)

    def __init__(self, *args: Any, live_video: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not live_video:
            only = [(How.IN_PERSON.value, How.IN_PERSON.label)]
            self.fields["how"].choices = only  # type: ignore[attr-defined]


class MarkForm(forms.Form):
    """One tap."""

    criterion = forms.CharField(max_length=12)
    outcome = forms.CharField(max_length=12, required=False)
    was = forms.CharField(max_length=12, required=False)


class CloseForm(VersionForm):
    """The end of an observation."""

    note = forms.CharField(
        required=False, max_length=2000, label="Note to yourself",
        help_text="Sealed with the session. Do not name the client.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class DecideForm(VersionForm):
    """Judgement and feedback; the marks come beside it, one per criterion."""

    is_valid_evidence = forms.BooleanField(required=False, label="Valid: it shows what the criteria ask")
    is_authentic = forms.BooleanField(required=False, label="Authentic: it is the learner's own work")
    is_current = forms.BooleanField(required=False, label="Current: it shows what they can do today")
    is_sufficient = forms.BooleanField(required=False, label="Sufficient: it is enough for these criteria")
    comments = forms.CharField(
        max_length=4000, label="Comments", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For the learner. The client is a code; do not name them.",
    )  # fmt: skip
    further_actions = forms.CharField(
        required=False, max_length=2000, label="Further actions", widget=forms.Textarea(attrs={"rows": 2})
    )

    def judgement(self) -> Judgement:
        """The four answers."""
        cleaned = self.cleaned_data
        return Judgement(
            is_valid=cleaned["is_valid_evidence"],
            is_authentic=cleaned["is_authentic"],
            is_current=cleaned["is_current"],
            is_sufficient=cleaned["is_sufficient"],
        )


class CountersignForm(VersionForm):
    """Agree, change or return."""

    action = forms.ChoiceField(choices=CountersignAction.choices, widget=forms.RadioSelect, label="Your decision")
    reason = forms.CharField(
        required=False, max_length=2000, label="Reason", widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed when you change or return.",
    )  # fmt: skip


class OfferForm(forms.Form):
    """Who shall look at a learner product."""

    assessor = forms.ModelChoiceField(queryset=Staff.objects.none(), label="Assessor", empty_label="Choose an assessor")

    def __init__(self, *args: Any, assessors: Iterable[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [staff.pk for staff in assessors]
        self.fields["assessor"].queryset = Staff.objects.filter(pk__in=ids).order_by("name")  # type: ignore[attr-defined]


class PlanSampleForm(forms.Form):
    """When in the learner's way this is sampled."""

    moment = forms.ChoiceField(choices=Moment.choices, initial=Moment.INTERIM)


class SampleForm(VersionForm):
    """What quality assurance found."""

    result = forms.ChoiceField(choices=SamplingResult.choices, widget=forms.RadioSelect, label="Result")
    comments = forms.CharField(
        max_length=4000, label="Comments", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What was looked at and what was found. The client is a code; do not name them.",
    )  # fmt: skip


class AppealForm(VersionForm):
    """Why a decision should be looked at again."""

    reason = forms.CharField(
        max_length=4000, label="Why should it be looked at again?", widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Quality assurance reads this. The client is a code; do not name them.",
    )  # fmt: skip


class AnswerAppealForm(VersionForm):
    """The answer of quality assurance."""

    outcome = forms.ChoiceField(choices=AppealOutcome.choices, widget=forms.RadioSelect, label="Outcome")
    answer = forms.CharField(
        max_length=4000, label="Reasons", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The learner reads this. The client is a code; do not name them.",
    )  # fmt: skip
