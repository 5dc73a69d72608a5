"""Shape of what is typed on the pages of treatments. What a value may be clinically is decided by the services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from clinic.clock import LONDON
from consultations.choices import ClearedBy
from treatments import library
from treatments.choices import NextStep, PatchResult, Phase, Polarity, SkinCheck
from treatments.models import Session
from treatments.rules.measures import COMFORT_RANGE


def _text(label: str, *, required: bool = False, rows: int = 2, limit: int = 1000) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=limit, widget=forms.Textarea(attrs={"rows": rows})
    )


def _number(label: str, *, required: bool = True, step: str = "0.01", **limits: float) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        required=required,
        min_value=limits.get("low", 0),
        max_value=limits.get("high", 1000),
        widget=forms.NumberInput(attrs={"step": step, "inputmode": "decimal"}),
    )


GAIS = (
    (1, "1 Very much improved"), (2, "2 Much improved"), (3, "3 Improved"), (4, "4 No change"), (5, "5 Worse"),
)  # fmt: skip
SATISFACTION = (
    (5, "5 Very satisfied"), (4, "4 Satisfied"), (3, "3 Neither"), (2, "2 Dissatisfied"), (1, "1 Very dissatisfied"),
)  # fmt: skip


class EmptyForm(forms.Form):
    """A verb without input."""


class ReasonForm(forms.Form):
    """Stop or call off: why."""

    reason = _text("Why", required=True)


class ConfirmForm(forms.Form):
    """A confirmation of the day."""

    kind = forms.CharField(widget=forms.HiddenInput)
    outcome = forms.CharField(label="What the client said")
    words = _text("What support was given, and what the person can understand, retain, weigh and say")


class TickForm(forms.Form):
    """Ticks of one list at one phase."""

    items = forms.MultipleChoiceField(label="Done", choices=())
    phase = forms.ChoiceField(choices=Phase.choices, widget=forms.HiddenInput)
    note = forms.CharField(label="Note", required=False, max_length=300)

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = library.checklists(session.checklists)
        field: Any = self.fields["items"]
        field.choices = [(item.id, item.text) for row in lists.values() for item in row.items]


class HazardForm(forms.Form):
    """Likelihood and harm of each hazard, before and after controls."""

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hazards = [row for row in library.shipped("hazards") if row.modality in {"both", session.modality}]
        for row in self.hazards:
            for name, value in (("before", row.before), ("after", row.after)):
                for part, number in zip(("likelihood", "harm"), value, strict=True):
                    self.fields[f"{row.id}_{name}_{part}"] = forms.IntegerField(
                        label=f"{row.label}: {part} {name} controls", min_value=1, max_value=5, initial=number
                    )

    def values(self) -> dict[str, Any]:
        """Scores for the service."""

        def pair(code: str, name: str) -> list[int]:
            return [self.cleaned_data[f"{code}_{name}_{part}"] for part in ("likelihood", "harm")]

        return {
            "scores": [
                {"hazard": row.id, "before": pair(row.id, "before"), "after": pair(row.id, "after")}
                for row in self.hazards
            ]
        }


class LotForm(forms.Form):
    """A lot and how much is drawn up."""

    lot = forms.UUIDField(label="Lot")
    drawn_ml = _number("Drawn up", high=60)


class DeviceForm(forms.Form):
    """The device of an electro session."""

    device = forms.UUIDField(label="Device")


class ZonesForm(forms.Form):
    """Today's areas out of the plan's."""

    zones = forms.MultipleChoiceField(label="Areas today", choices=())

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["zones"]
        guides = library.zone_guides()
        field.choices = [(zone, guides[zone].label) for zone in session.course.plan.zones if zone in guides]


class DeclareForm(forms.Form):
    """Assessed work is declared before start (decision 42)."""

    declared = forms.BooleanField(label="This session is assessed", required=False)
    told_learner = forms.BooleanField(label="The client knows a learner treats, and who supervises", required=False)


class ClearForm(forms.Form):
    """A finding of this session, cleared by what was seen."""

    rule = forms.CharField(widget=forms.HiddenInput)
    seen = forms.ChoiceField(label="What was seen", choices=ClearedBy.choices)
    reason = _text("What it said", required=True)


class OverrideForm(forms.Form):
    """A finding of this session, overridden with a reason."""

    rule = forms.CharField(widget=forms.HiddenInput)
    reason = _text("Why treatment goes on", required=True)


class FinishForm(forms.Form):
    """The end check (KF11)."""

    bleeding_stopped = forms.BooleanField(label="Bleeding has stopped", required=False)
    refill_normal = forms.BooleanField(label="Colour and refill are normal", required=False)
    redness = forms.IntegerField(label="Redness 0–4", min_value=0, max_value=4, required=False)
    seen = forms.CharField(label="What was seen", required=False, max_length=500)


class ComfortForm(forms.Form):
    """One rating."""

    score = forms.TypedChoiceField(label="Comfort", coerce=int, choices=[(n, str(n)) for n in COMFORT_RANGE])
    words = forms.CharField(label="What the client said", required=False, max_length=300)
    action = forms.CharField(label="What was done", required=False, max_length=300)


class HandForm(forms.Form):
    """What is in the hand; also places points without tapping."""

    technique = forms.CharField(widget=forms.HiddenInput, required=False)
    lot = forms.CharField(label="Lot", required=False)
    zone = forms.CharField(label="Zone")
    depth_mm = _number("Depth", high=13, step="0.1")
    volume_per_point_ml = _number("Volume a point", required=False, high=1, step="0.005")
    spacing_mm = _number("Spacing", required=False, low=2, high=40, step="1")
    at_centre = forms.BooleanField(label="One point at the centre", required=False)
    reason = forms.CharField(label="Why, when it is more than usual", required=False, max_length=300)


class PhaseForm(forms.Form):
    """One phase of current (clinical-content.md D2)."""

    mode = forms.CharField(label="Mode")
    lot = forms.CharField(label="Lot", required=False)
    polarity = forms.ChoiceField(label="Polarity", choices=Polarity.choices)
    area_cm2 = _number("Contact area", low=0.1, high=400, step="0.1")
    current_ma = _number("Current", required=False, high=20, step="0.05")
    minutes = _number("Time", low=0.5, high=90, step="0.5")
    carrier_frequency_khz = _number("Carrier frequency", required=False, high=1000, step="0.1")
    modulation_frequency_hz = _number("Modulation frequency", required=False, high=100_000, step="0.01")
    peak_voltage_v = _number("Peak voltage", required=False, high=1000, step="0.1")
    pulse_width_ms = _number("Pulse width", required=False, high=1000, step="0.01")
    pulse_amplitude_v = _number("Pulse amplitude", required=False, high=1000, step="0.1")
    voltage_v = _number("Voltage", required=False, high=1000, step="0.1")
    product_ml = _number("Product", required=False, high=20, step="0.1")
    electrode = forms.CharField(label="Electrode", required=False, max_length=80)
    return_electrode = forms.CharField(label="Return electrode", required=False, max_length=80)
    output_seen = forms.BooleanField(label="I have seen the output warning", required=False)
    reason = forms.CharField(label="Why, when it is more than usual", required=False, max_length=300)


class SkinForm(forms.Form):
    """A skin check."""

    phase = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.ChoiceField(label="Skin", choices=SkinCheck.choices)
    note = forms.CharField(label="Note", required=False, max_length=300)


class NoteForm(forms.Form):
    """Why the technique was adapted, and notes."""

    adapted_because = _text("Adapted because")
    notes = _text("Notes")


class ReviewForm(forms.Form):
    """Waste by stream, and the review of the safety system."""

    waste = forms.MultipleChoiceField(label="Waste", choices=(), required=False)
    words = _text("What went well, what to change")

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["waste"]
        items = library.checklists(session.checklists)["disposal"].items
        field.choices = [(item.id, item.text) for item in items]


class EventForm(forms.Form):
    """An adverse event."""

    kind = forms.ChoiceField(label="What happened", choices=())
    grade = forms.TypedChoiceField(label="How severe", coerce=int, choices=())
    description = _text("Describe it", required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        book = library.shipped("adverse_events")
        kind, grade = self.fields["kind"], self.fields["grade"]
        kind.choices = [(row.id, row.label) for row in book.kinds.values()]  # type: ignore[attr-defined]
        grade.choices = [(n, f"{n} · {row['name']}") for n, row in book.grades.items()]  # type: ignore[attr-defined]


class CourseForm(forms.Form):
    """Start a course from a plan."""

    plan = forms.UUIDField(widget=forms.HiddenInput)
    starts_on = forms.DateField(label="First session on", required=False)
    reason = forms.CharField(label="Why fewer than 3 or more than 15 sessions", required=False, max_length=300)


class ReviewCourseForm(forms.Form):
    """An outcome review: aim, improvement, satisfaction, and what follows."""

    aim_reached = forms.TypedChoiceField(
        label="Is the aim reached", choices=[("yes", "Yes"), ("no", "No")], coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    gais = forms.TypedChoiceField(label="Improvement, your view", choices=GAIS, coerce=int)
    gais_client = forms.TypedChoiceField(label="Improvement, the client's view", choices=GAIS, coerce=int)
    satisfaction = forms.TypedChoiceField(label="How satisfied the client is", choices=SATISFACTION, coerce=int)
    next_step = forms.ChoiceField(label="What follows", choices=NextStep.choices, widget=forms.RadioSelect)
    words = _text("What was said, and why")


class BookNextForm(forms.Form):
    """The next session, as proposed or moved."""

    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    planned_time = forms.TimeField(label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def planned_at(self) -> datetime:
        """The instant, on the clinic's clock."""
        return datetime.combine(self.cleaned_data["on"], self.cleaned_data["planned_time"], tzinfo=LONDON)


def _moment(label: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class _ProductForm(forms.Form):
    product: Any = forms.ModelChoiceField(label="Product", queryset=None)

    def __init__(self, *args: Any, products: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["product"]
        field.queryset = products


class PatchTestForm(_ProductForm):
    """A patch test that was read (R212)."""

    site = forms.CharField(label="Where on the body", max_length=120)
    placed_at = _moment("Placed")
    read_at = _moment("Read")
    result = forms.ChoiceField(label="What the skin showed", choices=PatchResult.choices, widget=forms.RadioSelect)
    words = _text("What was seen")


class PrescriptionForm(_ProductForm):
    """A prescription for a client the prescriber saw face to face (decision 53)."""

    seen_at = _moment("Seen face to face")
    seen_where = forms.CharField(label="Where you saw the client", max_length=200)
    dose = forms.CharField(label="Dose", max_length=200)
    valid_until = forms.DateField(
        label="Holds until", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    instructions = _text("Instructions")


class LotReceiveForm(forms.Form):
    """A lot that came in."""

    product = forms.UUIDField(label="Product")
    site = forms.UUIDField(label="Site")
    number = forms.CharField(label="Lot number", max_length=60)
    expires_on = forms.DateField(label="Expires on", widget=forms.DateInput(attrs={"type": "date"}))
    units = forms.IntegerField(label="Packs", min_value=1, max_value=10_000)


class LotStateForm(forms.Form):
    """Quarantine, release or recall."""

    reason = forms.CharField(label="Why", required=False, max_length=240)


_FORMS: Mapping[str, type[forms.Form]] = {
    "confirm": ConfirmForm,
    "tick": TickForm,
    "hazards": HazardForm,
    "zones": ZonesForm,
    "lot": LotForm,
    "device": DeviceForm,
    "declare": DeclareForm,
    "clear": ClearForm,
    "override": OverrideForm,
    "stop": ReasonForm,
    "cancel": ReasonForm,
    "finish": FinishForm,
    "comfort": ComfortForm,
    "fill": HandForm,
    "phase": PhaseForm,
    "skin": SkinForm,
    "note": NoteForm,
    "review": ReviewForm,
    "event": EventForm,
}
_NEED_SESSION = {"tick", "hazards", "zones", "review"}


def form_for(verb: str, session: Session, data: Any = None) -> forms.Form:
    """The form of a verb."""
    kind = _FORMS.get(verb, EmptyForm)
    return kind(data, session=session) if verb in _NEED_SESSION else kind(data)  # type: ignore[call-arg]


def values_of(form: forms.Form) -> dict[str, Any]:
    """What the service gets."""
    if isinstance(form, HazardForm):
        return form.values()
    return dict(form.cleaned_data)
