"""Shapes of what comes in through pages. Rules are in the services."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from clinic.catalogue import content as catalogue
from clinic.errors import InvalidValue, VersionMissing
from consultations import basis, library, rules
from consultations.choices import (
    AskedBy,
    ClearedBy,
    ConsultationKind,
    DecisionKind,
    Expectation,
    Factor,
    Method,
    Modality,
    ModalityInterest,
)
from consultations.instruments import Instruments
from consultations.questionnaire import Field, Item

MAX_VERSION_DIGITS = 9


def version_of(data: QueryDict) -> int:
    """The version a form carries; 0 of what was not there yet. Raises VersionMissing (decision 13)."""
    given = data.get("version", "")
    if not (given.isdecimal() and len(given) <= MAX_VERSION_DIGITS):
        raise VersionMissing
    return int(given)


# questionnaire --------------------------------------------------------------------------------------------------------
def read_answers(data: QueryDict, items: Mapping[str, Item]) -> dict[str, Any]:
    """Answers of a posted questionnaire. An item that is on the form and left empty becomes None."""
    present = set(data.getlist("shown")) or set(items)
    return {name: _answer(data, item) for name, item in items.items() if name in present}


def _answer(data: QueryDict, item: Item) -> Any:
    name = f"q_{item.id}"
    given = data.get(name, "").strip()
    if item.type == "multi":
        return data.getlist(name) or None
    if item.type == "group":
        return _rows(data, item)
    if item.type == "dn":
        on = data.get(f"{name}_on", "").strip()
        return given if given in ("none", "unsure") else on or None
    if item.type in ("int", "dec", "s10"):
        return _number(given)
    return given or None


def _number(given: str) -> Any:
    try:
        value = float(given.replace(",", "."))
    except ValueError:
        return given or None
    if not math.isfinite(value):
        return given
    return int(value) if value == int(value) else value


def _rows(data: QueryDict, item: Item) -> list[dict[str, Any]] | None:
    rows = []
    for number in range(60):
        names = {field.id: f"q_{item.id}_{number}_{field.id}" for field in item.fields}
        if not any(name in data for name in names.values()):
            break
        row = {field.id: _cell(data.get(names[field.id], ""), field) for field in item.fields}
        kept = {key: value for key, value in row.items() if value is not None}
        if kept:
            rows.append(kept)
    none_taken = data.get(f"q_{item.id}_none") == "yes"
    return rows or ([] if none_taken else None)


def _cell(given: str, field: Field) -> Any:
    text = given.strip()
    if field.type == "bool":
        return {"yes": True, "no": False}.get(text)
    return text or None


# other pages ----------------------------------------------------------------------------------------------------------
class StartForm(forms.Form):
    """Begin a consultation."""

    kind = forms.ChoiceField(label="Kind", choices=ConsultationKind.choices, widget=forms.RadioSelect)
    interest = forms.ChoiceField(
        label="What does the client come for?", choices=ModalityInterest.choices, widget=forms.RadioSelect
    )
    asked_by = forms.ChoiceField(
        label="How will the questions be asked?", choices=AskedBy.choices, widget=forms.RadioSelect
    )


class ClearForm(forms.Form):
    """Clear a finding."""

    rule = forms.CharField(widget=forms.HiddenInput)
    seen = forms.ChoiceField(label="What was seen", choices=ClearedBy.choices)
    reason = forms.CharField(label="What it says", widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)


class OverrideForm(forms.Form):
    """Override a finding."""

    rule = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)


class CodeForm(forms.Form):
    """Code a client's words about an allergy."""

    question = forms.CharField(widget=forms.HiddenInput)
    position = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    tags = forms.MultipleChoiceField(
        label="Tags", required=False, choices=(), widget=forms.SelectMultiple(attrs={"size": 6})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = sorted(catalogue.tags().values(), key=lambda tag: tag.label)
        self.fields["tags"].choices = [(tag.id, tag.label) for tag in rows]  # type: ignore[attr-defined]


class SkinForm(forms.Form):
    """Skin analysis: ten phototype items, the clinician's type, Glogau, zone grades."""

    clinician_type = forms.TypedChoiceField(
        label="Your phototype",
        coerce=int,
        choices=list(enumerate(("I", "II", "III", "IV", "V", "VI"), 1)),
        widget=forms.RadioSelect,
    )
    type_reason = forms.CharField(
        label="Why it differs from the score", required=False, max_length=500, widget=forms.TextInput
    )
    glogau = forms.TypedChoiceField(label="Photoageing (Glogau)", coerce=int, choices=(), widget=forms.RadioSelect)
    pre_checks = forms.MultipleChoiceField(
        label="Before you start", required=False, widget=forms.CheckboxSelectMultiple
    )
    pre_checks_reason = forms.CharField(label="Why something is left out", required=False, max_length=500)
    notes = forms.CharField(label="Notes", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, instruments: Instruments, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instruments, scales = instruments, instruments.scales
        self.fields["glogau"].choices = list(scales["GLOGAU"].values.items())  # type: ignore[attr-defined]
        self.fields["pre_checks"].choices = list(instruments.pre_checks.items())  # type: ignore[attr-defined]
        for item in instruments.items:
            choices = list(enumerate(item.options))
            self.fields[item.id] = forms.TypedChoiceField(
                label=item.wording, coerce=int, choices=choices, widget=forms.RadioSelect
            )
        for scale in rules.ZONE_SCALES:
            for zone in rules.ZONES:
                choices = [(grade, f"{grade} {word}") for grade, word in scales[scale].values.items()]
                self.fields[f"{scale.lower()}_{zone}"] = forms.TypedChoiceField(
                    label=f"{scales[scale].title.split(' (')[0]}, {zone}",
                    coerce=int,
                    choices=[("", "Choose"), *choices],
                )

    @property
    def bands(self) -> str:
        """The highest score of each phototype, for the page's own sum."""
        return " ".join(f"{band.high}:{band.type}" for band in self.instruments.bands)

    @property
    def phototype_fields(self) -> list[Any]:
        """The ten items."""
        return [self[f"fst_{number}"] for number in range(1, 11)]

    @property
    def zone_rows(self) -> list[dict[str, Any]]:
        """A row of grades for each scale."""
        scales = self.instruments.scales
        return [
            {"title": scales[scale].title, "fields": [self[f"{scale.lower()}_{zone}"] for zone in rules.ZONES]}
            for scale in rules.ZONE_SCALES
        ]


class PhotographForm(forms.Form):
    """One before photograph."""

    photograph = forms.FileField(
        label="Photograph", widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"})
    )
    view = forms.ChoiceField(label="View", choices=())
    is_agreed = forms.BooleanField(label="The client agrees to this photograph for their record", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        views = library.shipped_photo_protocol()["views"]
        self.fields["view"].choices = [(view["id"], view["view"]) for view in views]  # type: ignore[attr-defined]


GAP_ROWS = (1, 2, 3)


class DecisionForm(forms.Form):
    """The conclusion (methods, summary, gaps, expectations), then suitable, defer, refer or decline."""

    summary = forms.CharField(
        label="Summary in your own words", max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    expectation = forms.ChoiceField(
        label="Can treatment do what the client wants?", choices=Expectation.choices, widget=forms.RadioSelect
    )
    expectation_words = forms.CharField(
        label="What cannot be reached, and what you told them", required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    kind = forms.ChoiceField(label="Decision", choices=DecisionKind.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="Reason", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    recommendation = forms.CharField(
        label="What you recommend, and the alternatives you talked about", required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for method in Method:
            self.fields[f"method_{method}"] = forms.BooleanField(label=method.label, required=False)
            label = f"What {method.label.lower()} showed"
            self.fields[f"showed_{method}"] = forms.CharField(label=label, required=False, max_length=1000)
        for number in GAP_ROWS:
            self.fields[f"gap_{number}"] = forms.CharField(label="Still open", required=False, max_length=300)
            self.fields[f"closer_{number}"] = forms.CharField(label="Who closes it", required=False, max_length=120)

    @property
    def method_rows(self) -> list[tuple[Any, Any]]:
        """Each method with the field for what it showed."""
        return [(self[f"method_{method}"], self[f"showed_{method}"]) for method in Method]

    @property
    def gap_rows(self) -> list[tuple[Any, Any]]:
        """Rows of what is open and who closes it."""
        return [(self[f"gap_{number}"], self[f"closer_{number}"]) for number in GAP_ROWS]

    @property
    def decision(self) -> dict[str, Any]:
        """Arguments of `decide`."""
        given = self.cleaned_data
        pairs = [(given[f"gap_{number}"], given[f"closer_{number}"]) for number in GAP_ROWS]
        conclusion = rules.Conclusion(
            summary=given["summary"],
            methods={str(method): given[f"showed_{method}"] for method in Method if given[f"method_{method}"]},
            expectation=given["expectation"],
            expectation_words=given["expectation_words"],
            gaps=tuple(pair for pair in pairs if any(pair)),
        )
        return {**{name: given[name] for name in ("kind", "reason", "recommendation")}, "conclusion": conclusion}


class PlanForm(forms.Form):
    """A course of sessions."""

    modality = forms.ChoiceField(label="Treatment", choices=Modality.choices, widget=forms.RadioSelect)
    technique = forms.ChoiceField(label="Technique", choices=())
    product = forms.ChoiceField(label="Product", choices=(), required=False)
    protocol = forms.ChoiceField(label="Protocol", choices=())
    zones = forms.MultipleChoiceField(label="Areas", choices=(), widget=forms.CheckboxSelectMultiple)
    sessions = forms.IntegerField(label="Sessions", min_value=1, max_value=40, initial=3)
    interval_days = forms.IntegerField(
        label="Days between sessions", min_value=1, max_value=120, initial=rules.USUAL_INTERVAL_DAYS
    )
    sessions_reason = forms.CharField(
        label="Reason for fewer than 3 or more than 15 sessions", required=False, max_length=500
    )
    price = forms.DecimalField(
        label="Price of the course in £", required=False, min_value=0, max_digits=8, decimal_places=2
    )
    factors = forms.MultipleChoiceField(
        label="Considered in this plan", choices=Factor.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    goals = forms.CharField(label="Goals", required=False, max_length=500)
    budget = forms.CharField(label="Budget", required=False, max_length=500)
    comfort = forms.CharField(label="Comfort", required=False, max_length=500)
    wanted = forms.CharField(label="Wanted result", required=False, max_length=500)
    aim = forms.CharField(
        label="Aim agreed with the client", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, products: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "technique": [(row.id, f"{row.label} ({row.modality})") for row in catalogue.techniques().values()],
            "protocol": [
                (row.id, f"{row.label} ({row.modality})")
                for row in catalogue.protocols().values() if not row.information_only
            ],
            "product": [("", "None"), *((str(row.pk), f"{row.name}, {row.maker}") for row in products)],
            "zones": [(row.id, row.label) for row in catalogue.areas().values() if row.treatable],
        }  # fmt: skip
        for name, rows in choices.items():
            self.fields[name].choices = rows  # type: ignore[attr-defined]

    @property
    def zone_groups(self) -> list[dict[str, Any]]:
        """Areas as choices, by group; the face first."""
        groups: dict[str, list[Any]] = {}
        areas = catalogue.areas()
        for choice in self["zones"]:
            groups.setdefault(areas[str(choice.data["value"])].group, []).append(choice)
        return [
            {"title": name.capitalize(), "choices": found, "is_open": name == "face" or self._has(found)}
            for name, found in groups.items()
        ]

    @staticmethod
    def _has(choices: list[Any]) -> bool:
        return any(choice.data["selected"] for choice in choices)

    @property
    def shared_fields(self) -> list[Any]:
        """Goals, budget, comfort and wanted result, as the client's copy opens with them."""
        return [self[name] for name in basis.SHARED]

    @property
    def price_pence(self) -> int | None:
        """The price in pence."""
        price = self.cleaned_data.get("price")
        return None if price is None else int(price * 100)


class AgreeForm(forms.Form):
    """The plan is agreed."""

    agreed_with = forms.CharField(label="Agreed with", max_length=200)


class SignForm(forms.Form):
    """Sign a consultation."""

    summary = forms.CharField(
        label="Summary for the next reader", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DeclineForm(forms.Form):
    """The client declines the questionnaire."""

    words = forms.CharField(label="What the client said", required=False, max_length=1000)


class AbandonForm(forms.Form):
    """End a consultation without a decision."""

    reason = forms.CharField(label="Why it ends here", max_length=1000)


def require_valid(form: forms.Form) -> Mapping[str, Any]:
    """The cleaned values. Raises InvalidValue naming the first field that is wrong."""
    if form.is_valid():
        return form.cleaned_data
    field, messages = next(iter(form.errors.items()))
    raise InvalidValue(str(messages[0]), code="invalid", field=field)
